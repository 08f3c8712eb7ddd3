package org.ditlab.backend.libtorch;

import static org.ditlab.backend.libtorch.GradientTape.own;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * The layers of a transformer as few passes over memory, forward and backward, on a CPU: oneDNN's kernels on libtorch's
 * tensors, their gradients by {@link GradientTape}. Operands are float32 or bfloat16; products run in a type that the caller
 * names and sum in float32.
 */
final class FusedLayers {
    private final Kernels kernels = new Kernels();
    private final GradientTape tape;
    private final WeightCasts casts = new WeightCasts();

    FusedLayers(GradientTape tape) {
        this.tape = tape;
    }

    /** Whether all operands are of a type that the kernels know. */
    static boolean fits(@Nullable Tensor... operands) {
        for (Tensor operand : operands) {
            if (operand != null && (!Operand.fits(operand) || operand.numel() == 0)) {
                return false;
            }
        }
        return true;
    }

    private static Tensor empty(ScalarType type, long... dims) {
        return torch.empty(dims, new TensorOptions(type), null);
    }

    private static long[] sizes(Tensor x) {
        long[] dims = new long[(int) x.dim()];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = x.size(i);
        }
        return dims;
    }

    private static ScalarType type(Tensor x) {
        return x.scalar_type().intern();
    }

    private static Tensor dense(Tensor x, ScalarType type) {
        return x.detach().to(type).contiguous();
    }

    /** Runs a computation that libtorch does not record, and frees what it made but for its result. */
    private static Tensor compute(Supplier<Tensor> body) {
        AutoGradMode mode = new AutoGradMode(false);
        try {
            return body.get();
        } finally {
            mode.close();
        }
    }

    // ---- products ----

    /**
     * {@code x W^T + b}.
     *
     * @param x (..., in)
     * @param weight (out, in), in any shape whose first extent is out
     * @param narrow the weight in the type to compute in
     * @param type of the result and of the product's operands
     */
    Tensor linear(LibtorchTensor input, LibtorchTensor weight, @Nullable Tensor bias, ScalarType type) {
        Tensor x = input.handle();
        Tensor full = weight.source().handle();
        boolean tracked = GradientTape.tracks(x, full, bias);
        return compute(() -> {
            long[] dims = sizes(x);
            long in = dims[dims.length - 1];
            long rows = x.numel() / in;
            long out = full.size(0);
            Tensor dense = dense(x, type);
            Tensor narrow = type == ScalarType.Float
                    ? full.detach().contiguous()
                    : type(full) == type ? full.detach().contiguous() : casts.narrow(weight.source());
            Tensor offset = bias == null ? null : dense(bias, ScalarType.Float);
            dims[dims.length - 1] = out;
            Tensor y = empty(type, dims);
            kernels.matmul(
                    Operand.dense(dense, rows, in),
                    Operand.dense(narrow, out, in).transposed(),
                    offset == null ? null : Operand.dense(offset, 1, out),
                    Operand.dense(y, rows, out),
                    1);
            if (tracked) {
                Tensor toX = tape.leaf(x);
                Tensor toWeight = tape.leaf(full);
                Tensor toBias = tape.leaf(bias);
                Tensor savedX = toWeight == null ? null : own(dense);
                Tensor savedWeight = toX == null ? null : own(narrow);
                tape.record(
                        y,
                        g -> linearBackward(g, rows, in, out, savedX, savedWeight, toX, toWeight, toBias),
                        held(toX, toWeight, toBias, savedX, savedWeight));
            }
            return y;
        });
    }

    private void linearBackward(
            Tensor gradient,
            long rows,
            long in,
            long out,
            @Nullable Tensor x,
            @Nullable Tensor weight,
            @Nullable Tensor toX,
            @Nullable Tensor toWeight,
            @Nullable Tensor toBias) {
        Tensor dy = gradient.contiguous();
        Operand rowsOfDy = Operand.dense(dy, rows, out);
        if (toX != null) {
            Tensor dx = empty(type(toX), sizes(toX));
            kernels.matmul(rowsOfDy, Operand.dense(weight, out, in), null, Operand.dense(dx, rows, in), 1);
            GradientTape.add(toX, dx);
        }
        if (toWeight != null) {
            Tensor dWeight = empty(type(toWeight), sizes(toWeight));
            kernels.matmul(
                    rowsOfDy.transposed(), Operand.dense(x, rows, in), null, Operand.dense(dWeight, out, in), 1);
            GradientTape.add(toWeight, dWeight);
        }
        if (toBias != null) {
            Tensor ones = torch.ones(new long[] {rows}).to(type(dy));
            Tensor dBias = empty(type(toBias), sizes(toBias));
            kernels.matmul(Operand.dense(ones, 1, rows), rowsOfDy, null, Operand.dense(dBias, 1, out), 1);
            GradientTape.add(toBias, dBias);
        }
    }

    private static List<Tensor> held(@Nullable Tensor... handles) {
        List<Tensor> held = new ArrayList<>();
        for (Tensor handle : handles) {
            if (handle != null) {
                held.add(handle);
            }
        }
        return held;
    }

    // ---- element-wise ----

    /** {@code f(x)}. @param function oneDNN's element-wise function */
    Tensor eltwise(int function, Tensor x) {
        boolean tracked = GradientTape.tracks(x);
        return compute(() -> {
            Tensor dense = x.detach().contiguous();
            Tensor y = empty(type(x), sizes(x));
            kernels.eltwise(function, flat(dense), flat(y));
            if (tracked) {
                Tensor toX = tape.leaf(x);
                Tensor saved = own(dense);
                tape.record(
                        y,
                        g -> {
                            Tensor dx = empty(type(saved), sizes(saved));
                            kernels.eltwiseBackward(function, flat(saved), flat(g.contiguous()), flat(dx));
                            GradientTape.add(toX, dx);
                        },
                        held(toX, saved));
            }
            return y;
        });
    }

    private static Operand flat(Tensor dense) {
        return Operand.dense(dense, dense.numel());
    }

    // ---- norms and gates ----

    /**
     * {@code norm(x) (1 + scale) + shift}.
     *
     * @param x (N, T, D)
     * @param shift (N, 1, D)
     * @param scale (N, 1, D)
     * @param type of the result
     */
    Tensor adaptiveNorm(Tensor x, Tensor shift, Tensor scale, double epsilon, ScalarType type) {
        boolean tracked = GradientTape.tracks(x, shift, scale);
        return compute(() -> {
            long n = x.size(0);
            long t = x.size(1);
            long d = x.size(2);
            Tensor dense = x.detach().contiguous();
            Tensor factor = dense(scale, ScalarType.Float).add(new Scalar(1.0));
            Tensor offset = dense(shift, ScalarType.Float);
            Tensor y = empty(type, n, t, d);
            Tensor mean = empty(ScalarType.Float, n, t);
            Tensor variance = empty(ScalarType.Float, n, t);
            Operand in = Operand.dense(dense, n, t, d);
            Operand out = Operand.dense(y, n, t, d);
            Operand factors = flat(factor);
            Operand offsets = flat(offset);
            Operand means = flat(mean);
            Operand variances = flat(variance);
            for (long i = 0; i < n; i++) {
                kernels.norm(
                        rows(in, i),
                        row(factors, i * d, d),
                        row(offsets, i * d, d),
                        rows(out, i),
                        row(means, i * t, t),
                        row(variances, i * t, t),
                        epsilon);
            }
            if (tracked) {
                Tensor toX = tape.leaf(x);
                Tensor toShift = tape.leaf(shift);
                Tensor toScale = tape.leaf(scale);
                Tensor savedX = own(dense);
                Tensor savedFactor = own(factor);
                Tensor savedMean = own(mean);
                Tensor savedVariance = own(variance);
                tape.record(
                        y,
                        g -> {
                            Tensor dy = g.contiguous();
                            Tensor dx = empty(type(savedX), n, t, d);
                            Tensor dScale = empty(ScalarType.Float, n, 1, d);
                            Tensor dShift = empty(ScalarType.Float, n, 1, d);
                            Operand xs = Operand.dense(savedX, n, t, d);
                            Operand dys = Operand.dense(dy, n, t, d);
                            Operand dxs = Operand.dense(dx, n, t, d);
                            Operand scales = flat(savedFactor);
                            Operand centres = flat(savedMean);
                            Operand spreads = flat(savedVariance);
                            Operand dScales = flat(dScale);
                            Operand dShifts = flat(dShift);
                            for (long i = 0; i < n; i++) {
                                kernels.normBackward(
                                        rows(xs, i),
                                        row(scales, i * d, d),
                                        row(centres, i * t, t),
                                        row(spreads, i * t, t),
                                        rows(dys, i),
                                        rows(dxs, i),
                                        row(dScales, i * d, d),
                                        row(dShifts, i * d, d),
                                        epsilon);
                            }
                            GradientTape.add(toX, dx);
                            addAs(toScale, dScale);
                            addAs(toShift, dShift);
                        },
                        held(toX, toShift, toScale, savedX, savedFactor, savedMean, savedVariance));
            }
            return y;
        });
    }

    private static void addAs(@Nullable Tensor leaf, Tensor gradient) {
        if (leaf != null) {
            GradientTape.add(leaf, gradient.to(type(leaf)));
        }
    }

    /** The i-th sample of (N, T, D) as (T, D). */
    private static Operand rows(Operand x, long i) {
        long t = x.dims()[1];
        long d = x.dims()[2];
        return x.part(i * t * d, new long[] {t, d}, new long[] {d, 1});
    }

    private static Operand row(Operand flat, long first, long length) {
        return flat.part(first, new long[] {length}, new long[] {1});
    }

    /**
     * {@code x + gate * branch}.
     *
     * @param x (N, T, D)
     * @param gate (N, 1, D)
     * @param branch (N, T, D)
     */
    Tensor gatedAdd(Tensor x, Tensor gate, Tensor branch) {
        boolean tracked = GradientTape.tracks(x, gate, branch);
        return compute(() -> {
            long n = x.size(0);
            long t = x.size(1);
            long d = x.size(2);
            Tensor factor = dense(gate, ScalarType.Float);
            Tensor dense = branch.detach().contiguous();
            Tensor y = torch.addcmul(x.detach(), factor, dense);
            if (tracked) {
                Tensor toX = tape.leaf(x);
                Tensor toGate = tape.leaf(gate);
                Tensor toBranch = tape.leaf(branch);
                Tensor savedFactor = own(factor);
                Tensor savedBranch = own(dense);
                tape.record(
                        y,
                        g -> {
                            gateBackward(g.contiguous(), savedFactor, savedBranch, toGate, toBranch, n, t, d);
                            addAs(toX, g);
                        },
                        held(toX, toGate, toBranch, savedFactor, savedBranch));
            }
            return y;
        });
    }

    private void gateBackward(
            Tensor dy,
            Tensor gate,
            Tensor branch,
            @Nullable Tensor toGate,
            @Nullable Tensor toBranch,
            long n,
            long t,
            long d) {
        Tensor dBranch = empty(type(branch), n, t, d);
        Tensor dGate = empty(ScalarType.Float, n, 1, d);
        Tensor unused = empty(ScalarType.Float, d);
        Tensor zero = torch.zeros(new long[] {t});
        Tensor half = zero.add(new Scalar(Kernels.HALF));
        Operand branches = Operand.dense(branch, n, t, d);
        Operand dys = Operand.dense(dy, n, t, d);
        Operand dBranches = Operand.dense(dBranch, n, t, d);
        Operand gates = flat(gate);
        Operand dGates = flat(dGate);
        for (long i = 0; i < n; i++) {
            kernels.gateBackward(
                    rows(branches, i),
                    row(gates, i * d, d),
                    flat(zero),
                    flat(half),
                    rows(dys, i),
                    rows(dBranches, i),
                    row(dGates, i * d, d),
                    flat(unused));
        }
        GradientTape.add(toBranch, dBranch);
        addAs(toGate, dGate);
    }

    // ---- attention ----

    /**
     * {@code softmax(q k^T factor) v} of each head, the three side by side as they leave their projection, read and written
     * where they lie.
     *
     * @param qkv (N, T, 3 C) as [q|k|v][heads][d]
     * @return (N, T, C)
     */
    Tensor selfAttention(Tensor qkv, int heads, double factor) {
        boolean tracked = GradientTape.tracks(qkv);
        return compute(() -> {
            long n = qkv.size(0);
            long t = qkv.size(1);
            long c = qkv.size(2) / 3;
            Tensor dense = qkv.detach().contiguous();
            Tensor weights = empty(type(qkv), n, heads, t, t);
            Tensor y = empty(type(qkv), n, t, c);
            Operand p = Operand.dense(weights, n, heads, t, t);
            kernels.matmul(head(dense, 0, 3, heads), head(dense, 1, 3, heads).transposed(), null, p, (float) factor);
            kernels.softmax(p, p);
            kernels.matmul(p, head(dense, 2, 3, heads), null, head(y, 0, 1, heads), 1);
            if (tracked) {
                Tensor toQkv = tape.leaf(qkv);
                Tensor saved = own(dense);
                Tensor savedWeights = own(weights);
                tape.record(
                        y,
                        g -> GradientTape.add(
                                toQkv, attentionBackward(g.contiguous(), saved, savedWeights, heads, (float) factor)),
                        held(toQkv, saved, savedWeights));
            }
            return y;
        });
    }

    private Tensor attentionBackward(Tensor dy, Tensor qkv, Tensor weights, int heads, float factor) {
        Tensor dQkv = empty(type(qkv), sizes(qkv));
        Tensor dWeights = empty(type(weights), sizes(weights));
        Operand p = Operand.of(weights);
        Operand dp = Operand.of(dWeights);
        Operand dOut = head(dy, 0, 1, heads);
        kernels.matmul(p.transposed(), dOut, null, head(dQkv, 2, 3, heads), 1);
        kernels.matmul(dOut, head(qkv, 2, 3, heads).transposed(), null, dp, 1);
        kernels.softmaxBackward(p, dp, dp);
        kernels.matmul(dp, head(qkv, 1, 3, heads), null, head(dQkv, 0, 3, heads), factor);
        kernels.matmul(dp.transposed(), head(qkv, 0, 3, heads), null, head(dQkv, 1, 3, heads), factor);
        return dQkv;
    }

    /** Of (N, T, parts C), the heads of one part as (N, heads, T, d). */
    private static Operand head(Tensor x, int part, int parts, int heads) {
        long t = x.size(1);
        long row = x.size(2);
        long c = row / parts;
        return flat(x).part(
                part * c, new long[] {x.size(0), heads, t, c / heads}, new long[] {t * row, c / heads, row, 1});
    }
}
