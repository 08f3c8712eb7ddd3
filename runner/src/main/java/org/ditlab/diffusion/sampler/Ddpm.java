package org.ditlab.diffusion.sampler;

import org.ditlab.diffusion.GaussianDiffusion;
import org.ditlab.diffusion.Prediction;
import org.ditlab.tensor.Tensor;

/** Ancestral sampling: {@code x_{t-1} = mean + exp(logVariance / 2) noise}, no noise at the last step. Source: Ho et al., arXiv:2006.11239, algorithm 2. */
public final class Ddpm implements Sampler {
    @Override
    public Tensor sample(
            ModelFunction model, GaussianDiffusion diffusion, Tensor start, StepNoise noise, boolean clip) {
        return ReverseProcess.run(model, diffusion, start, clip, (x, prediction, t) -> step(prediction, t, noise));
    }

    /** From x_t to x_{t-1}. */
    public static Tensor step(Prediction prediction, int t, StepNoise noise) {
        if (t == 0) {
            return prediction.mean();
        }
        Tensor deviation = prediction.logVariance().mul(0.5).exp();
        return prediction.mean().add(deviation.mul(noise.at(t)));
    }

    @Override
    public boolean deterministic() {
        return false;
    }
}
