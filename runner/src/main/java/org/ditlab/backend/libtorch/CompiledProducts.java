package org.ditlab.backend.libtorch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** Products of linear layers in bfloat16 on AMX's tiles; to be called where {@link CompiledKernels#tilesServe}. */
final class CompiledProducts {
    private CompiledProducts() {}

    /**
     * The gradients of a linear layer's weight and bias in one.
     *
     * @param x (rows, in) bfloat16
     * @param dy (rows, out) bfloat16
     * @param dWeight (out, in) float32
     * @param dBias (out) float32, or null where it is not asked for
     */
    static void gradients(Tensor x, Tensor dy, long rows, long in, long out, Tensor dWeight, @Nullable Tensor dBias) {
        long bias = dBias == null ? 0 : Operand.dense(dBias, out).address();
        gradients(
                Operand.dense(x, rows, in).address(),
                Operand.dense(dy, rows, out).address(),
                Operand.dense(dWeight, out, in).address(),
                bias,
                rows,
                in,
                out);
    }

    /**
     * {@code y = x W + b}, a row's result whatever the other rows.
     *
     * @param x (rows, depth) bfloat16
     * @param weight (depth, width) bfloat16, or (width, depth) if it is turned
     * @param bias (width) float32, or null
     * @param y (rows, width) bfloat16
     */
    static void product(
            Tensor x,
            Tensor weight,
            boolean turned,
            @Nullable Tensor bias,
            Tensor y,
            long rows,
            long depth,
            long width) {
        product(
                Operand.dense(x, rows, depth).address(),
                Operand.dense(weight, depth, width).address(),
                bias == null ? 0 : Operand.dense(bias, width).address(),
                Operand.dense(y, rows, width).address(),
                rows,
                depth,
                width,
                turned);
    }

    /** Whether the kernels are here and all operands are in bfloat16. */
    static boolean serve(Tensor... operands) {
        for (Tensor operand : operands) {
            if (Natives.type(operand) != ScalarType.BFloat16) {
                return false;
            }
        }
        return CompiledKernels.tilesServe();
    }

    private static native void gradients(long x, long dy, long dWeight, long dBias, long rows, long in, long out);

    private static native void product(
            long x, long weight, long bias, long y, long rows, long depth, long width, boolean turned);
}
