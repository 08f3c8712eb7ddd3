package org.ditlab.tensor.spi;

import org.ditlab.tensor.Tensor;

/**
 * A convolution with fixed weights, followed by ReLU, which a backend may arrange once and run many times. It is for inference: no
 * gradient flows through it.
 */
@FunctionalInterface
public interface PreparedConvolution {
    /** (N, C, H, W) to (N, O, H', W'), in the type of the weights. */
    Tensor apply(Tensor x);
}
