package org.ditlab.nn;

import org.ditlab.tensor.Tensor;

/**
 * The official code that a model descends from. It names the parameters, so that its checkpoints load, and says which
 * product the papers' counters see when attention is scaled.
 */
public enum Lineage {
    /** facebookresearch/DiT: {@code attn.qkv}, {@code mlp.fc1}; the query is scaled. */
    DIT("qkv", "proj", false),
    /** YuchuanTian/U-DiT: {@code attn1.to_qkv}, pointwise layers as 1 x 1 convolutions; the logits are scaled. */
    UDIT("to_qkv", "to_out", true);

    private final String qkv;
    private final String out;
    private final boolean convolutional;

    Lineage(String qkv, String out, boolean convolutional) {
        this.qkv = qkv;
        this.out = out;
        this.convolutional = convolutional;
    }

    String qkv() {
        return qkv;
    }

    String out() {
        return out;
    }

    /** A pointwise layer, its weight (out, in) or (out, in, 1, 1). */
    Linear pointwise(int in, int out) {
        return convolutional ? Linear.pointwise(in, out) : new Linear(in, out);
    }

    /** Elements that are multiplied by the attention's scale: of q (B, heads, T, d), or of q k^T. */
    long scaled(Tensor q, Tensor k) {
        return scaled(q.shape().elements() / q.dim(-1), k.dim(-2), q.dim(-1));
    }

    /** The same from extents: queries of all heads and images, keys that each meets, channels of a head. */
    long scaled(long queries, int keys, int headDim) {
        return queries * (convolutional ? keys : headDim);
    }
}
