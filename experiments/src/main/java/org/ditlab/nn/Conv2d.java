package org.ditlab.nn;

import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;

/**
 * Convolution: (N, in, H, W) to (N, out, H', W'). Parameters {@code weight} (out, in / groups, k, k) and {@code bias}
 * (out).
 */
public final class Conv2d extends Module {
    private final Parameter weight;
    private final Parameter bias;
    private final int stride;
    private final int padding;
    private final int groups;

    public Conv2d(int in, int out, int kernel, int stride, int padding, int groups, Initializer weights) {
        weight = parameter("weight", Shape.of(out, in / groups, kernel, kernel), weights);
        bias = parameter("bias", Shape.of(out), Initializer.zeros());
        this.stride = stride;
        this.padding = padding;
        this.groups = groups;
    }

    public Tensor forward(Tensor x) {
        return x.conv2d(weight.value(), bias.value(), stride, padding, padding, groups);
    }
}
