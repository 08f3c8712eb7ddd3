package org.ditlab.diffusion.sampler;

import org.ditlab.diffusion.NoiseSchedule;
import org.ditlab.diffusion.PredictionTarget;
import org.ditlab.tensor.Tensor;

/**
 * The best possible model of data that are N(mean, deviation^2) in every value; a point for deviation 0. With
 * {@code V = a deviation^2 + 1 - a}, the variance of x_t, it says {@code E[noise | x_t] = sqrt(1 - a) (x_t - sqrt(a) mean) / V}.
 *
 * @param schedule of training, over all timesteps
 */
record ExactModel(NoiseSchedule schedule, PredictionTarget target, double mean, double deviation)
        implements ModelFunction {
    @Override
    public Tensor apply(Tensor x, Tensor t) {
        int step = (int) t.toFloats()[0];
        double signal = schedule.signal(step);
        double sigma = schedule.noise(step);
        Tensor centred = x.add(-signal * mean);
        Tensor noise = centred.mul(sigma / variance(step));
        Tensor image =
                centred.mul(signal * deviation * deviation / variance(step)).add(mean);
        return switch (target) {
            case EPSILON -> noise;
            case V -> noise.mul(signal).sub(image.mul(sigma));
            case X0 -> image;
        };
    }

    /** Of x_t. */
    double variance(int t) {
        double a = schedule.alphaCumprod(t);
        return a * deviation * deviation + 1 - a;
    }
}
