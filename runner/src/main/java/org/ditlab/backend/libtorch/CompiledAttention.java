package org.ditlab.backend.libtorch;

import static org.ditlab.backend.libtorch.GradientTape.own;
import static org.ditlab.backend.libtorch.Natives.dense;
import static org.ditlab.backend.libtorch.Natives.empty;
import static org.ditlab.backend.libtorch.Natives.flat;
import static org.ditlab.backend.libtorch.Natives.held;
import static org.ditlab.backend.libtorch.Natives.quietly;
import static org.ditlab.backend.libtorch.Natives.sizes;
import static org.ditlab.backend.libtorch.Natives.type;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.ditlab.tensor.ShapeException;
import org.jspecify.annotations.Nullable;

/**
 * Attention in bfloat16 on a processor's tiles, head by head within the cache. The weights (T, T) are never written to memory: the
 * backward pass computes them again from each row's logarithm of its sum. Source: Dao et al., arXiv:2205.14135.
 */
final class CompiledAttention {
    private static final int WIDEST_HEAD = 128;
    private static final int MOST_TOKENS = 4096;

    private final GradientTape tape;

    CompiledAttention(GradientTape tape) {
        this.tape = tape;
    }

    /**
     * Whether there is a kernel for it here.
     *
     * @param qkv (N, T, 3 C)
     */
    static boolean serves(Tensor qkv, int heads, double factor) {
        if (type(qkv) != ScalarType.BFloat16 || qkv.numel() == 0) {
            return false;
        }
        long width = qkv.size(2) / (3L * heads);
        boolean fits = width <= WIDEST_HEAD && qkv.size(1) <= MOST_TOKENS && factor > 0;
        return fits && CompiledKernels.tilesServe();
    }

    /**
     * {@code softmax(q k^T factor) v} of each head, queries and keys rotated first where there are angles; with scales they are
     * then normalised, and the queries multiplied by them.
     *
     * @param qkv (N, T, 3 C) as [q|k|v][heads][d]
     * @param logitScale (heads, 1, 1), or null: logits are multiplied by {@code factor} then
     * @param angles (T, d / 2) complex, or null
     * @return (N, T, C)
     */
    Tensor apply(Tensor qkv, int heads, double factor, @Nullable Tensor logitScale, @Nullable Tensor angles) {
        boolean tracked = GradientTape.tracks(qkv, logitScale);
        return quietly(() -> {
            Form form = new Form(qkv, heads);
            Tensor dense = qkv.detach().contiguous();
            Tensor turns = angles == null ? null : dense(torch.view_as_real(angles), ScalarType.Float);
            Tensor scales = logitScale == null ? null : dense(logitScale, ScalarType.Float);
            float by = logitScale == null ? (float) factor : 1;
            form.check(turns, scales);
            Tensor y = empty(ScalarType.BFloat16, form.images(), form.tokens(), (long) heads * form.width());
            Tensor sums = tracked ? empty(ScalarType.Float, form.images(), heads, form.tokens()) : null;
            forward(
                    at(dense),
                    at(turns),
                    at(scales),
                    by,
                    at(y),
                    at(sums),
                    form.images(),
                    heads,
                    form.tokens(),
                    form.width());
            if (sums != null) {
                Tensor toQkv = tape.leaf(qkv);
                Tensor toScale = tape.leaf(logitScale);
                Tensor saved = own(dense);
                Tensor savedTurns = turns == null ? null : own(turns);
                Tensor savedScales = scales == null ? null : own(scales);
                Tensor savedY = own(y);
                Tensor savedSums = own(sums);
                tape.record(
                        y,
                        g -> {
                            Tensor dQkv = empty(ScalarType.BFloat16, sizes(saved));
                            Tensor dScales = savedScales == null ? null : empty(ScalarType.Float, form.images(), heads);
                            Tensor dY = dense(g, ScalarType.BFloat16);
                            backward(
                                    at(saved),
                                    at(savedTurns),
                                    at(savedScales),
                                    by,
                                    at(savedY),
                                    at(savedSums),
                                    at(dY),
                                    at(dQkv),
                                    at(dScales),
                                    form.images(),
                                    heads,
                                    form.tokens(),
                                    form.width());
                            GradientTape.add(toQkv, dQkv);
                            if (toScale != null && dScales != null) {
                                Tensor sum = dScales.narrow(0, 0, 1).view(sizes(toScale));
                                GradientTape.addAs(toScale, sum);
                            }
                        },
                        held(toQkv, toScale, saved, savedTurns, savedScales, savedY, savedSums));
            }
            return y;
        });
    }

    private record Form(int images, int heads, int tokens, int width) {
        Form(Tensor qkv, int heads) {
            this((int) qkv.size(0), heads, (int) qkv.size(1), (int) (qkv.size(2) / (3L * heads)));
            if (qkv.size(2) != 3L * heads * width) {
                throw new ShapeException("attention: " + qkv.size(2) + " channels are no queries, keys and values of "
                        + heads + " heads");
            }
        }

        /** Addresses tell no extents. */
        void check(@Nullable Tensor turns, @Nullable Tensor scales) {
            if (turns != null && turns.numel() != (long) tokens * width) {
                throw new ShapeException(
                        "attention: " + turns.numel() / 2 + " angles for " + tokens + " tokens of width " + width);
            }
            if (scales != null && scales.numel() != heads) {
                throw new ShapeException("attention: " + scales.numel() + " scales for " + heads + " heads");
            }
        }
    }

    private static long at(@Nullable Tensor dense) {
        return dense == null ? 0 : flat(dense).address();
    }

    /** @param logSums (N, heads, T) float32, written; or 0 */
    private static native void forward(
            long qkv,
            long angles,
            long scales,
            float factor,
            long y,
            long logSums,
            int images,
            int heads,
            int tokens,
            int width);

    /** @param dScales (N, heads) float32, the gradient of the scales in the first row afterwards; or 0 */
    private static native void backward(
            long qkv,
            long angles,
            long scales,
            float factor,
            long y,
            long logSums,
            long dY,
            long dQkv,
            long dScales,
            int images,
            int heads,
            int tokens,
            int width);
}
