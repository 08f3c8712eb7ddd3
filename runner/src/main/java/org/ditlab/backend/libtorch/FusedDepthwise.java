package org.ditlab.backend.libtorch;

import static org.ditlab.backend.libtorch.GradientTape.addAs;
import static org.ditlab.backend.libtorch.GradientTape.own;
import static org.ditlab.backend.libtorch.Natives.empty;
import static org.ditlab.backend.libtorch.Natives.flat;
import static org.ditlab.backend.libtorch.Natives.held;
import static org.ditlab.backend.libtorch.Natives.quietly;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** Depthwise convolutions on a CPU, channels last, forward and backward; oneDNN's backward in float32 only. */
final class FusedDepthwise {
    private final Kernels kernels;
    private final GradientTape tape;

    FusedDepthwise(Kernels kernels, GradientTape tape) {
        this.kernels = kernels;
        this.tape = tape;
    }

    /**
     * The sum of depthwise convolutions of an image that keep its size, as one with the sum of their kernels.
     *
     * @param x (N, C, H, W)
     * @param weights (C, 1, k, k) each, the largest first
     * @param identity whether x itself is added
     * @param type of the result and of the operands; float32 where gradients are recorded
     */
    Tensor apply(Tensor x, List<Tensor> weights, List<Tensor> biases, boolean identity, ScalarType type) {
        List<Tensor> inputs = new ArrayList<>(List.of(x));
        inputs.addAll(weights);
        inputs.addAll(biases);
        boolean tracked = GradientTape.tracks(inputs.toArray(Tensor[]::new));
        if (CompiledDepthwise.serves(weights.get(0).size(2))) {
            return quietly(() -> compiled(x, weights, biases, identity, type, tracked ? inputs : List.of()));
        }
        return quietly(() -> {
            Tensor image = dense4(x, type);
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
                    image,
                    kernel.to(type),
                    new TensorOptional(offset.to(type)),
                    new long[] {1, 1},
                    new long[] {padding, padding},
                    new long[] {1, 1},
                    channels);
            if (tracked) {
                Tensor[] to = inputs.stream().map(tape::leaf).toArray(Tensor[]::new);
                Tensor saved = own(image);
                Tensor savedKernel = own(kernel);
                List<Tensor> held = held(to);
                held.add(saved);
                held.add(savedKernel);
                tape.record(y, g -> branchesBackward(g, saved, savedKernel, to, weights.size()), held);
            }
            return y;
        });
    }

    /** @param inputs all of them where gradients are recorded */
    private Tensor compiled(
            Tensor x,
            List<Tensor> weights,
            List<Tensor> biases,
            boolean identity,
            ScalarType type,
            List<Tensor> inputs) {
        Tensor image = dense4(x, Natives.type(x));
        int side = (int) weights.get(0).size(2);
        Tensor folded = CompiledDepthwise.fold(weights, biases, identity);
        Tensor y = CompiledDepthwise.forward(image, folded, side, type);
        if (!inputs.isEmpty()) {
            Tensor[] to = inputs.stream().map(tape::leaf).toArray(Tensor[]::new);
            long[] sides = weights.stream().mapToLong(weight -> weight.size(2)).toArray();
            Tensor savedImage = own(image);
            Tensor savedKernel = own(folded);
            List<Tensor> held = held(to);
            held.add(savedImage);
            held.add(savedKernel);
            tape.record(y, g -> compiledBackward(g, savedImage, savedKernel, to, sides), held);
        }
        return y;
    }

    /** @param sides of the branches' kernels */
    private static void compiledBackward(
            Tensor gradient, Tensor x, Tensor folded, @Nullable Tensor[] to, long[] sides) {
        Tensor dy = dense4(gradient, Natives.type(gradient));
        Tensor dx = to[0] == null ? null : CompiledDepthwise.image(x, Natives.type(to[0]));
        int side = (int) sides[0];
        Tensor all = CompiledDepthwise.backward(x, dy, dx, folded, side);
        if (dx != null) {
            GradientTape.add(to[0], dx);
        }
        long channels = x.size(1);
        for (int i = 0; i < sides.length; i++) {
            Tensor dWeight = empty(ScalarType.Float, channels, 1, sides[i], sides[i]);
            Tensor dBias = empty(ScalarType.Float, channels);
            CompiledDepthwise.unfold(all, side, dWeight, dBias);
            addAs(to[1 + i], dWeight);
            addAs(to[1 + sides.length + i], dBias);
        }
    }

    private void branchesBackward(Tensor gradient, Tensor x, Tensor kernel, @Nullable Tensor[] to, int branches) {
        Tensor dy = dense4(gradient, ScalarType.Float);
        long padding = kernel.size(2) / 2;
        boolean blocks = kernel.size(0) % Kernels.BLOCK == 0;
        T_TensorTensorTensor_T all = torch.convolution_backward(
                dy,
                x,
                kernel,
                new LongArrayRefOptional(),
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
        Tensor dOffset = kernels.sumOfRows(Operand.dense(dy, rows, dy.size(1)), dy);
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
            kernels(
                    xs.part(i * c * h * w, image, imageSteps),
                    dys.part(i * c * h * w, image, imageSteps),
                    blocks,
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

    /** Images in a type, channels last. */
    private static Tensor dense4(Tensor x, ScalarType type) {
        return x.detach().to(type).contiguous(torch.MemoryFormat.ChannelsLast);
    }
}
