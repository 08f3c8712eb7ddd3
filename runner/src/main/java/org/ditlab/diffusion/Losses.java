package org.ditlab.diffusion;

import org.ditlab.tensor.Tensor;

/**
 * The training loss of each sample, (N) each.
 *
 * @param total mse + vb
 * @param mse mean squared error of the noise
 * @param vb variational bound in bits per dimension; zero when the variance is not learned
 */
public record Losses(Tensor total, Tensor mse, Tensor vb) {}
