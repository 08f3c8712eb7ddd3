package org.ditlab.tensor.spi;

import java.util.List;
import org.ditlab.tensor.Tensor;

/**
 * The tensors and constants of an AdamW optimiser: parameters (leaves), first and second moments of the same shapes, and
 * averages of the parameters that move along.
 */
public record AdamWState(
        List<Tensor> parameters,
        List<Tensor> firstMoments,
        List<Tensor> secondMoments,
        List<Average> averages,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay) {
    /** Of all parameters, a tensor each: {@code average <- decay * average + (1 - decay) * parameter} after each step. */
    public record Average(List<Tensor> tensors, double decay) {}
}
