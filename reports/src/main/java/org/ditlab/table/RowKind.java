package org.ditlab.table;

import java.util.Locale;

/** What a row of the comparison is. */
public enum RowKind {
    VARIANT,
    /** Fixed row: the base without training. */
    UNTRAINED,
    /** Fixed row: held-out real images against the reference; what a perfect model would score. */
    FLOOR;

    /** A fixed row is no variant: it stands last, and is not sorted. */
    public boolean fixed() {
        return this != VARIANT;
    }

    /** {@code floor}: the word in table.csv. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
