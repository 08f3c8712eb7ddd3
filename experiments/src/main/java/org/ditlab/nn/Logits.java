package org.ditlab.nn;

/** How query and key meet. */
public enum Logits {
    /** {@code q k^T / sqrt(d)}. */
    DOT,
    /**
     * {@code exp(min(s_h, ln 100)) cos(q, k)} with a learned s per head, ln 10 at the start. Source: Liu et al., Swin
     * Transformer V2, arXiv:2111.09883, section 3.2, as U-DiT uses it.
     */
    COSINE,
    /** {@code LN(q) LN(k)^T / sqrt(d)}, layer norms over a head's channels. Source: Dehghani et al., arXiv:2302.05442. */
    QK_NORM
}
