package org.ditlab.backend.libtorch;

import static org.ditlab.backend.libtorch.GradientTape.own;
import static org.ditlab.backend.libtorch.Natives.dense;
import static org.ditlab.backend.libtorch.Natives.empty;
import static org.ditlab.backend.libtorch.Natives.flat;
import static org.ditlab.backend.libtorch.Natives.held;
import static org.ditlab.backend.libtorch.Natives.quietly;
import static org.ditlab.backend.libtorch.Natives.sizes;
import static org.ditlab.backend.libtorch.Natives.type;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.LongArrayRef;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * The layers of a transformer as few passes over memory, forward and backward, on a CPU: oneDNN's kernels on libtorch's
 * tensors, their gradients by {@link GradientTape}. Operands are float32 or bfloat16; products run in a type that the caller
 * names and sum in float32.
 */
final class FusedLayers {
    private final Kernels kernels;
    private final GradientTape tape;
    private final WeightCasts casts = new WeightCasts();

    FusedLayers(Kernels kernels, GradientTape tape) {
        this.kernels = kernels;
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
        return quietly(() -> {
            long[] dims = sizes(x);
            long in = dims[dims.length - 1];
            long rows = x.numel() / in;
            long out = full.size(0);
            Tensor dense = dense(x, type);
            Tensor narrow = weight(weight, type);
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
            addAs(toBias, sumOfRows(rowsOfDy, dy));
        }
    }

    /**
     * {@code (x W0^T + b0) W1^T + b1}, as one product with {@code W1 W0} where that is less work.
     *
     * @param type of the result and of the products' operands
     */
    Tensor linearPair(
            LibtorchTensor input,
            LibtorchTensor first,
            LibtorchTensor firstBias,
            LibtorchTensor second,
            LibtorchTensor secondBias,
            ScalarType type) {
        Tensor x = input.handle();
        Tensor w0 = first.source().handle();
        Tensor w1 = second.source().handle();
        Tensor b0 = firstBias.handle();
        Tensor b1 = secondBias.handle();
        boolean tracked = GradientTape.tracks(x, w0, w1, b0, b1);
        return quietly(() -> {
            long[] dims = sizes(x);
            long in = dims[dims.length - 1];
            long middle = w0.size(0);
            long out = w1.size(0);
            long rows = x.numel() / in;
            dims[dims.length - 1] = out;
            Tensor dense = dense(x, type);
            Tensor narrow0 = weight(first, type);
            Tensor narrow1 = weight(second, type);
            Tensor folded = empty(type, out, in);
            kernels.matmul(
                    Operand.dense(narrow1, out, middle),
                    Operand.dense(narrow0, middle, in),
                    null,
                    Operand.dense(folded, out, in),
                    1);
            Tensor wide1 = w1.detach().view(out, middle);
            Tensor offset = torch.addmv(b1.detach(), wide1, b0.detach());
            Tensor y = empty(type, dims);
            kernels.matmul(
                    Operand.dense(dense, rows, in),
                    Operand.dense(folded, out, in).transposed(),
                    Operand.dense(offset, 1, out),
                    Operand.dense(y, rows, out),
                    1);
            if (tracked) {
                Tensor[] to = {tape.leaf(x), tape.leaf(w0), tape.leaf(b0), tape.leaf(w1), tape.leaf(b1)};
                Tensor[] saved = {own(dense), own(folded), own(narrow0), own(narrow1), own(w1), own(b0)};
                List<Tensor> held = held(to);
                held.addAll(held(saved));
                tape.record(y, g -> pairBackward(g.contiguous(), rows, in, middle, out, saved, to), held);
            }
            return y;
        });
    }

    private void pairBackward(
            Tensor dy, long rows, long in, long middle, long out, Tensor[] saved, @Nullable Tensor[] to) {
        ScalarType type = type(dy);
        Operand rowsOfDy = Operand.dense(dy, rows, out);
        if (to[0] != null) {
            Tensor dx = empty(type(to[0]), sizes(to[0]));
            kernels.matmul(rowsOfDy, Operand.dense(saved[1], out, in), null, Operand.dense(dx, rows, in), 1);
            GradientTape.add(to[0], dx);
        }
        Tensor dFolded = empty(type, out, in);
        kernels.matmul(
                rowsOfDy.transposed(), Operand.dense(saved[0], rows, in), null, Operand.dense(dFolded, out, in), 1);
        Tensor dOffset = sumOfRows(rowsOfDy, dy);
        if (to[1] != null) {
            Tensor dFirst = empty(ScalarType.Float, sizes(to[1]));
            kernels.matmul(
                    Operand.dense(saved[3], out, middle).transposed(),
                    Operand.dense(dFolded, out, in),
                    null,
                    Operand.dense(dFirst, middle, in),
                    1);
            GradientTape.add(to[1], dFirst);
        }
        if (to[2] != null) {
            GradientTape.add(to[2], torch.mv(saved[4].detach().view(out, middle).t(), dOffset));
        }
        if (to[3] != null) {
            Tensor dSecond = empty(ScalarType.Float, sizes(to[3]));
            kernels.matmul(
                    Operand.dense(dFolded, out, in),
                    Operand.dense(saved[2], middle, in).transposed(),
                    null,
                    Operand.dense(dSecond, out, middle),
                    1);
            dSecond.view(out, middle).addr_(dOffset, saved[5].detach());
            GradientTape.add(to[3], dSecond);
        }
        GradientTape.add(to[4], dOffset);
    }

    /** The weight as products read it. */
    private Tensor weight(LibtorchTensor weight, ScalarType type) {
        LibtorchTensor source = weight.source();
        Tensor full = source.handle();
        return type(full) == type ? full.detach().contiguous() : casts.narrow(source);
    }

    /** The sum over rows (R, D), (D) float32. */
    private Tensor sumOfRows(Operand rows, Tensor of) {
        long count = rows.dims()[0];
        long width = rows.dims()[1];
        Tensor ones = torch.ones(new long[] {count}).to(type(of));
        Tensor sum = empty(ScalarType.Float, width);
        kernels.matmul(Operand.dense(ones, 1, count), rows, null, Operand.dense(sum, 1, width), 1);
        return sum;
    }

    // ---- element-wise ----

    /** {@code f(x)}. @param function oneDNN's element-wise function */
    Tensor eltwise(int function, Tensor x) {
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
        return quietly(() -> {
            long n = x.size(0);
            long t = x.size(1);
            long d = x.size(2);
            Tensor factor = dense(gate, ScalarType.Float);
            Tensor dense = branch.detach().contiguous();
            Tensor y = torch.addcmul(x.detach(), type(x) == ScalarType.Float ? factor : gate.detach(), dense);
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

    // ---- depthwise convolutions ----

    /**
     * The sum of depthwise convolutions of an image that keep its size, as one with the sum of their kernels.
     *
     * @param x (N, C, H, W)
     * @param weights (C, 1, k, k) each, the largest first
     * @param identity whether x itself is added
     */
    Tensor depthwise(Tensor x, List<Tensor> weights, List<Tensor> biases, boolean identity) {
        List<Tensor> inputs = new ArrayList<>(List.of(x));
        inputs.addAll(weights);
        inputs.addAll(biases);
        boolean tracked = GradientTape.tracks(inputs.toArray(Tensor[]::new));
        return quietly(() -> {
            Tensor wide = dense4(x);
            Tensor kernel = weights.get(0).detach().clone();
            Tensor offset = biases.get(0).detach().clone();
            long side = kernel.size(2);
            if (identity) {
                kernel.select(2, side / 2).select(2, side / 2).add_(new Scalar(1.0));
            }
            for (int i = 1; i < weights.size(); i++) {
                crop(kernel, weights.get(i).size(2)).add_(weights.get(i).detach());
                offset.add_(biases.get(i).detach());
            }
            long channels = x.size(1);
            long padding = side / 2;
            Tensor y = torch.conv2d(
                    wide,
                    kernel,
                    new TensorOptional(offset),
                    new long[] {1, 1},
                    new long[] {padding, padding},
                    new long[] {1, 1},
                    channels);
            if (tracked) {
                Tensor[] to = inputs.stream().map(tape::leaf).toArray(Tensor[]::new);
                Tensor saved = own(wide);
                Tensor savedKernel = own(kernel);
                List<Tensor> held = held(to);
                held.add(saved);
                held.add(savedKernel);
                tape.record(y, g -> branchesBackward(g, saved, savedKernel, to, weights.size()), held);
            }
            return y;
        });
    }

    private void branchesBackward(Tensor gradient, Tensor x, Tensor kernel, @Nullable Tensor[] to, int branches) {
        Tensor dy = dense4(gradient);
        long padding = kernel.size(2) / 2;
        boolean blocks = kernel.size(0) % Kernels.BLOCK == 0;
        T_TensorTensorTensor_T all = torch.convolution_backward(
                dy,
                x,
                kernel,
                new LongArrayRefOptional(new LongArrayRef(new long[] {kernel.size(0)}, 1)),
                new long[] {1, 1},
                new long[] {padding, padding},
                new long[] {1, 1},
                false,
                new long[] {0, 0},
                kernel.size(0),
                new BoolPointer(3).put(0, to[0] != null).put(1, !blocks).put(2, false));
        addAs(to[0], all.get0());
        Tensor dKernel = blocks ? kernelGradient(x, dy, kernel.size(2)) : all.get1();
        long rows = dy.size(0) * dy.size(2) * dy.size(3);
        Tensor dOffset = sumOfRows(Operand.dense(dy, rows, dy.size(1)), dy);
        for (int i = 0; i < branches; i++) {
            if (to[1 + i] != null) {
                GradientTape.add(to[1 + i], crop(dKernel, to[1 + i].size(2)).clone());
            }
            if (to[1 + branches + i] != null) {
                GradientTape.add(to[1 + branches + i], dOffset.clone());
            }
        }
    }

    private Tensor kernelGradient(Tensor x, Tensor dy, long side) {
        long n = x.size(0);
        long c = x.size(1);
        long h = x.size(2);
        long w = x.size(3);
        Tensor blocks = empty(ScalarType.Float, c * h * w);
        Tensor each = empty(ScalarType.Float, n, side, side, c);
        Operand xs = flat(x);
        Operand dys = flat(dy);
        Operand all = flat(each);
        long[] image = {1, c, h, w};
        long[] imageSteps = {c * h * w, 1, w * c, c};
        long[] kernels = {1, c, side, side};
        long[] kernelSteps = {side * side * c, 1, side * c, c};
        for (long i = 0; i < n; i++) {
            kernels(xs.part(i * c * h * w, image, imageSteps), dys.part(i * c * h * w, image, imageSteps), blocks,
                    all.part(i * side * side * c, kernels, kernelSteps));
        }
        return torch.sum(each, new long[] {0}, false, new ScalarTypeOptional())
                .permute(2, 0, 1)
                .unsqueeze(1);
    }

    private void kernels(Operand x, Operand dy, Tensor blocks, Operand dKernel) {
        kernels.toBlocks(dy, flat(blocks));
        kernels.kernelGradient(x, flat(blocks), dKernel);
    }

    /** The middle of kernels (C, 1, k, k), (C, 1, side, side), a view. */
    private static Tensor crop(Tensor kernels, long side) {
        long margin = (kernels.size(2) - side) / 2;
        return kernels.narrow(2, margin, side).narrow(3, margin, side);
    }

    /** Images in float32, channels last. */
    private static Tensor dense4(Tensor x) {
        return x.detach().to(ScalarType.Float).contiguous(torch.MemoryFormat.ChannelsLast);
    }
}
