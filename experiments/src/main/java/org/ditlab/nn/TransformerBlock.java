package org.ditlab.nn;

import java.util.ArrayList;
import java.util.List;
import org.ditlab.tensor.Composites;
import org.ditlab.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Attention and feed-forward part, each behind a norm and around a residual; both conditioned. A block may hold the pair
 * more than once: U-DiT's blocks do, {@code attn1}, {@code mlp1}, {@code attn2}, {@code mlp2}. Each pair is a part that
 * {@link org.ditlab.tensor.spi.Backend#recompute} may compute again.
 *
 * <p>Shapes: x (N, T, C), c (N, D) or (N, 2, D) by {@link Conditioning#join}, to (N, T, C). Source: DiT, figure 3; U-DiT,
 * figure 4.
 */
public final class TransformerBlock extends Module {
    private final List<Pair> pairs = new ArrayList<>();
    private final Conditioning conditioning;

    private record Pair(
            LayerNorm attentionNorm,
            Attention attention,
            @Nullable LayerNorm crossNorm,
            @Nullable CrossAttention cross,
            LayerNorm feedForwardNorm,
            FeedForward feedForward,
            @Nullable AdaLn modulation) {}

    /** One pair, without a number in its names. */
    public TransformerBlock(BlockForm form) {
        conditioning = form.conditioning();
        pairs.add(pair(form, ""));
    }

    /** Several pairs in series, numbered from 1. */
    public TransformerBlock(BlockForm form, int count) {
        conditioning = form.conditioning();
        for (int i = 1; i <= count; i++) {
            pairs.add(pair(form, String.valueOf(i)));
        }
    }

    private Pair pair(BlockForm form, String number) {
        int width = form.width();
        boolean affine = !conditioning.modulates();
        boolean crosses = conditioning == Conditioning.CROSS_ATTENTION;
        return new Pair(
                child("norm_attn" + number, new LayerNorm(width, affine)),
                child("attn" + number, new Attention(form)),
                crosses ? child("norm_cross" + number, new LayerNorm(width, affine)) : null,
                crosses ? child("cross_attn" + number, new CrossAttention(form)) : null,
                child("norm_mlp" + number, new LayerNorm(width, affine)),
                child("mlp" + number, FeedForward.of(form.feedForward(), width, form.grid(), form.lineage())),
                affine
                        ? null
                        : child(
                                "adaLN_modulation" + number,
                                new AdaLn(
                                        form.conditionWidth(),
                                        width,
                                        conditioning == Conditioning.ADALN_ZERO ? 6 : 4)));
    }

    /** Blocks in series; what they hand on to each other is released. */
    public static Tensor series(List<TransformerBlock> blocks, Tensor x, Tensor c) {
        Tensor h = x;
        for (TransformerBlock block : blocks) {
            Tensor next = block.forward(h, c);
            if (h != x && h != next) {
                x.backend().release(h);
            }
            h = next;
        }
        return h; // (N, T, C)
    }

    public Tensor forward(Tensor x, Tensor c) {
        return within(x, () -> {
            Tensor h = x;
            for (Pair pair : pairs) {
                h = x.backend().recomputed(List.of(h, c), in -> through(pair, in.get(0), in.get(1)));
            }
            return h; // (N, T, C)
        });
    }

    private Tensor through(Pair pair, Tensor x, Tensor c) {
        return pair.modulation() == null
                ? plain(pair, x, c)
                : modulated(pair, pair.modulation().forward(c), x); // (N, T, C)
    }

    /** @param m shift, scale (and gate) of the attention, then of the feed-forward part: (N, 1, C) each */
    private Tensor modulated(Pair pair, List<Tensor> m, Tensor x) {
        boolean gated = conditioning == Conditioning.ADALN_ZERO;
        int second = gated ? 3 : 2;
        Tensor attended = pair.attention().forward(pair.attentionNorm().forward(x, m.get(0), m.get(1)));
        Tensor h = gated ? Composites.gatedAdd(x, m.get(2), attended) : x.add(attended); // (N, T, C)
        Tensor fed = pair.feedForward().forward(pair.feedForwardNorm().forward(h, m.get(second), m.get(second + 1)));
        return gated ? Composites.gatedAdd(h, m.get(5), fed) : h.add(fed); // (N, T, C)
    }

    private static Tensor plain(Pair pair, Tensor x, Tensor c) {
        Tensor h = x.add(pair.attention().forward(pair.attentionNorm().forward(x))); // (N, T, C)
        if (pair.cross() != null && pair.crossNorm() != null) {
            h = h.add(pair.cross().forward(pair.crossNorm().forward(h), c)); // (N, T, C)
        }
        return h.add(pair.feedForward().forward(pair.feedForwardNorm().forward(h))); // (N, T, C)
    }
}
