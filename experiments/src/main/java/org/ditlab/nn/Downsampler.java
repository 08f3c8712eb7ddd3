package org.ditlab.nn;

/** The convolution before tokens are split or dropped. Source: U-DiT, arXiv:2405.02730, table 7. */
public enum Downsampler {
    /** Tokens as they are (the paper's "pixel shuffle"). */
    NONE,
    /** An ordinary convolution. */
    DENSE,
    /** One filter per channel. */
    DEPTHWISE
}
