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
    /**
     * The timestep embedding: the exponents of the frequencies, one per frequency, and timestep times frequency, one per
     * frequency and sample. The official code computes both in every forward pass, so the papers' counters see both.
     */
    TIMESTEP,
    /**
     * Rotary embedding: one per complex pair of query and key, and the angles, which the official code computes in every
     * forward pass: one per frequency, and two per token and frequency.
     */
    ROTATION,
    /** A layer norm, one per element. */
    LAYER_NORM
}
