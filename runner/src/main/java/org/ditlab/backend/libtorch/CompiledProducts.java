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

    /** Whether the kernels are here and the operands are what they take. */
    static boolean serve(Tensor x, Tensor dy, Tensor weight) {
        return Natives.type(x) == ScalarType.BFloat16
                && Natives.type(dy) == ScalarType.BFloat16
                && Natives.type(weight) == ScalarType.Float
                && CompiledKernels.tilesServe();
    }

    private static native void gradients(long x, long dy, long dWeight, long dBias, long rows, long in, long out);
}
