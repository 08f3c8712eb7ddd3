package org.ditlab.nn;

import org.ditlab.tensor.Composites;
import org.ditlab.tensor.Tensor;

/**
 * Multi-head self-attention over tokens: {@code softmax(q k^T / sqrt(d)) v} per head.
 *
 * <p>Shapes: (N, T, D) to (N, T, D). Cost: 4 T D^2 + 2 T^2 D multiply-accumulates. Source: Vaswani et al. 2017; the
 * layout [q|k|v][heads][d] is the official checkpoints'.
 */
public final class Attention extends Module {
    private final Linear qkv;
    private final Linear proj;
    private final int heads;
    private final int headDim;

    public Attention(int width, int heads) {
        this.heads = heads;
        this.headDim = width / heads;
        qkv = child("qkv", new Linear(width, 3 * width));
        proj = child("proj", new Linear(width, width));
    }

    public Tensor forward(Tensor x) {
        int n = x.dim(0);
        int tokens = x.dim(1);
        int width = heads * headDim;
        return within(x, () -> {
            Tensor split = qkv.forward(x.expect(n, tokens, width)) // (N, T, 3D)
                    .reshape(n, tokens, 3, heads, headDim)
                    .permute(2, 0, 3, 1, 4); // (3, N, heads, T, d)
            Tensor q = split.slice(0, 0, 1).reshape(n, heads, tokens, headDim);
            Tensor k = split.slice(0, 1, 2).reshape(n, heads, tokens, headDim);
            Tensor v = split.slice(0, 2, 3).reshape(n, heads, tokens, headDim);
            Tensor mixed = Composites.attention(q, k, v); // (N, heads, T, d)
            return proj.forward(mixed.transpose(1, 2).reshape(n, tokens, width)); // (N, T, D)
        });
    }
}
