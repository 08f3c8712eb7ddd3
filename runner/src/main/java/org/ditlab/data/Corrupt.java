package org.ditlab.data;

/** What is done with images that cannot be read. */
public enum Corrupt {
    /** Nothing runs before they are replaced or deleted; all of them are found at once. */
    REFUSE,
    /** They are left out, counted and named. */
    SKIP
}
