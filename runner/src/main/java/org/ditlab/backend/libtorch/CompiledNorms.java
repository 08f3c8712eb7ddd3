package org.ditlab.backend.libtorch;

import static org.ditlab.backend.libtorch.GradientTape.addAs;
import static org.ditlab.backend.libtorch.GradientTape.own;
import static org.ditlab.backend.libtorch.Natives.dense;
import static org.ditlab.backend.libtorch.Natives.empty;
import static org.ditlab.backend.libtorch.Natives.held;
import static org.ditlab.backend.libtorch.Natives.quietly;
import static org.ditlab.backend.libtorch.Natives.type;
import static org.ditlab.backend.libtorch.Operand.address;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** Norms and gates whose factors belong to a sample: all samples in one pass over memory, and so their gradients. */
final class CompiledNorms {
    private static final int WIDEST = 8192; // norm.cpp's
    private static final int BLOCK = 32; // rows of a sum, norm.cpp's
    private static final int LANES = 16;

    private final GradientTape tape;

    CompiledNorms(GradientTape tape) {
        this.tape = tape;
    }

    /** Extents of x (N, T, D). */
    private record Extents(long n, long t, int d) {
        static Extents of(Tensor x) {
            return new Extents(x.size(0), x.size(1), Math.toIntExact(x.size(2)));
        }

        /** Memory for sums over blocks of rows. */
        Tensor sums(int count) {
            long blocks = (t + BLOCK - 1) / BLOCK;
            long padded = (d + LANES - 1L) / LANES * LANES;
            return empty(ScalarType.Float, n * blocks * count * padded);
        }

        Tensor perSample(ScalarType type) {
            return empty(type, n, 1, d);
        }
    }

    /** Whether rows are such as the kernels take. @param x (N, T, D) */
    static boolean serves(Tensor x) {
        return x.size(2) <= WIDEST && CompiledKernels.serve();
    }

    /** Whether the sum has the type that libtorch gives it. */
    static boolean servesGate(Tensor x, Tensor gate, Tensor branch) {
        boolean wide = type(x) == ScalarType.Float || type(branch) == ScalarType.Float;
        return serves(x) && (wide || type(gate) == ScalarType.BFloat16);
    }

    private static boolean narrow(Tensor x) {
        return type(x) == ScalarType.BFloat16;
    }

    /** (N, 1, D) in a type, each sample's D side by side. */
    private static Tensor rows(Tensor x, ScalarType type) {
        Tensor rows = x.detach();
        return type(x) == type && (x.stride(2) == 1 || x.size(2) == 1) ? rows : dense(rows, type);
    }

    private static long addressOf(@Nullable Tensor x) {
        return x == null ? 0 : address(x);
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
        boolean tracked = GradientTape.tracks(x, shift, scale);
        return quietly(() -> {
            Extents form = Extents.of(x);
            Tensor dense = x.detach().contiguous();
            ScalarType factorType = type(scale) == type(shift) ? type(scale) : ScalarType.Float;
            Tensor factor = rows(scale, factorType);
            Tensor offset = rows(shift, factorType);
            Tensor y = empty(type, form.n(), form.t(), form.d());
            Tensor mean = empty(ScalarType.Float, form.n(), form.t());
            Tensor inverse = empty(ScalarType.Float, form.n(), form.t());
            norm(
                    address(dense),
                    narrow(dense),
                    address(y),
                    narrow(y),
                    address(factor),
                    factor.stride(0),
                    address(offset),
                    offset.stride(0),
                    narrow(factor),
                    form.n(),
                    form.t(),
                    form.d(),
                    (float) epsilon,
                    address(mean),
                    address(inverse));
            if (tracked) {
                Tensor toX = tape.leaf(x);
                Tensor toShift = tape.leaf(shift);
                Tensor toScale = tape.leaf(scale);
                Tensor savedX = own(dense);
                Tensor savedFactor = own(factor);
                Tensor savedMean = own(mean);
                Tensor savedInverse = own(inverse);
                tape.record(
                        y,
                        g -> {
                            Tensor dy = g.contiguous();
                            Tensor have = GradientTape.sum(toX);
                            Tensor dx = have == null ? empty(type(savedX), form.n(), form.t(), form.d()) : have;
                            Tensor dScale = toScale == null ? null : form.perSample(factorType);
                            Tensor dShift = toShift == null ? null : form.perSample(factorType);
                            Tensor sums = form.sums(2);
                            normBackward(
                                    address(savedX),
                                    address(dx),
                                    narrow(savedX),
                                    have != null,
                                    address(dy),
                                    narrow(dy),
                                    address(savedFactor),
                                    savedFactor.stride(0),
                                    narrow(savedFactor),
                                    form.n(),
                                    form.t(),
                                    form.d(),
                                    address(savedMean),
                                    address(savedInverse),
                                    addressOf(dScale),
                                    addressOf(dShift),
                                    address(sums));
                            if (have == null) {
                                GradientTape.add(toX, dx);
                            }
                            addAs(toScale, dScale);
                            addAs(toShift, dShift);
                        },
                        held(toX, toShift, toScale, savedX, savedFactor, savedMean, savedInverse));
            }
            return y;
        });
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
        return quietly(() -> {
            Extents form = Extents.of(x);
            Tensor dense = x.detach().contiguous();
            Tensor added = branch.detach().contiguous();
            Tensor factor = rows(gate, type(gate));
            ScalarType type = narrow(x) && narrow(branch) ? ScalarType.BFloat16 : ScalarType.Float;
            Tensor y = empty(type, form.n(), form.t(), form.d());
            gate(
                    address(dense),
                    narrow(dense),
                    address(factor),
                    factor.stride(0),
                    narrow(factor),
                    address(added),
                    narrow(added),
                    address(y),
                    form.n(),
                    form.t(),
                    form.d());
            if (tracked) {
                Tensor toX = tape.leaf(x);
                Tensor toGate = tape.leaf(gate);
                Tensor toBranch = tape.leaf(branch);
                Tensor savedFactor = own(factor);
                Tensor savedBranch = own(added);
                tape.record(
                        y,
                        g -> {
                            Tensor dy = g.contiguous();
                            Tensor dBranch = empty(type(savedBranch), form.n(), form.t(), form.d());
                            Tensor dGate = toGate == null ? null : form.perSample(type(savedFactor));
                            Tensor sums = form.sums(1);
                            gateBackward(
                                    address(dy),
                                    narrow(dy),
                                    address(savedFactor),
                                    savedFactor.stride(0),
                                    narrow(savedFactor),
                                    address(savedBranch),
                                    address(dBranch),
                                    narrow(savedBranch),
                                    form.n(),
                                    form.t(),
                                    form.d(),
                                    addressOf(dGate),
                                    address(sums));
                            GradientTape.add(toBranch, dBranch);
                            addAs(toGate, dGate);
                            addAs(toX, g);
                        },
                        held(toX, toGate, toBranch, savedFactor, savedBranch));
            }
            return y;
        });
    }

    private static native void norm(
            long x,
            boolean narrowX,
            long y,
            boolean narrowY,
            long scale,
            long scaleStep,
            long shift,
            long shiftStep,
            boolean narrowFactors,
            long n,
            long t,
            int d,
            float epsilon,
            long means,
            long inverses);

    private static native void normBackward(
            long x,
            long dx,
            boolean narrowX,
            boolean adds,
            long dy,
            boolean narrowY,
            long scale,
            long scaleStep,
            boolean narrowFactors,
            long n,
            long t,
            int d,
            long means,
            long inverses,
            long dScale,
            long dShift,
            long partial);

    private static native void gate(
            long x,
            boolean narrowX,
            long gate,
            long gateStep,
            boolean narrowGate,
            long branch,
            boolean narrowBranch,
            long y,
            long n,
            long t,
            int d);

    private static native void gateBackward(
            long dy,
            boolean narrowY,
            long gate,
            long gateStep,
            boolean narrowGate,
            long branch,
            long dBranch,
            boolean narrowBranch,
            long n,
            long t,
            int d,
            long dGate,
            long partial);
}
