package org.ditlab.backend.libtorch;

import static org.ditlab.backend.libtorch.Natives.empty;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Depthwise convolutions by {@link CompiledKernels}: images (N, C, H, W) of float32 or bfloat16, channels last; kernels of 3 x 3
 * or 5 x 5, float32; sums in float32. Results do not depend on the number of threads.
 */
final class CompiledDepthwise {
    /** Channels that lie together in {@link #fold folded} kernels. */
    private static final int LANES = 16;

    private CompiledDepthwise() {}

    /** Whether kernels of a side are known here. */
    static boolean serves(long side) {
        return CompiledKernels.serve() && (side == 3 || side == 5);
    }

    /**
     * The sum of kernels and of their biases as {@link #forward} reads it: blocks of channels, (C / 16, k k + 1, 16).
     *
     * @param weights (C, 1, k, k) each, the largest first
     */
    static Tensor fold(List<Tensor> weights, List<Tensor> biases, boolean identity) {
        int channels = extent(weights.get(0), 0);
        int side = extent(weights.get(0), 2);
        Tensor folded = empty(ScalarType.Float, blocks(channels, side)).zero_();
        for (int i = 0; i < weights.size(); i++) {
            Tensor weight = Natives.dense(weights.get(i), ScalarType.Float);
            Tensor bias = Natives.dense(biases.get(i), ScalarType.Float);
            fold(at(folded), side, at(weight), at(bias), extent(weight, 2), channels);
        }
        if (identity) {
            identity(at(folded), side, channels);
        }
        return folded;
    }

    /** @param type of the result */
    static Tensor forward(Tensor x, Tensor folded, int side, ScalarType type) {
        Tensor y = image(x, type);
        forward(
                at(x),
                narrow(x),
                at(y),
                narrow(y),
                at(folded),
                side,
                x.size(0),
                extent(x, 2),
                extent(x, 3),
                extent(x, 1));
        return y;
    }

    /**
     * The gradient of the folded kernels and biases, in their form.
     *
     * @param dx takes the gradient of x, if there is one
     */
    static Tensor backward(Tensor x, Tensor dy, @Nullable Tensor dx, Tensor folded, int side) {
        int channels = extent(x, 1);
        long[] blocks = blocks(channels, side);
        Tensor each = empty(ScalarType.Float, x.size(0), blocks[0], blocks[1], blocks[2]);
        Tensor gradients = empty(ScalarType.Float, blocks);
        backward(
                at(x),
                narrow(x),
                at(dy),
                narrow(dy),
                dx == null ? 0 : at(dx),
                dx != null && narrow(dx),
                at(folded),
                at(each),
                at(gradients),
                side,
                x.size(0),
                extent(x, 2),
                extent(x, 3),
                channels);
        return gradients;
    }

    /** Writes the middle of folded gradients as those of one branch. @param weight (C, 1, k, k) */
    static void unfold(Tensor gradients, int side, Tensor weight, Tensor bias) {
        unfold(at(gradients), side, at(weight), at(bias), extent(weight, 2), extent(weight, 0));
    }

    /** An image of the same form, channels last, its values open. */
    static Tensor image(Tensor like, ScalarType type) {
        return empty(type, like.size(0), like.size(2), like.size(3), like.size(1))
                .permute(0, 3, 1, 2);
    }

    private static long[] blocks(int channels, int side) {
        return new long[] {(channels + LANES - 1) / LANES, side * side + 1, LANES};
    }

    private static int extent(Tensor x, long axis) {
        return Math.toIntExact(x.size(axis));
    }

    private static boolean narrow(Tensor x) {
        return Natives.type(x) == ScalarType.BFloat16;
    }

    private static long at(Tensor x) {
        return Operand.of(x).address();
    }

    private static native void fold(long folded, int side, long weight, long bias, int branch, int channels);

    private static native void identity(long folded, int side, int channels);

    private static native void unfold(long gradients, int side, long weight, long bias, int branch, int channels);

    private static native void forward(
            long x,
            boolean xNarrow,
            long y,
            boolean yNarrow,
            long folded,
            int side,
            long images,
            int rows,
            int columns,
            int channels);

    private static native void backward(
            long x,
            boolean xNarrow,
            long dy,
            boolean dyNarrow,
            long dx,
            boolean dxNarrow,
            long folded,
            long partial,
            long gradients,
            int side,
            long images,
            int rows,
            int columns,
            int channels);
}
