package org.ditlab.model;

/** How blocks are arranged. */
public enum Skeleton {
    /** A column of equal blocks over patches: {@link Dit}. */
    ISOTROPIC,
    /** Stages that halve the grid, and stages that double it again, with skips across: {@link UDit}. */
    UNET
}
