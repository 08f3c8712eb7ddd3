package org.ditlab.nn;

import java.util.List;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;

/**
 * Convolution: (N, in, H, W) to (N, out, H', W'). Parameters {@code weight} (out, in / groups, k, k) and, unless it has
 * none, {@code bias} (out).
 */
public final class Conv2d extends Affine {
    private final int stride;
    private final int padding;
    private final int groups;

    public Conv2d(int in, int out, int kernel, int stride, int padding, int groups, Initializer weights) {
        this(Shape.of(out, in / groups, kernel, kernel), stride, padding, groups, weights, true);
    }

    private Conv2d(Shape shape, int stride, int padding, int groups, Initializer weights, boolean biased) {
        super(shape, weights, biased);
        this.stride = stride;
        this.padding = padding;
        this.groups = groups;
    }

    /** An odd kernel that keeps the image's size. */
    public static Conv2d same(int in, int out, int kernel, Initializer weights) {
        return new Conv2d(in, out, kernel, 1, kernel / 2, 1, weights);
    }

    /** An odd kernel that keeps the image's size, without bias. */
    public static Conv2d unbiased(int in, int out, int kernel) {
        return new Conv2d(Shape.of(out, in, kernel, kernel), 1, kernel / 2, 1, Initializer.xavierUniform(), false);
    }

    /** One odd kernel per channel, keeping the image's size. */
    public static Conv2d depthwise(int channels, int kernel) {
        return new Conv2d(channels, channels, kernel, 1, kernel / 2, channels, Initializer.xavierUniform());
    }

    /** {@code x + conv(x)} of a {@link #depthwise} convolution. */
    Tensor forwardWithShortcut(Tensor x) {
        return within(x, () -> x.backend().depthwiseBranches(x, List.of(weight().value()), List.of(bias().value())));
    }

    public Tensor forward(Tensor x) {
        return within(x, () -> x.conv2d(weight().value(), biasValue(), stride, padding, padding, groups));
    }
}
