package org.ditlab.study;

/** How p-values are corrected for the number of comparisons. */
public enum Correction {
    /** Holm, A simple sequentially rejective multiple test procedure, 1979. */
    HOLM,
    NONE
}
