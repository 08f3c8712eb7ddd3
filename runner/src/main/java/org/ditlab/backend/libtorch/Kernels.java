package org.ditlab.backend.libtorch;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_backward;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_softmax_accurate;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** The operations of oneDNN that training uses, each a pass over memory that its operands name. float32 and bfloat16, mixed as needed. */
final class Kernels {
    private static final long ELTWISE = 1;
    private static final long ELTWISE_BACKWARD = 2;
    private static final long MATMUL = 3;
    private static final long MATMUL_BIAS = 4;
    private static final long SOFTMAX = 5;
    private static final long SOFTMAX_BACKWARD = 6;
    private static final long NORM = 7;
    private static final long NORM_BACKWARD = 8;
    private static final long GATE_BACKWARD = 10;
    private static final long TO_BLOCKS = 11;
    private static final long KERNEL_GRADIENT = 12;
    private static final long LINEAR_BACKWARD = 13;

    /** Channels that lie together in the order that depthwise kernels are read in. */
    static final int BLOCK = 16;

    private static final int AFFINE = dnnl.dnnl_use_scale | dnnl.dnnl_use_shift;
    /** The epsilon of a norm with given statistics, chosen so that variance + epsilon is 1. */
    static final float HALF = 0.5f;

    private final OneDnn engine = new OneDnn();

    private static long key(long operation, long detail) {
        return operation | detail << 8;
    }

    /** {@code y = f(x)}. @param function oneDNN's element-wise function */
    void eltwise(int function, Operand x, Operand y) {
        engine.run(
                key(ELTWISE, function),
                (made, on, forms) -> dnnl.dnnl_eltwise_forward_primitive_desc_create(
                        made, on, dnnl_forward_training, function, forms[0], forms[1], 0, 0, plain()),
                new int[] {DNNL_ARG_SRC, DNNL_ARG_DST},
                x,
                y);
    }

    /** {@code dx = dy f'(x)}. */
    void eltwiseBackward(int function, Operand x, Operand dy, Operand dx) {
        engine.run(
                key(ELTWISE_BACKWARD, function),
                (made, on, forms) -> {
                    dnnl_primitive_desc forward = new dnnl_primitive_desc();
                    OneDnn.check(
                            "eltwise",
                            dnnl.dnnl_eltwise_forward_primitive_desc_create(
                                    forward, on, dnnl_forward_training, function, forms[0], forms[0], 0, 0, plain()));
                    return dnnl.dnnl_eltwise_backward_primitive_desc_create(
                            made, on, function, forms[2], forms[1], forms[0], 0, 0, forward, plain());
                },
                new int[] {DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_SRC},
                x,
                dy,
                dx);
    }

    /** {@code c = factor (a b + bias)}, the bias with extents of 1 but for the last. */
    void matmul(Operand a, Operand b, @Nullable Operand bias, Operand c, float factor) {
        long detail = Integer.toUnsignedLong(Float.floatToIntBits(factor));
        if (bias == null) {
            engine.run(
                    key(MATMUL, detail),
                    (made, on, forms) -> dnnl.dnnl_matmul_primitive_desc_create(
                            made, on, forms[0], forms[1], null, forms[2], OneDnn.scaled(factor)),
                    new int[] {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST},
                    a,
                    b,
                    c);
        } else {
            engine.run(
                    key(MATMUL_BIAS, detail),
                    (made, on, forms) -> dnnl.dnnl_matmul_primitive_desc_create(
                            made, on, forms[0], forms[1], forms[3], forms[2], OneDnn.scaled(factor)),
                    new int[] {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST, DNNL_ARG_BIAS},
                    a,
                    b,
                    c,
                    bias);
        }
    }

    /**
     * The gradients of a linear layer's weight and bias in one.
     *
     * @param x (rows, in)
     * @param dy (rows, out), of the type of x
     * @param dWeight (out, in) float32
     * @param dBias (out) float32
     */
    void linearBackward(Operand x, Operand dy, Operand dWeight, Operand dBias) {
        engine.run(
                LINEAR_BACKWARD,
                (made, on, forms) -> {
                    // The forward pass reads weight and bias in the type of x.
                    dnnl_memory_desc weight = OneDnn.describe(dWeight.as(x.type()));
                    dnnl_memory_desc bias = OneDnn.describe(dBias.as(x.type()));
                    dnnl_primitive_desc forward = new dnnl_primitive_desc();
                    OneDnn.check(
                            "linear",
                            dnnl.dnnl_inner_product_forward_primitive_desc_create(
                                    forward, on, dnnl_forward_training, forms[0], weight, bias, forms[1], plain()));
                    return dnnl.dnnl_inner_product_backward_weights_primitive_desc_create(
                            made, on, forms[0], forms[2], forms[3], forms[1], forward, plain());
                },
                new int[] {DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_BIAS},
                x,
                dy,
                dWeight,
                dBias);
    }

    /** The sum over rows (R, D) of a tensor, (D) float32. */
    Tensor sumOfRows(Operand rows, Tensor of) {
        long count = rows.dims()[0];
        long width = rows.dims()[1];
        Tensor ones = torch.ones(new long[] {count}).to(Natives.type(of));
        Tensor sum = Natives.empty(ScalarType.Float, width);
        matmul(Operand.dense(ones, 1, count), rows, null, Operand.dense(sum, 1, width), 1);
        return sum;
    }

    /** Along the last axis. */
    void softmax(Operand x, Operand y) {
        engine.run(
                SOFTMAX,
                (made, on, forms) -> dnnl.dnnl_softmax_forward_primitive_desc_create(
                        made,
                        on,
                        dnnl_forward_training,
                        dnnl_softmax_accurate,
                        forms[0],
                        forms[1],
                        x.dims().length - 1,
                        plain()),
                new int[] {DNNL_ARG_SRC, DNNL_ARG_DST},
                x,
                y);
    }

    /** From the softmax's result y and the gradient dy. */
    void softmaxBackward(Operand y, Operand dy, Operand dx) {
        int axis = y.dims().length - 1;
        engine.run(
                SOFTMAX_BACKWARD,
                (made, on, forms) -> {
                    dnnl_primitive_desc forward = new dnnl_primitive_desc();
                    OneDnn.check(
                            "softmax",
                            dnnl.dnnl_softmax_forward_primitive_desc_create(
                                    forward,
                                    on,
                                    dnnl_forward_training,
                                    dnnl_softmax_accurate,
                                    forms[0],
                                    forms[0],
                                    axis,
                                    plain()));
                    return dnnl.dnnl_softmax_backward_primitive_desc_create(
                            made, on, dnnl_softmax_accurate, forms[2], forms[1], forms[0], axis, forward, plain());
                },
                new int[] {DNNL_ARG_DST, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_SRC},
                y,
                dy,
                dx);
    }

    /**
     * {@code y = norm(x) scale + shift} over rows (T, D); mean and variance (T) are written.
     *
     * @param scale (D) float32
     * @param shift (D) float32
     */
    void norm(Operand x, Operand scale, Operand shift, Operand y, Operand mean, Operand variance, double epsilon) {
        engine.run(
                key(NORM, Float.floatToIntBits((float) epsilon)),
                (made, on, forms) -> dnnl.dnnl_layer_normalization_forward_primitive_desc_create(
                        made,
                        on,
                        dnnl_forward_training,
                        forms[0],
                        forms[3],
                        forms[4],
                        (float) epsilon,
                        AFFINE,
                        plain()),
                new int[] {DNNL_ARG_SRC, DNNL_ARG_SCALE, DNNL_ARG_SHIFT, DNNL_ARG_DST, DNNL_ARG_MEAN, DNNL_ARG_VARIANCE
                },
                x,
                scale,
                shift,
                y,
                mean,
                variance);
    }

    /** The gradients of {@link #norm}: of its rows, and of scale and shift summed over them. */
    void normBackward(
            Operand x,
            Operand scale,
            Operand mean,
            Operand variance,
            Operand dy,
            Operand dx,
            Operand dScale,
            Operand dShift,
            double epsilon) {
        backward(
                key(NORM_BACKWARD, Float.floatToIntBits((float) epsilon)),
                AFFINE,
                epsilon,
                x,
                scale,
                mean,
                variance,
                dy,
                dx,
                dScale,
                dShift);
    }

    /**
     * The gradients of {@code gate * branch} over rows (T, D): of the branch, and of the gate, summed over rows. It is a norm's
     * with mean 0 and variance 1.
     *
     * @param zero (T) of 0
     * @param half (T) of 0.5
     * @param unused (D) is written
     */
    void gateBackward(
            Operand branch,
            Operand gate,
            Operand zero,
            Operand half,
            Operand dy,
            Operand dBranch,
            Operand dGate,
            Operand unused) {
        backward(
                key(GATE_BACKWARD, 0),
                AFFINE | dnnl.dnnl_use_global_stats,
                HALF,
                branch,
                gate,
                zero,
                half,
                dy,
                dBranch,
                dGate,
                unused);
    }

    private void backward(long key, int flags, double epsilon, Operand... operands) {
        engine.run(
                key,
                (made, on, forms) -> {
                    dnnl_primitive_desc forward = new dnnl_primitive_desc();
                    OneDnn.check(
                            "norm",
                            dnnl.dnnl_layer_normalization_forward_primitive_desc_create(
                                    forward,
                                    on,
                                    dnnl_forward_training,
                                    forms[0],
                                    forms[4],
                                    forms[2],
                                    (float) epsilon,
                                    flags,
                                    plain()));
                    return dnnl.dnnl_layer_normalization_backward_primitive_desc_create(
                            made,
                            on,
                            dnnl_backward,
                            forms[5],
                            forms[4],
                            forms[0],
                            forms[2],
                            (float) epsilon,
                            flags,
                            forward,
                            plain());
                },
                new int[] {
                    DNNL_ARG_SRC,
                    DNNL_ARG_SCALE,
                    DNNL_ARG_MEAN,
                    DNNL_ARG_VARIANCE,
                    DNNL_ARG_DIFF_DST,
                    DNNL_ARG_DIFF_SRC,
                    DNNL_ARG_DIFF_SCALE,
                    DNNL_ARG_DIFF_SHIFT
                },
                operands);
    }

    /** An image (1, C, H, W), channels last, to blocks of 16 channels. @param blocks C H W elements */
    void toBlocks(Operand image, Operand blocks) {
        long[] dims = image.dims();
        engine.run(
                TO_BLOCKS,
                (made, on, forms) -> dnnl.dnnl_reorder_primitive_desc_create(
                        made, forms[0], on, blocked(dims, dnnl.dnnl_nChw16c), on, plain()),
                new int[] {dnnl.DNNL_ARG_FROM, dnnl.DNNL_ARG_TO},
                image,
                blocks);
    }

    /**
     * The gradient of a depthwise convolution's kernels for one image. It is the convolution of the image with its result's
     * gradient as kernels as large as itself, which oneDNN computes many times faster than what it has for the purpose.
     *
     * @param x (1, C, H, W), channels last
     * @param dy the gradient of the result in {@link #toBlocks blocks}
     * @param dKernel (1, C, k, k), channels last
     */
    void kernelGradient(Operand x, Operand dy, Operand dKernel) {
        long channels = x.dims()[1];
        long padding = dKernel.dims()[2] / 2;
        long[] kernels = {channels, 1, 1, x.dims()[2], x.dims()[3]};
        engine.run(
                KERNEL_GRADIENT,
                (made, on, forms) -> dnnl.dnnl_convolution_forward_primitive_desc_create(
                        made,
                        on,
                        dnnl_forward_training,
                        dnnl.dnnl_convolution_direct,
                        forms[0],
                        blocked(kernels, dnnl.dnnl_Goihw16g),
                        null,
                        forms[2],
                        new long[] {1, 1},
                        new long[] {0, 0},
                        new long[] {padding, padding},
                        new long[] {padding, padding},
                        plain()),
                new int[] {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST},
                x,
                dy,
                dKernel);
    }

    private static dnnl_memory_desc blocked(long[] dims, int order) {
        dnnl_memory_desc form = new dnnl_memory_desc();
        OneDnn.check("blocks", dnnl.dnnl_memory_desc_create_with_tag(form, dims.length, dims, dnnl.dnnl_f32, order));
        return form;
    }

    private static dnnl_primitive_attr plain() {
        return OneDnn.scaled(1);
    }
}
