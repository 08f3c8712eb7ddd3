package org.ditlab.nn;

/** The feed-forward part of a block. */
public enum FeedForwardKind {
    /** {@link Mlp}. */
    MLP,
    /** {@link DepthwiseFfn}. */
    DEPTHWISE_CONV,
    /** {@link SwiGlu}. */
    SWIGLU
}
