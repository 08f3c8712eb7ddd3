package org.ditlab.tensor.spi;

import java.util.List;
import org.ditlab.tensor.Tensor;

/**
 * The tensors and constants of an AdamW optimiser: parameters (leaves), first and second moments of the same shapes.
 */
public record AdamWState(
        List<Tensor> parameters,
        List<Tensor> firstMoments,
        List<Tensor> secondMoments,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay) {}
