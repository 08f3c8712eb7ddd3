package org.ditlab.nn;

import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A layer of a {@code weight} and, unless it has none, a {@code bias} with one element per output channel. */
abstract class Affine extends Module {
    private final Parameter weight;
    private final @Nullable Parameter bias;

    /** @param shape of the weight, output channels first */
    Affine(Shape shape, Initializer weights, boolean biased) {
        weight = parameter("weight", shape, weights);
        bias = biased ? parameter("bias", Shape.of(shape.dim(0)), Initializer.zeros()) : null;
    }

    final Parameter weight() {
        return weight;
    }

    /** The bias of a layer that has one. */
    final Parameter bias() {
        if (bias == null) {
            throw new IllegalStateException(path() + " has no bias");
        }
        return bias;
    }

    /** The bias's value, or null where there is none. */
    final @Nullable Tensor biasValue() {
        return bias == null ? null : bias.value();
    }
}
