package org.ditlab.nn;

import java.util.List;
import org.ditlab.tensor.Tensor;

/** How timestep and label reach a block. Source: DiT, arXiv:2212.09748, section 3.2 and figure 3. */
public enum Conditioning {
    /** Shift, scale and gate of both branches from the condition; gates start at zero. */
    ADALN_ZERO,
    /** Shift and scale only. */
    ADALN,
    /** A second attention asks the two embeddings. */
    CROSS_ATTENTION,
    /** The two embeddings stand among the tokens. */
    IN_CONTEXT;

    /** Tokens that this conditioning adds to the image's. */
    public int extraTokens() {
        return this == IN_CONTEXT ? 2 : 0;
    }

    /** Whether norms take shift and scale from the condition; else they have weights of their own. */
    public boolean modulates() {
        return this == ADALN_ZERO || this == ADALN;
    }

    /** Embeddings (N, D) of timestep and label to what blocks take: their sum (N, D), or both as tokens (N, 2, D). */
    public Tensor join(Tensor time, Tensor label) {
        // All blocks share it: a part of its own where they are computed again.
        return time.backend().recomputed(List.of(joined(time, label)), shared -> shared.get(0));
    }

    private Tensor joined(Tensor time, Tensor label) {
        if (modulates()) {
            return time.add(label);
        }
        int n = time.dim(0);
        int width = time.dim(1);
        return Tensor.concat(1, List.of(time.reshape(n, 1, width), label.reshape(n, 1, width)));
    }
}
