package org.ditlab.backend.libtorch;

import static org.ditlab.backend.libtorch.GradientTape.addAs;
import static org.ditlab.backend.libtorch.GradientTape.own;
import static org.ditlab.backend.libtorch.Natives.dense;
import static org.ditlab.backend.libtorch.Natives.empty;
import static org.ditlab.backend.libtorch.Natives.held;
import static org.ditlab.backend.libtorch.Natives.quietly;
import static org.ditlab.backend.libtorch.Natives.sizes;
import static org.ditlab.backend.libtorch.Natives.type;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** Linear layers on a CPU, forward and backward. Operands are float32 or bfloat16; sums are float32. */
final class FusedProducts {
    private final Kernels kernels;
    private final GradientTape tape;
    private final WeightCasts casts = new WeightCasts();

    FusedProducts(Kernels kernels, GradientTape tape) {
        this.kernels = kernels;
        this.tape = tape;
    }

    /** Frees what it holds of weights. */
    void close() {
        casts.close();
    }

    WeightCasts casts() {
        return casts;
    }

    /**
     * {@code x W^T + b}.
     *
     * @param x (..., in)
     * @param weight (out, in), in any shape whose first extent is out
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
            forward(dense, narrow, offset, y, rows, in, out);
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

    /** {@code y = x W^T + b} for x (rows, in) and W (out, in). */
    private void forward(Tensor x, Tensor weight, @Nullable Tensor bias, Tensor y, long rows, long in, long out) {
        if (CompiledProducts.serve(x, weight, y)) {
            CompiledProducts.product(x, weight, true, bias, y, rows, in, out);
            return;
        }
        kernels.matmul(
                Operand.dense(x, rows, in),
                Operand.dense(weight, out, in).transposed(),
                bias == null ? null : Operand.dense(bias, 1, out),
                Operand.dense(y, rows, out),
                1);
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
        inputGradient(dy, rowsOfDy, weight, in, toX);
        if (toWeight != null && type(toWeight) == ScalarType.Float && CompiledProducts.serve(x, dy)) {
            Tensor dWeight = empty(ScalarType.Float, sizes(toWeight));
            Tensor dBias = toBias == null ? null : empty(ScalarType.Float, out);
            CompiledProducts.gradients(x, dy, rows, in, out, dWeight, dBias);
            GradientTape.add(toWeight, dWeight);
            if (dBias != null) {
                addAs(toBias, dBias);
            }
            return;
        }
        if (toWeight != null && toBias != null && together(toWeight, toBias, x, dy)) {
            Tensor dWeight = empty(ScalarType.Float, sizes(toWeight));
            Tensor dBias = empty(ScalarType.Float, out);
            kernels.linearBackward(
                    Operand.dense(x, rows, in), rowsOfDy, Operand.dense(dWeight, out, in), Operand.dense(dBias, out));
            GradientTape.add(toWeight, dWeight);
            GradientTape.add(toBias, dBias);
            return;
        }
        if (toWeight != null) {
            Tensor dWeight = empty(type(toWeight), sizes(toWeight));
            kernels.matmul(rowsOfDy.transposed(), Operand.dense(x, rows, in), null, Operand.dense(dWeight, out, in), 1);
            GradientTape.add(toWeight, dWeight);
        }
        if (toBias != null) {
            addAs(toBias, kernels.sumOfRows(rowsOfDy, dy));
        }
    }

    /** Whether one operation computes both gradients faster than two: in bfloat16. */
    private static boolean together(Tensor weight, Tensor bias, Tensor x, Tensor dy) {
        boolean narrow = type(x) == ScalarType.BFloat16 && type(dy) == ScalarType.BFloat16;
        return narrow && type(weight) == ScalarType.Float && type(bias) == ScalarType.Float;
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
            forward(dense, folded, offset, y, rows, in, out);
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
        inputGradient(dy, rowsOfDy, saved[1], in, to[0]);
        Tensor dFolded = empty(type, out, in);
        kernels.matmul(
                rowsOfDy.transposed(), Operand.dense(saved[0], rows, in), null, Operand.dense(dFolded, out, in), 1);
        Tensor dOffset = kernels.sumOfRows(rowsOfDy, dy);
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

    /** {@code dx = dy W} for the leaf of x, if there is one; dy (rows, out), W (out, in). */
    private void inputGradient(Tensor gradient, Operand dy, @Nullable Tensor weight, long in, @Nullable Tensor toX) {
        if (toX == null) {
            return;
        }
        long rows = dy.dims()[0];
        long out = dy.dims()[1];
        Tensor dx = empty(type(toX), sizes(toX));
        if (CompiledProducts.serve(gradient, weight, dx)) {
            CompiledProducts.product(gradient, weight, false, null, dx, rows, out, in);
        } else {
            kernels.matmul(dy, Operand.dense(weight, out, in), null, Operand.dense(dx, rows, in), 1);
        }
        GradientTape.add(toX, dx);
    }

    /** The weight as products read it. */
    private Tensor weight(LibtorchTensor weight, ScalarType type) {
        LibtorchTensor source = weight.source();
        Tensor full = source.handle();
        if (type(full) == type) {
            return full.detach().contiguous();
        }
        return source.parameter() ? casts.narrow(source) : dense(full, type);
    }
}
