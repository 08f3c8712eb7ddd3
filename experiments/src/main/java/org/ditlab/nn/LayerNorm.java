package org.ditlab.nn;

import org.ditlab.tensor.Composites;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Layer norm over the last axis, epsilon 1e-6, with or without weights of its own: parameters {@code weight} and {@code
 * bias} (C), ones and zeros at the start. Source: Ba et al., arXiv:1607.06450; the epsilon is DiT's.
 */
public final class LayerNorm extends Module {
    private static final double EPSILON = 1e-6;

    private final @Nullable Parameter weight;
    private final @Nullable Parameter bias;

    public LayerNorm(int width, boolean affine) {
        weight = affine ? parameter("weight", Shape.of(width), Initializer.constant(1)) : null;
        bias = affine ? parameter("bias", Shape.of(width), Initializer.zeros()) : null;
    }

    /** The norm, scaled and shifted sample by sample: (N, T, D) with (N, 1, D) twice. */
    public Tensor forward(Tensor x, Tensor shift, Tensor scale) {
        return within(x, () -> Composites.adaptiveNorm(x, shift, scale, EPSILON));
    }

    public Tensor forward(Tensor x) {
        return within(x, () -> {
            Tensor normal = Composites.layerNorm(x, EPSILON);
            return weight == null || bias == null
                    ? normal
                    : normal.mul(weight.value()).add(bias.value());
        });
    }
}
