package org.ditlab.table;

import java.util.Locale;

/** Which rows of papers a report shows. */
public enum PublishedChoice {
    /** All that may be printed. */
    ALL,
    NONE,
    /** Those of the study's families of models. */
    MATCHING;

    /** {@code matching}: the word on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
