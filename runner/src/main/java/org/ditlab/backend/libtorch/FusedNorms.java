package org.ditlab.backend.libtorch;

import static org.ditlab.backend.libtorch.GradientTape.addAs;
import static org.ditlab.backend.libtorch.GradientTape.own;
import static org.ditlab.backend.libtorch.Natives.dense;
import static org.ditlab.backend.libtorch.Natives.empty;
import static org.ditlab.backend.libtorch.Natives.flat;
import static org.ditlab.backend.libtorch.Natives.held;
import static org.ditlab.backend.libtorch.Natives.quietly;
import static org.ditlab.backend.libtorch.Natives.sizes;
import static org.ditlab.backend.libtorch.Natives.type;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.ditlab.backend.libtorch.CompiledActivations.Function;
import org.jspecify.annotations.Nullable;

/** What stands between products in a transformer on a CPU, forward and backward, in few passes over memory: activations, norms and gates. */
final class FusedNorms {
    private final Kernels kernels;
    private final GradientTape tape;
    private final CompiledNorms compiled;
    private final CompiledActivations activations;

    FusedNorms(Kernels kernels, GradientTape tape) {
        this.kernels = kernels;
        this.tape = tape;
        compiled = new CompiledNorms(tape);
        activations = new CompiledActivations(tape);
    }

    /** GELU, tanh approximation. */
    Tensor geluTanh(Tensor x) {
        return CompiledKernels.serve()
                ? activations.apply(Function.GELU_TANH, x)
                : eltwise(dnnl.dnnl_eltwise_gelu_tanh, x);
    }

    /** GELU, exact. */
    Tensor geluErf(Tensor x) {
        return CompiledKernels.serve()
                ? activations.apply(Function.GELU_ERF, x)
                : eltwise(dnnl.dnnl_eltwise_gelu_erf, x);
    }

    /** {@code x sigmoid(x)}. */
    Tensor silu(Tensor x) {
        return CompiledKernels.serve() ? activations.apply(Function.SILU, x) : torch.silu(x);
    }

    /** {@code f(x)}. @param function oneDNN's element-wise function */
    private Tensor eltwise(int function, Tensor x) {
        boolean tracked = GradientTape.tracks(x);
        return quietly(() -> {
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

    /**
     * {@code norm(x) (1 + scale) + shift}.
     *
     * @param x (N, T, D)
     * @param shift (N, 1, D)
     * @param scale (N, 1, D)
     * @param type of the result
     */
    Tensor adaptiveNorm(Tensor x, Tensor shift, Tensor scale, double epsilon, ScalarType type) {
        if (CompiledNorms.serves(x)) {
            return compiled.adaptiveNorm(x, shift, scale, epsilon, type);
        }
        boolean tracked = GradientTape.tracks(x, shift, scale);
        return quietly(() -> {
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
        if (CompiledNorms.servesGate(x, gate, branch)) {
            return compiled.gatedAdd(x, gate, branch);
        }
        boolean tracked = GradientTape.tracks(x, gate, branch);
        return quietly(() -> {
            long n = x.size(0);
            long t = x.size(1);
            long d = x.size(2);
            Tensor factor = dense(gate, ScalarType.Float);
            Tensor dense = branch.detach().contiguous();
            // Row by row whatever the memory of x is like: every later pass over the residual stream depends on it.
            Tensor y =
                    torch.addcmul(x.detach().contiguous(), type(x) == ScalarType.Float ? factor : gate.detach(), dense);
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
        Operand dys = Operand.dense(dense(dy, type(dy) == type(branch) ? type(dy) : ScalarType.Float), n, t, d);
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
}
