package org.ditlab.tensor;

/**
 * Arithmetic that papers add to the multiply-accumulates, named by what it means and not by how it is computed. The
 * composites report it through {@link org.ditlab.tensor.spi.Backend#count}; a counting {@link Convention} says which
 * kinds it adds. Source: the counters of the DiT and U-DiT papers.
 */
public enum Product {
    /** {@code x * (1 + scale)} of an adaptive norm, one per element of x. */
    MODULATION,
    /** {@code gate * branch}, one per element of the branch. */
    GATE,
    /** Scaling of attention logits, one per scaled element. */
    ATTENTION_SCALE,
    /** Timestep times frequency, one per frequency. */
    TIMESTEP,
    /** Rotary embedding, one per complex pair of query and key. */
    ROTATION,
    /** A layer norm, one per element. */
    LAYER_NORM
}
