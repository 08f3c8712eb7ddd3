package org.ditlab.diffusion;

import org.ditlab.tensor.Tensor;

/**
 * What one look of the model at x_t says, each (N, C, H, W).
 *
 * @param mean of p(x_{t-1} | x_t)
 * @param logVariance of p(x_{t-1} | x_t)
 * @param start the predicted x_0
 * @param noise the noise that leads from the predicted x_0 to x_t
 */
public record Prediction(Tensor mean, Tensor logVariance, Tensor start, Tensor noise) {}
