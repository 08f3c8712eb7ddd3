package org.ditlab.nn;

import org.ditlab.tensor.Composites;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;

/**
 * {@code x W^T + b}: (..., in) to (..., out). Parameters {@code weight} (out, in) and {@code bias} (out); the pointwise
 * form keeps its weight as a 1 x 1 convolution's, (out, in, 1, 1).
 */
public class Linear extends Affine {
    /** Xavier-uniform weight, zero bias, as DiT initialises every linear layer. */
    public Linear(int in, int out) {
        this(in, out, Initializer.xavierUniform());
    }

    public Linear(int in, int out, Initializer weights) {
        this(Shape.of(out, in), weights, true);
    }

    private Linear(Shape shape, Initializer weights, boolean biased) {
        super(shape, weights, biased);
    }

    /** The pointwise form: a weight of (out, in, 1, 1). */
    Linear(Shape pointwise) {
        this(pointwise, Initializer.xavierUniform(), true);
    }

    /** A 1 x 1 convolution over tokens: weight (out, in, 1, 1). */
    public static Linear pointwise(int in, int out) {
        return new Linear(Shape.of(out, in, 1, 1));
    }

    /** Without bias. */
    public static Linear unbiased(int in, int out) {
        return new Linear(Shape.of(out, in), Initializer.xavierUniform(), false);
    }

    public final Tensor forward(Tensor x) {
        return within(x, () -> x.linear(matrix(), biasValue()));
    }

    /** Another layer after this one: (..., in) to (..., the other's out). */
    final Tensor forward(Tensor x, Linear next) {
        return within(
                x,
                () -> x.backend()
                        .linearPair(
                                x,
                                weight().value(),
                                bias().value(),
                                next.weight().value(),
                                next.bias().value()));
    }

    /** Channels start (inclusive) to end (exclusive) of the result: (..., in) to (..., end - start). */
    public final Tensor forward(Tensor x, int start, int end) {
        return within(x, () -> {
            Tensor bias = biasValue();
            return x.linear(matrix().slice(0, start, end), bias == null ? null : bias.slice(0, start, end));
        });
    }

    /** The weight as (out, in). */
    final Tensor matrix() {
        return Composites.matrix(weight().value());
    }
}
