package org.ditlab.backend.libtorch;

import static org.ditlab.backend.libtorch.GradientTape.own;
import static org.ditlab.backend.libtorch.Natives.empty;
import static org.ditlab.backend.libtorch.Natives.flat;
import static org.ditlab.backend.libtorch.Natives.held;
import static org.ditlab.backend.libtorch.Natives.quietly;
import static org.ditlab.backend.libtorch.Natives.sizes;
import static org.ditlab.backend.libtorch.Natives.type;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Attention on a CPU, forward and backward: explicit products, softmax in place, operands read and gradients written where
 * they lie.
 */
final class FusedAttention {
    /** Below this a vector's square counts as this. */
    private static final double SMALLEST_SQUARE = 1e-24;

    private final Kernels kernels;
    private final GradientTape tape;

    FusedAttention(Kernels kernels, GradientTape tape) {
        this.kernels = kernels;
        this.tape = tape;
    }

    /** Queries, keys and values in memory, all (B, heads, T, d). */
    private record Parts(Operand q, Operand k, Operand v) {}

    /**
     * {@code softmax(q k^T factor) v} of each head, the three side by side as they leave their projection.
     *
     * @param qkv (N, T, 3 C) as [q|k|v][heads][d]
     * @return (N, T, C)
     */
    Tensor self(Tensor qkv, int heads, double factor) {
        boolean tracked = GradientTape.tracks(qkv);
        return quietly(() -> {
            long n = qkv.size(0);
            long t = qkv.size(1);
            long c = qkv.size(2) / 3;
            Tensor dense = qkv.detach().contiguous();
            Tensor weights = empty(type(qkv), n, heads, t, t);
            Tensor y = empty(type(qkv), n, t, c);
            Parts parts = parts(dense, heads);
            forward(parts, Operand.of(weights), head(y, 0, 1, heads), (float) factor);
            if (tracked) {
                Tensor toQkv = tape.leaf(qkv);
                Tensor saved = own(dense);
                Tensor savedWeights = own(weights);
                tape.record(
                        y,
                        g -> {
                            Tensor dQkv = empty(type(saved), sizes(saved));
                            Operand dOut = head(g.contiguous(), 0, 1, heads);
                            backward(parts(saved, heads), savedWeights, dOut, parts(dQkv, heads), (float) factor);
                            GradientTape.add(toQkv, dQkv);
                        },
                        held(toQkv, saved, savedWeights));
            }
            return y;
        });
    }

    private static Parts parts(Tensor qkv, int heads) {
        return new Parts(head(qkv, 0, 3, heads), head(qkv, 1, 3, heads), head(qkv, 2, 3, heads));
    }

    /** Of (N, T, parts C), the heads of one part as (N, heads, T, d). */
    private static Operand head(Tensor x, int part, int parts, int heads) {
        long t = x.size(1);
        long row = x.size(2);
        long c = row / parts;
        return flat(x).part(
                        part * c, new long[] {x.size(0), heads, t, c / heads}, new long[] {t * row, c / heads, row, 1});
    }

    private void forward(Parts parts, Operand weights, Operand y, float factor) {
        kernels.matmul(parts.q(), parts.k().transposed(), null, weights, factor);
        kernels.softmax(weights, weights);
        kernels.matmul(weights, parts.v(), null, y, 1);
    }

    /** Writes the gradients of the three; @param p the weights (B, heads, T, T) after the softmax */
    private void backward(Parts parts, Tensor p, Operand dOut, Parts gradients, float factor) {
        Tensor dWeights = empty(type(p), sizes(p));
        Operand weights = Operand.of(p);
        Operand dp = Operand.of(dWeights);
        kernels.matmul(weights.transposed(), dOut, null, gradients.v(), 1);
        kernels.matmul(dOut, parts.v().transposed(), null, dp, 1);
        kernels.softmaxBackward(weights, dp, dp);
        kernels.matmul(dp, parts.k(), null, gradients.q(), factor);
        kernels.matmul(dp.transposed(), parts.q(), null, gradients.k(), factor);
        dWeights.close();
    }

    /**
     * The same over queries, keys and values (3, B, heads, T, d), queries and keys rotated and normalised first.
     *
     * @param logitScale (heads, 1, 1) float32, or null: logits are multiplied by {@code factor} then
     * @param angles (T, d / 2) complex, or null
     * @return (B, heads, T, d)
     */
    Tensor packed(Tensor qkv, double factor, @Nullable Tensor logitScale, @Nullable Tensor angles) {
        boolean tracked = GradientTape.tracks(qkv, logitScale);
        return quietly(() -> {
            Tensor dense = qkv.detach().contiguous();
            ScalarType type = type(qkv);
            boolean turns = angles != null || logitScale != null;
            Turned turned = turns ? turn(dense, logitScale, angles) : null;
            Tensor both =
                    turned == null ? dense.narrow(0, 0, 2) : turned.result().to(type);
            float scale = logitScale == null ? (float) factor : 1;
            Tensor weights = empty(type, qkv.size(1), qkv.size(2), qkv.size(3), qkv.size(3));
            Tensor y = empty(type, qkv.size(1), qkv.size(2), qkv.size(3), qkv.size(4));
            forward(packedParts(both, dense), Operand.of(weights), Operand.of(y), scale);
            if (tracked) {
                Tensor toQkv = tape.leaf(qkv);
                Tensor toScale = tape.leaf(logitScale);
                Tensor saved = own(dense);
                Tensor savedBoth = own(both);
                Tensor savedWeights = own(weights);
                Turned kept = turned == null ? null : turned.kept();
                List<Tensor> held = held(toQkv, toScale, saved, savedBoth, savedWeights);
                if (kept != null) {
                    held.addAll(kept.handles());
                }
                tape.record(
                        y,
                        g -> {
                            Tensor dQkv = empty(type, sizes(saved));
                            Tensor dBoth = kept == null ? dQkv : empty(ScalarType.Float, sizes(savedBoth));
                            Operand dOut = Operand.of(g.contiguous());
                            Parts gradients = packedParts(dBoth, dQkv);
                            backward(packedParts(savedBoth, saved), savedWeights, dOut, gradients, scale);
                            if (kept != null) {
                                dQkv.narrow(0, 0, 2).copy_(kept.backward(dBoth, toScale));
                            }
                            GradientTape.add(toQkv, dQkv);
                        },
                        held);
            }
            return y;
        });
    }

    /** The first two of one dense tensor (2 or 3, B, heads, T, d), the last of another (3, B, heads, T, d). */
    private static Parts packedParts(Tensor both, Tensor qkv) {
        long[] dims = {qkv.size(1), qkv.size(2), qkv.size(3), qkv.size(4)};
        long size = dims[0] * dims[1] * dims[2] * dims[3];
        Operand first = Operand.dense(both, dims);
        return new Parts(
                first,
                first.part(size, dims, first.strides()),
                Operand.dense(qkv, dims).part(2 * size, dims, first.strides()));
    }

    /**
     * Queries and keys, rotated and then normalised and scaled.
     *
     * @param result (2, B, heads, T, d) float32
     * @param unit the same, of length 1; null without normalisation
     * @param inverse of the length, (2, B, heads, T, 1); null without normalisation
     * @param factors (2, 1, heads, 1, 1), the queries' scales and the keys' ones; null without normalisation
     * @param angles or null
     */
    private record Turned(
            Tensor result,
            @Nullable Tensor unit,
            @Nullable Tensor inverse,
            @Nullable Tensor factors,
            @Nullable Tensor angles) {

        /** With handles of the tape's own; the result itself is not kept. */
        Turned kept() {
            return new Turned(result, kept(unit), kept(inverse), kept(factors), kept(angles));
        }

        private static @Nullable Tensor kept(@Nullable Tensor handle) {
            return handle == null ? null : own(handle);
        }

        List<Tensor> handles() {
            return held(unit, inverse, factors, angles);
        }

        /** The gradient of queries and keys, float32; the scale's goes to its leaf. */
        Tensor backward(Tensor gradient, @Nullable Tensor toScale) {
            Tensor g = gradient;
            if (unit != null) {
                Tensor along = g.mul(unit).sum(new long[] {-1}, true, new ScalarTypeOptional()); // (2, B, heads, T, 1)
                if (toScale != null) {
                    Tensor perHead =
                            along.narrow(0, 0, 1).sum(new long[] {0, 1, 3, 4}, false, new ScalarTypeOptional());
                    GradientTape.add(toScale, perHead.view(sizes(toScale)));
                }
                g = g.addcmul_(unit, along, new Scalar(-1.0)).mul_(inverse.mul(factors));
            }
            if (angles != null) {
                g = torch.view_as_real(complex(g).mul_(torch.conj(angles))).view(sizes(gradient));
            }
            return g;
        }
    }

    private static Turned turn(Tensor qkv, @Nullable Tensor logitScale, @Nullable Tensor angles) {
        Tensor both = qkv.narrow(0, 0, 2);
        Tensor x = type(qkv) == ScalarType.Float ? both.clone() : both.to(ScalarType.Float);
        if (angles != null) {
            complex(x).mul_(angles);
        }
        if (logitScale == null) {
            return new Turned(x, null, null, null, angles);
        }
        Tensor squares = x.square().sum(new long[] {-1}, true, new ScalarTypeOptional());
        Tensor inverse = squares.clamp_min_(new Scalar(SMALLEST_SQUARE)).rsqrt_();
        Tensor unit = x.mul_(inverse);
        long heads = qkv.size(2);
        Tensor factors = torch.ones(new long[] {2, 1, heads, 1, 1});
        factors.narrow(0, 0, 1).copy_(logitScale.detach().view(1, 1, heads, 1, 1));
        return new Turned(unit.mul(factors), unit, inverse, factors, angles);
    }

    /** Pairs of neighbours as complex numbers, the same memory. */
    private static Tensor complex(Tensor x) {
        return torch.view_as_complex(x.view(x.size(0), x.size(1), x.size(2), x.size(3), x.size(4) / 2, 2));
    }
}
