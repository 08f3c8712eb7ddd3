package org.ditlab.diffusion.sampler;

import org.ditlab.diffusion.GaussianDiffusion;
import org.ditlab.diffusion.NoiseSchedule;
import org.ditlab.tensor.Tensor;

/**
 * DDIM: deterministic with eta 0, as noisy as ancestral sampling with eta 1. Source: Song et al., arXiv:2010.02502,
 * equation 12.
 *
 * @param eta share of the ancestral noise, 0 to 1
 */
public record Ddim(double eta) implements Sampler {
    @Override
    public Tensor sample(
            ModelFunction model, GaussianDiffusion diffusion, Tensor start, StepNoise noise, boolean clip) {
        NoiseSchedule schedule = diffusion.schedule();
        return ReverseProcess.run(model, diffusion, start, clip, (x, prediction, t) -> {
            double here = schedule.alphaCumprod(t);
            double before = schedule.alphaCumprodPrev(t);
            double sigma = eta * Math.sqrt((1 - before) / (1 - here)) * Math.sqrt(1 - here / before);
            Tensor next = prediction
                    .start()
                    .mul(Math.sqrt(before))
                    .add(prediction.noise().mul(Math.sqrt(1 - before - sigma * sigma)));
            return t == 0 || sigma == 0 ? next : next.add(noise.at(t).mul(sigma));
        });
    }
}
