package org.ditlab.table;

/** How a cell stands among those of its column, by its mean. */
public enum Mark {
    NONE,
    /** Bold. */
    BEST,
    /** Underlined. */
    SECOND
}
