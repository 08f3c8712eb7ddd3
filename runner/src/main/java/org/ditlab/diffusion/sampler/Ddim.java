package org.ditlab.diffusion.sampler;

import org.ditlab.diffusion.GaussianDiffusion;
import org.ditlab.diffusion.NoiseSchedule;
import org.ditlab.diffusion.Prediction;
import org.ditlab.tensor.Tensor;

/**
 * DDIM: deterministic with eta 0, as noisy as ancestral sampling with eta 1. With eta 0 it is Euler's method for the
 * probability-flow ODE of {@code x / sqrt(a)} over {@code sqrt((1 - a) / a)}. Source: Song et al., arXiv:2010.02502,
 * equation 12 and section 4.3.
 *
 * @param eta share of the ancestral noise, 0 to 1
 */
public record Ddim(double eta) implements Sampler {
    @Override
    public Tensor sample(
            ModelFunction model, GaussianDiffusion diffusion, Tensor start, StepNoise noise, boolean clip) {
        NoiseSchedule schedule = diffusion.schedule();
        return ReverseProcess.run(
                model, diffusion, start, clip, (x, prediction, t) -> step(schedule, prediction, t, noise));
    }

    /** From x_t to x_{t-1}. */
    public Tensor step(NoiseSchedule schedule, Prediction prediction, int t, StepNoise noise) {
        double here = schedule.alphaCumprod(t);
        double before = schedule.alphaCumprodPrev(t);
        double sigma = eta * Math.sqrt((1 - before) / (1 - here)) * Math.sqrt(1 - here / before);
        Tensor next = prediction
                .start()
                .mul(Math.sqrt(before))
                .add(prediction.noise().mul(Math.sqrt(1 - before - sigma * sigma)));
        return t == 0 || sigma == 0 ? next : next.add(noise.at(t).mul(sigma));
    }

    /** The other way with eta 0, from x_t to x_{t+1}; at the last step to noise alone. */
    public static Tensor inverse(NoiseSchedule schedule, Prediction prediction, int t) {
        double after = schedule.alphaCumprodNext(t);
        return prediction.start().mul(Math.sqrt(after)).add(prediction.noise().mul(Math.sqrt(1 - after)));
    }

    @Override
    public boolean deterministic() {
        return eta == 0;
    }
}
