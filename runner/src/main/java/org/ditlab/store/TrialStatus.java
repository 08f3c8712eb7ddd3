package org.ditlab.store;

import java.util.Locale;

/** Where a trial stands. */
public enum TrialStatus {
    /** Not begun, or stopped and waiting for the next run. */
    PLANNED,
    /** A living process works on it. */
    RUNNING,
    DONE,
    /** Done: the loss was not a number, and no samples were drawn. */
    DIVERGED,
    /** Given up by the last run; the next one tries again. */
    FAILED;

    /** {@code done}: the word in tables. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
