package org.ditlab.nn;

/** Which tokens meet in an attention. */
public enum AttentionTokens {
    /** All with all. */
    FULL,
    /**
     * Every token asks, every f-th row and column answers: keys and values come from a grid f times smaller, taken by
     * nearest neighbour. Source: Smith et al., ToDo, arXiv:2402.13573.
     */
    KV_DOWNSAMPLED,
    /**
     * The grid falls apart into f x f interleaved grids, and attention runs within each; no token is lost. Source: Tian et
     * al., U-DiT, arXiv:2405.02730, section 3.3.
     */
    QKV_DOWNSAMPLED
}
