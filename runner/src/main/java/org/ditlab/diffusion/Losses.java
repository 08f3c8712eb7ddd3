package org.ditlab.diffusion;

import org.ditlab.tensor.Tensor;

/**
 * The training loss of each sample, (N) each.
 *
 * @param total what is minimised
 * @param mse mean squared error of the target, not weighted
 * @param vb variational bound in bits per dimension; zero when the variance is fixed and the bound not minimised
 */
public record Losses(Tensor total, Tensor mse, Tensor vb) {}
