package org.ditlab.nn;

import static org.ditlab.nn.AttentionTokens.KV_DOWNSAMPLED;
import static org.ditlab.nn.AttentionTokens.QKV_DOWNSAMPLED;

import java.util.List;
import org.ditlab.tensor.Composites;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head self-attention over the tokens of an image, full or downsampled.
 *
 * <p>Shapes: (N, T, C) to (N, T, C). Cost: 4 T C^2 + 2 T^2 C / f^2 multiply-accumulates and the downsampler's, with f = 1 for
 * full attention; downsampled keys and values alone save 2 T C^2 (1 - 1 / f^2) more. The layout [q|k|v][heads][d] is the
 * official checkpoints'.
 * Source: Vaswani et al. 2017; {@link AttentionTokens} and {@link Logits} for the variants.
 */
public final class Attention extends Module {
    /** The official code clamps at this literal, log 100 rounded (U-DiT, udit_models.py; Liu et al., arXiv:2111.09883). */
    private static final double LARGEST_SCALE = 4.6052;

    private final AttentionForm form;
    private final Lineage lineage;
    private final int width;
    private final int heads;
    private final Grid grid;
    private final TokenGroups groups;
    private final Linear qkv;
    private final Linear out;
    private final @Nullable TokenDownsampler downsampler;
    private final @Nullable Parameter logitScale;
    private final @Nullable LayerNorm queryNorm;
    private final @Nullable LayerNorm keyNorm;
    private final @Nullable RotaryEmbedding queryRope;
    private final @Nullable RotaryEmbedding keyRope;

    public Attention(BlockForm block) {
        form = block.attention();
        lineage = block.lineage();
        width = block.width();
        heads = block.heads();
        grid = block.grid();
        int headDim = width / heads;
        groups = new TokenGroups(grid, form.tokens() == QKV_DOWNSAMPLED ? form.factor() : 1, heads);
        boolean cosine = form.logits() == Logits.COSINE;
        logitScale =
                cosine ? parameter("logit_scale", Shape.of(heads, 1, 1), Initializer.constant(Math.log(10))) : null;
        qkv = child(lineage.qkv(), new Linear(width, 3 * width));
        out = child(lineage.out(), lineage.pointwise(width, width));
        downsampler = form.downsampler() == Downsampler.NONE
                ? null
                : child(
                        "downsampler",
                        new TokenDownsampler(form.downsampler(), width, form.kernel(), form.shortcut(), grid));
        boolean normed = form.logits() == Logits.QK_NORM;
        queryNorm = normed ? child("q_norm", new LayerNorm(headDim, true)) : null;
        keyNorm = normed ? child("k_norm", new LayerNorm(headDim, true)) : null;
        int extra = block.conditioning().extraTokens();
        Grid phase = grid.dividedBy(groups.factor());
        queryRope = form.rope() ? child("rope", new RotaryEmbedding(phase, headDim, 1, 0, extra)) : null;
        if (form.rope() && form.tokens() == KV_DOWNSAMPLED) {
            int f = form.factor();
            keyRope = child("rope_key", new RotaryEmbedding(grid.dividedBy(f), headDim, f, f / 2, 0));
        } else {
            keyRope = queryRope;
        }
    }

    public Tensor forward(Tensor x) {
        return within(x, () -> {
            x.expect(-1, -1, width);
            return out.forward(form.tokens() == KV_DOWNSAMPLED ? askAll(x) : askWithinGroups(x)); // (N, T, C)
        });
    }

    /** Full attention, or attention within each of the f x f interleaved grids. */
    private Tensor askWithinGroups(Tensor x) {
        Tensor mixed = downsampler == null ? x : downsampler.forward(x); // (N, T, C)
        if (queryNorm == null && !plain()) {
            return groups.scatter(attendPacked(qkv.forward(groups.gather(mixed)))); // (N, T, C)
        }
        Tensor projected = qkv.forward(mixed); // (N, T, 3 C)
        if (plain()) {
            int headDim = width / heads;
            long scaled = lineage.scaled((long) x.dim(0) * heads * x.dim(1), x.dim(1), headDim);
            return Composites.selfAttention(projected, heads, 1 / Math.sqrt(headDim), scaled); // (N, T, C)
        }
        List<Tensor> parts = projected.chunk(3, 2); // 3 x (N, T, C)
        Tensor q = groups.split(parts.get(0)); // (N f f, heads, T / (f f), d)
        Tensor k = groups.split(parts.get(1));
        Tensor v = groups.split(parts.get(2));
        return groups.merge(attend(q, k, v)); // (N, T, C)
    }

    /** Whether queries and keys meet as they are projected, all with all. */
    private boolean plain() {
        return groups.factor() == 1 && logitScale == null && queryNorm == null && queryRope == null;
    }

    /** Every token asks; keys and values are projected from the nearest-neighbour grid. */
    private Tensor askAll(Tensor x) {
        Tensor mixed = downsampler == null ? x : downsampler.forward(x); // (N, T, C)
        Tensor q = groups.split(qkv.forward(x, 0, width)); // (N, heads, T, d)
        List<Tensor> parts = qkv.forward(nearest(mixed), width, 3 * width).chunk(2, 2); // 2 x (N, T / (f f), C)
        return groups.merge(attend(q, groups.split(parts.get(0)), groups.split(parts.get(1)))); // (N, T, C)
    }

    /** One pixel of every f x f cell, the one right and below of its centre: (N, T, C) to (N, T / (f f), C). */
    private Tensor nearest(Tensor x) {
        int f = form.factor();
        Grid small = grid.dividedBy(f);
        return x.reshape(x.dim(0), small.rows(), f, small.columns(), f, width)
                .slice(2, f / 2, f / 2 + 1)
                .slice(4, f / 2, f / 2 + 1)
                .reshape(x.dim(0), small.tokens(), width);
    }

    /** Queries, keys and values (B, T, 3 C) to (B, T, C). */
    private Tensor attendPacked(Tensor qkv) {
        if (queryRope != null) {
            queryRope.countAngles(qkv.backend());
        }
        int tokens = qkv.dim(1);
        int headDim = width / heads;
        long scaled = lineage.scaled((long) qkv.dim(0) * heads * tokens, tokens, headDim);
        return Composites.packedAttention(
                qkv,
                heads,
                1 / Math.sqrt(headDim),
                logitScale == null ? null : scale(),
                queryRope == null ? null : queryRope.cos(),
                queryRope == null ? null : queryRope.sin(),
                scaled);
    }

    /** What cosine logits are multiplied by, at most 100: (heads, 1, 1). */
    private Tensor scale() {
        return logitScale.value().clamp(-Float.MAX_VALUE, LARGEST_SCALE).exp();
    }

    /** (B, heads, T, d) with (B, heads, S, d) twice, to (B, heads, T, d). */
    private Tensor attend(Tensor query, Tensor key, Tensor v) {
        Tensor q = queryNorm == null ? query : queryNorm.forward(query);
        Tensor k = keyNorm == null ? key : keyNorm.forward(key);
        if (queryRope != null && keyRope != null) {
            queryRope.countAngles(q.backend());
            if (keyRope != queryRope) {
                keyRope.countAngles(k.backend());
            }
            q = queryRope.forward(q);
            k = keyRope.forward(k);
        }
        long scaled = lineage.scaled(q, k);
        if (logitScale == null) {
            return Composites.attention(q, k, v, 1 / Math.sqrt(q.dim(-1)), scaled);
        }
        return Composites.attention(Composites.normalize(q).mul(scale()), Composites.normalize(k), v, 1, scaled);
    }
}
