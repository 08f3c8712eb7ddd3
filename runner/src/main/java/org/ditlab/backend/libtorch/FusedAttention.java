package org.ditlab.backend.libtorch;

import static org.ditlab.backend.libtorch.GradientTape.own;
import static org.ditlab.backend.libtorch.Natives.dense;
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
     * The same over (B, 3 heads, T, d), with rotated and normalised queries and keys.
     *
     * @param logitScale (heads, 1, 1) float32, or null: logits are multiplied by {@code factor} then
     * @param angles (T, d / 2) complex, or null
     * @return (B, heads, T, d)
     */
    Tensor packed(Tensor qkv, double factor, @Nullable Tensor logitScale, @Nullable Tensor angles) {
        boolean tracked = GradientTape.tracks(qkv, logitScale);
        return quietly(() -> {
            long heads = qkv.size(1) / 3;
            Tensor dense = qkv.detach().contiguous();
            ScalarType type = type(qkv);
            boolean changed = angles != null || logitScale != null;
            Tensor v = dense.narrow(1, 2 * heads, heads);
            Turned turned = changed ? turn(dense, logitScale, angles) : null;
            Tensor both = turned == null ? dense.narrow(1, 0, 2 * heads) : turned.result().to(type);
            float scale = logitScale == null ? (float) factor : 1;
            Tensor weights = empty(type, qkv.size(0), heads, qkv.size(2), qkv.size(2));
            Tensor y = empty(type, qkv.size(0), heads, qkv.size(2), qkv.size(3));
            forward(parts(both, v), Operand.of(weights), Operand.of(y), scale);
            if (tracked) {
                Tensor toQkv = tape.leaf(qkv);
                Tensor toScale = tape.leaf(logitScale);
                Tensor savedBoth = own(both);
                Tensor savedV = own(v);
                Tensor savedWeights = own(weights);
                Turned saved = turned == null ? null : turned.kept();
                List<Tensor> held = held(toQkv, toScale, savedBoth, savedV, savedWeights);
                if (saved != null) {
                    held.addAll(saved.handles());
                }
                tape.record(
                        y,
                        g -> {
                            Tensor dQkv = empty(type, sizes(toQkv));
                            Tensor dBoth = saved == null
                                    ? dQkv.narrow(1, 0, 2 * heads)
                                    : empty(ScalarType.Float, sizes(savedBoth));
                            Parts gradients = parts(dBoth, dQkv.narrow(1, 2 * heads, heads));
                            Operand dOut = Operand.of(g.contiguous());
                            backward(parts(savedBoth, savedV), savedWeights, dOut, gradients, scale);
                            if (saved != null) {
                                dQkv.narrow(1, 0, 2 * heads).copy_(saved.backward(dBoth, toScale));
                            }
                            GradientTape.add(toQkv, dQkv);
                        },
                        held);
            }
            return y;
        });
    }

    /** Queries and keys of (B, 2 heads, T, d), values of (B, heads, T, d). */
    private static Parts parts(Tensor both, Tensor v) {
        long heads = v.size(1);
        return new Parts(
                Operand.of(both.narrow(1, 0, heads)), Operand.of(both.narrow(1, heads, heads)), Operand.of(v));
    }

    /**
     * Queries and keys, rotated and then normalised and scaled.
     *
     * @param result (B, 2 heads, T, d) float32
     * @param unit the same, of length 1; null without normalisation
     * @param inverse of the length, (B, 2 heads, T, 1); null without normalisation
     * @param factors (2 heads, 1, 1), the queries' scales and the keys' ones; null without normalisation
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
                Tensor along = g.mul(unit).sum(new long[] {-1}, true, new ScalarTypeOptional()); // (B, 2 heads, T, 1)
                if (toScale != null) {
                    long heads = toScale.numel();
                    Tensor perHead = along.narrow(1, 0, heads)
                            .sum(new long[] {0, 2, 3}, false, new ScalarTypeOptional());
                    GradientTape.add(toScale, perHead.view(sizes(toScale)));
                }
                g = g.addcmul_(unit, along, new Scalar(-1.0)).mul_(inverse.mul(factors));
            }
            if (angles != null) {
                g = complex(g).mul_(torch.conj(angles));
                g = torch.view_as_real(g).view(sizes(gradient));
            }
            return g;
        }
    }

    private static Turned turn(Tensor qkv, @Nullable Tensor logitScale, @Nullable Tensor angles) {
        long heads = qkv.size(1) / 3;
        Tensor x = dense(qkv.narrow(1, 0, 2 * heads), ScalarType.Float);
        if (type(qkv) == ScalarType.Float) {
            x = x.clone();
        }
        if (angles != null) {
            complex(x).mul_(angles);
        }
        if (logitScale == null) {
            return new Turned(x, null, null, null, angles);
        }
        Tensor squares = x.square().sum(new long[] {-1}, true, new ScalarTypeOptional());
        Tensor inverse = squares.clamp_min_(new Scalar(SMALLEST_SQUARE)).rsqrt_();
        Tensor unit = x.mul_(inverse);
        Tensor factors = torch.ones(new long[] {2 * heads, 1, 1});
        factors.narrow(0, 0, heads).copy_(logitScale.detach());
        return new Turned(unit.mul(factors), unit, inverse, factors, angles);
    }

    /** Pairs of neighbours as complex numbers, the same memory. */
    private static Tensor complex(Tensor x) {
        return torch.view_as_complex(x.view(x.size(0), x.size(1), x.size(2), x.size(3) / 2, 2));
    }
}
