package org.ditlab.model;

import org.ditlab.nn.Module;
import org.ditlab.tensor.Tensor;

/** A network that predicts noise (and, with learned sigma, a variance coefficient) from a noisy image, time and label. */
public abstract class Denoiser extends Module {
    /**
     * One forward pass.
     *
     * @param x noisy images (N, C, H, W)
     * @param t timesteps (N), floating, may be fractional
     * @param y labels (N), INT64; {@link #nullLabel} stands for "no label"
     * @return (N, C, H, W), or (N, 2C, H, W) with learned sigma: noise first, variance coefficients after
     */
    public abstract Tensor forward(Tensor x, Tensor t, Tensor y);

    /** C of the input. */
    public abstract int channels();

    public abstract int height();

    public abstract int width();

    /** Number of real classes. */
    public abstract int classes();

    /** The label that stands for "no label", or -1 when the model has none. */
    public abstract int nullLabel();

    public abstract boolean learnsSigma();
}
