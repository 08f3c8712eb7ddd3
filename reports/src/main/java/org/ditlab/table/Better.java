package org.ditlab.table;

/** Which values of a metric are better. */
public enum Better {
    SMALLER,
    LARGER
}
