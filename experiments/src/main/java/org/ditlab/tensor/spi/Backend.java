package org.ditlab.tensor.spi;

import java.util.List;
import java.util.function.Function;
import org.ditlab.tensor.Composites;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Product;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What computes. The abstract methods are the primitives: a backend implements them all, the tracing backend among
 * them, so that an operation without a shape and a cost rule does not compile. The {@code default} methods under
 * "fused" are optional capabilities: their bodies are the reference decomposition.
 *
 * <p>Semantics are those of {@link Tensor}'s methods of the same name. Operands belong to this backend. Every primitive
 * with floating operands is differentiable unless it says otherwise. Mixed floating types promote to the wider one;
 * a scalar never widens.
 */
public interface Backend extends AutoCloseable {
    /** Short name: {@code libtorch}, {@code reference}, {@code trace}. */
    String name();

    Device device();

    // ---- from and to Java ----

    /** A leaf from row-major values, rounded to the type. */
    Tensor tensor(float[] values, Shape shape, DType dtype);

    /** A leaf from row-major values, rounded to the type. */
    Tensor tensor(double[] values, Shape shape, DType dtype);

    /** Indices, INT64. */
    Tensor indices(long[] values, Shape shape);

    Tensor full(double value, Shape shape, DType dtype);

    /** Row-major values, waiting for pending work. */
    float[] toFloats(Tensor x);

    double[] toDoubles(Tensor x);

    // ---- element-wise, broadcasting ----

    Tensor add(Tensor a, Tensor b);

    Tensor sub(Tensor a, Tensor b);

    Tensor mul(Tensor a, Tensor b);

    Tensor div(Tensor a, Tensor b);

    Tensor add(Tensor x, double scalar);

    Tensor mul(Tensor x, double scalar);

    /** The gradient of a tie goes half to each side. */
    Tensor maximum(Tensor a, Tensor b);

    /** 1 or 0 in a's type; not differentiable. */
    Tensor less(Tensor a, Tensor b);

    Tensor where(Tensor condition, Tensor yes, Tensor no);

    // ---- element-wise, one operand ----

    Tensor exp(Tensor x);

    Tensor log(Tensor x);

    Tensor sqrt(Tensor x);

    Tensor rsqrt(Tensor x);

    Tensor sin(Tensor x);

    Tensor cos(Tensor x);

    Tensor tanh(Tensor x);

    Tensor erf(Tensor x);

    Tensor sigmoid(Tensor x);

    Tensor relu(Tensor x);

    Tensor abs(Tensor x);

    Tensor square(Tensor x);

    Tensor clamp(Tensor x, double min, double max);

    // ---- products ----

    Tensor matmul(Tensor a, Tensor b);

    Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias);

    Tensor conv2d(Tensor x, Tensor weight, @Nullable Tensor bias, int stride, int padHeight, int padWidth, int groups);

    Tensor embedding(Tensor table, Tensor indices);

    // ---- reductions and windows ----

    Tensor sum(Tensor x, boolean keep, int... axes);

    Tensor mean(Tensor x, boolean keep, int... axes);

    /** The gradient goes to one largest element. */
    Tensor max(Tensor x, boolean keep, int axis);

    Tensor softmax(Tensor x, int axis);

    Tensor logSoftmax(Tensor x, int axis);

    /** Mean over windows of (N, C, H, W); padding does not count in the divisor. */
    Tensor avgPool2d(Tensor x, int kernel, int stride, int padding);

    /** Largest over windows of (N, C, H, W); padding is minus infinity. */
    Tensor maxPool2d(Tensor x, int kernel, int stride, int padding);

    // ---- arrangement ----

    Tensor reshape(Tensor x, int... dims);

    Tensor permute(Tensor x, int... axes);

    Tensor slice(Tensor x, int axis, int start, int end);

    Tensor concat(List<Tensor> parts, int axis);

    Tensor broadcastTo(Tensor x, Shape shape);

    Tensor cast(Tensor x, DType type);

    // ---- gradients ----

    Tensor detach(Tensor x);

    /** A leaf that accumulates gradients: same values as x, outside every tape. */
    Tensor leaf(Tensor x, boolean requiresGrad);

    void backward(Tensor loss);

    @Nullable
    Tensor grad(Tensor leaf);

    /** Drops the accumulated gradient of a leaf. */
    void clearGrad(Tensor leaf);

    /** Multiplies the accumulated gradient of a leaf; does nothing where there is none. */
    void scaleGrad(Tensor leaf, double factor);

    /** Until closed, operations of this thread record no tape. */
    Guard noGrad();

    // ---- in place, outside every tape: what an optimiser does ----

    /** Overwrites the values of a leaf; same shape. */
    void assign(Tensor target, Tensor values);

    // ---- memory, naming, counting, precision ----

    /** Whether something that an operation threw says that the device's memory did not suffice. */
    default boolean outOfMemory(Throwable thrown) {
        return false;
    }

    /**
     * Says that nobody reads a tensor any more, before its scope closes: its memory may go at once, where no gradient needs it.
     * Backends that do not mind keep it.
     */
    default void release(Tensor x) {}

    /** Opens a scope; what is made within and not kept is freed when it closes. */
    default Scope scope() {
        return scope("");
    }

    /** A scope that also names the part of the model that runs within (for traces). */
    Scope scope(String name);

    /** Reports arithmetic beyond multiply-accumulates; only the tracing backend listens. */
    default void count(Product kind, long elements) {}

    /**
     * Until closed, matrix products and dense convolutions of this thread cast float32 operands to the given type; their
     * results stay in it until an operation mixes them with float32. Backends without it stay in the operands' type.
     */
    default Guard compute(DType type) {
        return () -> {};
    }

    /**
     * Until closed, {@link #recomputed} parts keep their inputs and output only and are computed again by
     * {@link #backward}, which has to be called within; false undoes an enclosing true. Backends without it keep everything.
     * Source: Chen et al., arXiv:1604.06174.
     */
    default Guard recompute(boolean wanted) {
        return () -> {};
    }

    /**
     * A part of the forward pass that {@link #recompute} may do twice: a pure function of its inputs and of leaves. An input
     * that is no leaf belongs to this part alone; what several parts share is passed through a part of its own first, that
     * returns its input.
     */
    default Tensor recomputed(List<Tensor> inputs, Function<List<Tensor>, Tensor> part) {
        return part.apply(inputs);
    }

    /**
     * Until closed, whether convolutions take images in the memory that tokens have, channels last, as all do without this;
     * false puts one channel after the other first. Values differ by rounding. Backends without layouts ignore it.
     */
    default Guard channelsLast(boolean wanted) {
        return () -> {};
    }

    /**
     * Until closed, whether only algorithms run whose results repeat to the bit: on the same build, device and number of
     * threads. Backends that are always so ignore it, those on a CPU among them.
     */
    default Guard deterministic(boolean wanted) {
        return () -> {};
    }

    /** Whether values are computed at all; false for the tracing backend. */
    default boolean computes() {
        return true;
    }

    /** Factors, eigenvalues and products in float64, for metrics; plain Java unless a backend has better. */
    default LinearAlgebra linearAlgebra() {
        return PlainLinearAlgebra.INSTANCE;
    }

    /** Frees what the backend holds itself. */
    @Override
    default void close() {}

    // ---- fused: optional capabilities with their decomposition ----

    /** Normalises the last axis to mean 0 and variance 1, no affine part. */
    default Tensor layerNorm(Tensor x, double epsilon) {
        return Composites.Decomposed.layerNorm(x, epsilon);
    }

    /** GELU, tanh approximation. */
    default Tensor geluTanh(Tensor x) {
        return Composites.Decomposed.geluTanh(x);
    }

    /** GELU, exact (erf). */
    default Tensor geluErf(Tensor x) {
        return Composites.Decomposed.geluErf(x);
    }

    default Tensor silu(Tensor x) {
        return x.mul(x.sigmoid());
    }

    /**
     * A convolution with fixed weights and its ReLU, for many calls. It lives in the innermost scope, and no longer than its
     * weight (O, C, kh, kw) and bias (O).
     */
    default PreparedConvolution convolutionRelu(Tensor weight, Tensor bias, int stride, int padHeight, int padWidth) {
        return x ->
                x.detach().conv2d(weight, bias, stride, padHeight, padWidth, 1).relu();
    }

    /** {@code softmax(q k^T * scale) v} over (..., T, d). */
    default Tensor attention(Tensor q, Tensor k, Tensor v, double scale) {
        return Composites.Decomposed.attention(q, k, v, scale);
    }

    /** Turns the pairs (2m, 2m + 1) of the last axis of (..., T, d) by angles given as cosines and sines (T, d / 2). */
    default Tensor rotate(Tensor x, Tensor cos, Tensor sin) {
        return Composites.Decomposed.rotate(x, cos, sin);
    }

    /**
     * Attention of each head, queries, keys and values side by side in (B, T, 3 C) as [q|k|v][heads][d]; gives (B, T, C). Queries
     * and keys are rotated where angles are given; with {@code logitScale} (heads, 1, 1) they are then normalised and the
     * queries multiplied by it, else the logits are multiplied by {@code scale}.
     */
    default Tensor packedAttention(
            Tensor qkv,
            int heads,
            double scale,
            @Nullable Tensor logitScale,
            @Nullable Tensor cos,
            @Nullable Tensor sin) {
        return Composites.Decomposed.packedAttention(qkv, heads, scale, logitScale, cos, sin);
    }

    /**
     * Two linear layers in series, {@code (x W0^T + b0) W1^T + b1}; a backend may compute it as one, {@code x (W1 W0)^T + (W1 b0
     * + b1)}. Weights (middle, in) and (out, middle), or the same with two trailing extents of 1.
     */
    default Tensor linearPair(Tensor x, Tensor weight0, Tensor bias0, Tensor weight1, Tensor bias1) {
        return x.linear(Composites.matrix(weight0), bias0).linear(Composites.matrix(weight1), bias1);
    }

    /**
     * {@code x + sum of conv_i(x)}, depthwise convolutions that keep the size of (N, C, H, W); a backend may compute them as one,
     * with the sum of their kernels.
     *
     * @param weights (C, 1, k, k) each, k odd, the largest first
     * @param biases (C) each
     */
    default Tensor depthwiseBranches(Tensor x, List<Tensor> weights, List<Tensor> biases) {
        Tensor sum = x;
        for (int i = 0; i < weights.size(); i++) {
            int padding = weights.get(i).dim(2) / 2;
            sum = sum.add(x.conv2d(weights.get(i), biases.get(i), 1, padding, padding, x.dim(1)));
        }
        return sum;
    }

    /** Attention of each head, queries, keys and values side by side in (N, T, 3 C) as [q|k|v][heads][d]; gives (N, T, C). */
    default Tensor selfAttention(Tensor qkv, int heads, double scale) {
        return Composites.Decomposed.selfAttention(qkv, heads, scale);
    }

    /** {@code layerNorm(x) * (1 + scale) + shift}: (N, T, D) with (N, 1, D); in the type that products compute in, or x's. */
    default Tensor adaptiveNorm(Tensor x, Tensor shift, Tensor scale, double epsilon) {
        return modulate(layerNorm(x, epsilon), shift, scale);
    }

    /** {@code x * (1 + scale) + shift}, broadcasting. */
    default Tensor modulate(Tensor x, Tensor shift, Tensor scale) {
        return x.mul(scale.add(1)).add(shift);
    }

    /** {@code x + gate * branch}, broadcasting. */
    default Tensor gatedAdd(Tensor x, Tensor gate, Tensor branch) {
        return x.add(gate.mul(branch));
    }

    /**
     * One AdamW step, in place, over all parameters that have a gradient; then the averages of all. {@code step} counts from 1.
     * Source: Loshchilov & Hutter 2019.
     */
    default void adamW(AdamWState state, double learningRate, long step) {
        Composites.Decomposed.adamW(this, state, learningRate, step);
    }

    /** The norm of the accumulated gradients of leaves, all together; 0 where there is none, not finite where one is not. */
    default double gradientNorm(List<Tensor> leaves) {
        return Composites.Decomposed.gradientNorm(this, leaves);
    }

    /** Undoes a mode when closed. */
    @FunctionalInterface
    interface Guard extends AutoCloseable {
        @Override
        void close();
    }
}
