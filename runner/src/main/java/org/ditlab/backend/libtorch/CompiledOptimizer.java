package org.ditlab.backend.libtorch;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.spi.AdamWState;
import org.jspecify.annotations.Nullable;

/** AdamW, the averages and the weights' casts in one pass over memory; and the norm of the gradients in one. */
final class CompiledOptimizer {
    /** Words of a parameter in the table before its averages: extent, weight, gradient, moments, cast. */
    private static final int FIELDS = 6;

    private CompiledOptimizer() {}

    /** Whether the kernels serve for these: all float32, element after element. */
    static boolean serves(AdamWState state) {
        return serves(state.parameters())
                && dense(state.firstMoments())
                && dense(state.secondMoments())
                && state.averages().stream().allMatch(average -> dense(average.tensors()));
    }

    /** Whether the kernels serve for the gradients of these. */
    static boolean serves(List<org.ditlab.tensor.Tensor> leaves) {
        return CompiledKernels.serve() && dense(leaves);
    }

    private static boolean dense(List<org.ditlab.tensor.Tensor> tensors) {
        for (org.ditlab.tensor.Tensor tensor : tensors) {
            Tensor handle = LibtorchBackend.of(tensor);
            if (Natives.type(handle) != ScalarType.Float || !handle.is_contiguous()) {
                return false;
            }
        }
        return true;
    }

    /**
     * The step.
     *
     * @param casts those of weights that are to be written anew
     */
    static void adamW(AdamWState state, Map<LibtorchTensor, Tensor> casts, double learningRate, long step) {
        int averages = state.averages().size();
        double[] constants = new double[6 + averages];
        constants[0] = state.beta1();
        constants[1] = state.beta2();
        constants[2] = state.epsilon();
        constants[3] = 1 - learningRate * state.weightDecay();
        constants[4] = learningRate / (1 - Math.pow(state.beta1(), step));
        constants[5] = Math.sqrt(1 - Math.pow(state.beta2(), step));
        for (int i = 0; i < averages; i++) {
            constants[6 + i] = state.averages().get(i).decay();
        }
        try (PointerScope scope = new PointerScope()) {
            int width = FIELDS + averages;
            List<org.ditlab.tensor.Tensor> parameters = state.parameters();
            long[] table = new long[parameters.size() * width];
            for (int i = 0; i < parameters.size(); i++) {
                int row = i * width;
                LibtorchTensor parameter = (LibtorchTensor) parameters.get(i);
                leaf(parameter, table, row);
                table[row + 3] = address(LibtorchBackend.of(state.firstMoments().get(i)));
                table[row + 4] =
                        address(LibtorchBackend.of(state.secondMoments().get(i)));
                table[row + 5] = address(casts.get(parameter));
                for (int a = 0; a < averages; a++) {
                    table[row + FIELDS + a] = address(
                            LibtorchBackend.of(state.averages().get(a).tensors().get(i)));
                }
            }
            Tensor words = NativeArrays.longs(table, Shape.of(table.length));
            Tensor numbers = NativeArrays.doubles(constants, Shape.of(constants.length));
            adamW(address(words), parameters.size(), averages, address(numbers));
        }
    }

    static double gradientNorm(List<org.ditlab.tensor.Tensor> leaves) {
        try (PointerScope scope = new PointerScope()) {
            long[] table = new long[leaves.size() * FIELDS];
            for (int i = 0; i < leaves.size(); i++) {
                leaf(leaves.get(i), table, i * FIELDS);
            }
            Tensor words = NativeArrays.longs(table, Shape.of(table.length));
            Tensor sums = Natives.empty(ScalarType.Double, blocks(address(words), leaves.size()));
            return Math.sqrt(squares(address(words), leaves.size(), address(sums)));
        }
    }

    /** The first three words of a row. The gradient lives as long as the innermost scope, at least. */
    private static void leaf(org.ditlab.tensor.Tensor leaf, long[] table, int row) {
        Tensor handle = LibtorchBackend.of(leaf);
        Tensor gradient = handle.grad();
        table[row] = handle.numel();
        table[row + 1] = address(handle);
        table[row + 2] = gradient.defined() ? address(Natives.dense(gradient, ScalarType.Float)) : 0;
    }

    private static long address(@Nullable Tensor tensor) {
        return tensor == null ? 0 : Operand.address(tensor);
    }

    private static native void adamW(long words, long parameters, long averages, long numbers);

    private static native long blocks(long words, long parameters);

    private static native double squares(long words, long parameters, long sums);
}
