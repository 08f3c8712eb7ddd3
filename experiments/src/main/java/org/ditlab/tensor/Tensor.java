package org.ditlab.tensor;

import java.util.List;
import org.ditlab.tensor.spi.Backend;
import org.jspecify.annotations.Nullable;

/**
 * An n-dimensional array of one backend. Immutable to model code; operations make new tensors in the innermost
 * {@link Scope}. Binary operations broadcast as in NumPy.
 *
 * <p>This type holds words only: every method hands over to the {@link Backend}. What is composed of primitives (GELU,
 * attention, rotary embedding...) stands in {@link Composites}.
 */
public abstract class Tensor {
    private final Shape shape;
    private final DType dtype;

    protected Tensor(Shape shape, DType dtype) {
        this.shape = shape;
        this.dtype = dtype;
    }

    public abstract Backend backend();

    public final Shape shape() {
        return shape;
    }

    public final DType dtype() {
        return dtype;
    }

    /** The extent of an axis; negative axes count from the end. */
    public final int dim(int axis) {
        return shape.dim(axis);
    }

    /**
     * Checks the shape at a block's border.
     *
     * @param dims expected extents, -1 for any
     * @return this
     * @throws ShapeException naming expected and found
     */
    public final Tensor expect(int... dims) {
        boolean fits = dims.length == shape.rank();
        for (int i = 0; fits && i < dims.length; i++) {
            fits = dims[i] < 0 || dims[i] == shape.dim(i);
        }
        if (!fits) {
            StringBuilder expected = new StringBuilder("(");
            for (int i = 0; i < dims.length; i++) {
                expected.append(i == 0 ? "" : ", ").append(dims[i] < 0 ? "any" : String.valueOf(dims[i]));
            }
            throw new ShapeException("expected " + expected + ") but got " + shape);
        }
        return this;
    }

    // Element-wise, broadcasting.

    public final Tensor add(Tensor other) {
        return backend().add(this, other);
    }

    public final Tensor sub(Tensor other) {
        return backend().sub(this, other);
    }

    public final Tensor mul(Tensor other) {
        return backend().mul(this, other);
    }

    public final Tensor div(Tensor other) {
        return backend().div(this, other);
    }

    public final Tensor add(double scalar) {
        return backend().add(this, scalar);
    }

    public final Tensor mul(double scalar) {
        return backend().mul(this, scalar);
    }

    public final Tensor neg() {
        return backend().mul(this, -1);
    }

    /** 1 where this is less than the other, else 0; no gradient. */
    public final Tensor less(Tensor other) {
        return backend().less(this, other);
    }

    /** {@code this != 0 ? yes : no}, element by element; gradients flow to yes and no only. */
    public final Tensor where(Tensor yes, Tensor no) {
        return backend().where(this, yes, no);
    }

    public final Tensor maximum(Tensor other) {
        return backend().maximum(this, other);
    }

    // Element-wise, one operand.

    public final Tensor exp() {
        return backend().exp(this);
    }

    public final Tensor log() {
        return backend().log(this);
    }

    public final Tensor sqrt() {
        return backend().sqrt(this);
    }

    public final Tensor rsqrt() {
        return backend().rsqrt(this);
    }

    public final Tensor sin() {
        return backend().sin(this);
    }

    public final Tensor cos() {
        return backend().cos(this);
    }

    public final Tensor tanh() {
        return backend().tanh(this);
    }

    public final Tensor erf() {
        return backend().erf(this);
    }

    public final Tensor sigmoid() {
        return backend().sigmoid(this);
    }

    public final Tensor relu() {
        return backend().relu(this);
    }

    public final Tensor abs() {
        return backend().abs(this);
    }

    public final Tensor square() {
        return backend().square(this);
    }

    /** Limits to [min, max]; the gradient is 0 outside. */
    public final Tensor clamp(double min, double max) {
        return backend().clamp(this, min, max);
    }

    // Products.

    /** {@code (..., m, k) x (..., k, n) -> (..., m, n)}; leading extents equal, or absent on the right. */
    public final Tensor matmul(Tensor other) {
        return backend().matmul(this, other);
    }

    /** {@code (..., in) -> (..., out)} with weight (out, in) and bias (out). */
    public final Tensor linear(Tensor weight, @Nullable Tensor bias) {
        return backend().linear(this, weight, bias);
    }

    /** {@code (N, C, H, W) -> (N, O, H', W')} with weight (O, C / groups, kh, kw) and bias (O). */
    public final Tensor conv2d(
            Tensor weight, @Nullable Tensor bias, int stride, int padHeight, int padWidth, int groups) {
        return backend().conv2d(this, weight, bias, stride, padHeight, padWidth, groups);
    }

    /** Rows of a table: this is (rows, D), indices any shape of INT64; gives indices' shape + (D). */
    public final Tensor embedding(Tensor indices) {
        return backend().embedding(this, indices);
    }

    // Reductions.

    public final Tensor sum(boolean keep, int... axes) {
        return backend().sum(this, keep, axes);
    }

    public final Tensor mean(boolean keep, int... axes) {
        return backend().mean(this, keep, axes);
    }

    /** Mean of all elements, a scalar. */
    public final Tensor mean() {
        return backend().mean(this, false, allAxes());
    }

    /** Sum of all elements, a scalar. */
    public final Tensor sum() {
        return backend().sum(this, false, allAxes());
    }

    /** Largest element along one axis. */
    public final Tensor max(boolean keep, int axis) {
        return backend().max(this, keep, axis);
    }

    public final Tensor softmax(int axis) {
        return backend().softmax(this, axis);
    }

    public final Tensor logSoftmax(int axis) {
        return backend().logSoftmax(this, axis);
    }

    // Arrangement.

    /** Row-major reshape; one extent may be -1. */
    public final Tensor reshape(int... dims) {
        return backend().reshape(this, dims);
    }

    public final Tensor permute(int... axes) {
        return backend().permute(this, axes);
    }

    public final Tensor transpose(int axis1, int axis2) {
        int[] axes = new int[shape.rank()];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = i;
        }
        int a = shape.axis(axis1);
        int b = shape.axis(axis2);
        axes[a] = b;
        axes[b] = a;
        return backend().permute(this, axes);
    }

    /** Elements start (inclusive) to end (exclusive) of an axis. */
    public final Tensor slice(int axis, int start, int end) {
        return backend().slice(this, axis, start, end);
    }

    /** Equal parts of an axis, in order. */
    public final List<Tensor> chunk(int parts, int axis) {
        int extent = dim(axis);
        if (extent % parts != 0) {
            throw new ShapeException("chunk: " + shape + " axis " + axis + " does not divide into " + parts);
        }
        Tensor[] result = new Tensor[parts];
        for (int i = 0; i < parts; i++) {
            result[i] = slice(axis, i * (extent / parts), (i + 1) * (extent / parts));
        }
        return List.of(result);
    }

    /** Repeats extents of 1 (and missing leading axes) to the given shape. */
    public final Tensor broadcastTo(int... dims) {
        return backend().broadcastTo(this, Shape.of(dims));
    }

    public static Tensor concat(int axis, List<Tensor> parts) {
        return parts.get(0).backend().concat(parts, axis);
    }

    public final Tensor cast(DType type) {
        return type == dtype ? this : backend().cast(this, type);
    }

    // Gradients.

    /** The same values, cut from the gradient tape. */
    public final Tensor detach() {
        return backend().detach(this);
    }

    /** Accumulates d(this)/d(leaf) into every leaf that asks for gradients; this must be a scalar. */
    public final void backward() {
        backend().backward(this);
    }

    /** The accumulated gradient of a leaf, or null when there is none. */
    public final @Nullable Tensor grad() {
        return backend().grad(this);
    }

    // To Java.

    public final float[] toFloats() {
        return backend().toFloats(this);
    }

    public final double[] toDoubles() {
        return backend().toDoubles(this);
    }

    /** The value of a tensor of one element. */
    public final double item() {
        if (shape.elements() != 1) {
            throw new ShapeException("item: " + shape + " has not one element");
        }
        return toDoubles()[0];
    }

    private int[] allAxes() {
        int[] axes = new int[shape.rank()];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = i;
        }
        return axes;
    }

    @Override
    public String toString() {
        return dtype + " " + shape;
    }
}
