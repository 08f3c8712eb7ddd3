package org.ditlab.nn;

import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * {@code x W^T + b}: (..., in) to (..., out). Parameters {@code weight} (out, in) and {@code bias} (out); the pointwise
 * form keeps its weight as a 1 x 1 convolution's, (out, in, 1, 1).
 */
public final class Linear extends Module {
    private final Parameter weight;
    private final @Nullable Parameter bias;

    /** Xavier-uniform weight, zero bias, as DiT initialises every linear layer. */
    public Linear(int in, int out) {
        this(in, out, Initializer.xavierUniform());
    }

    public Linear(int in, int out, Initializer weights) {
        this(Shape.of(out, in), weights, true);
    }

    private Linear(Shape shape, Initializer weights, boolean biased) {
        weight = parameter("weight", shape, weights);
        bias = biased ? parameter("bias", Shape.of(shape.dim(0)), Initializer.zeros()) : null;
    }

    /** A 1 x 1 convolution over tokens: weight (out, in, 1, 1). */
    public static Linear pointwise(int in, int out) {
        return new Linear(Shape.of(out, in, 1, 1), Initializer.xavierUniform(), true);
    }

    /** Without bias. */
    public static Linear unbiased(int in, int out) {
        return new Linear(Shape.of(out, in), Initializer.xavierUniform(), false);
    }

    public Tensor forward(Tensor x) {
        return within(x, () -> x.linear(matrix(), bias == null ? null : bias.value()));
    }

    /** Channels start (inclusive) to end (exclusive) of the result: (..., in) to (..., end - start). */
    public Tensor forward(Tensor x, int start, int end) {
        return within(
                x,
                () -> x.linear(
                        matrix().slice(0, start, end),
                        bias == null ? null : bias.value().slice(0, start, end)));
    }

    /** The weight as (out, in). */
    Tensor matrix() {
        Tensor value = weight.value();
        return value.shape().rank() == 2 ? value : value.reshape(value.dim(0), value.dim(1));
    }

    Parameter weight() {
        return weight;
    }

    /** The bias of a layer that has one. */
    Parameter bias() {
        if (bias == null) {
            throw new IllegalStateException(path() + " has no bias");
        }
        return bias;
    }
}
