package org.ditlab.diffusion.sampler;

import org.ditlab.diffusion.GaussianDiffusion;
import org.ditlab.diffusion.NoiseSchedule;
import org.ditlab.tensor.Tensor;

/** Euler's method for the probability-flow ODE in variance-preserving form, over the angle ({@link ProbabilityFlow}). Source: Karras et al., arXiv:2206.00364, equation 4. */
public final class Euler implements Sampler {
    @Override
    public Tensor sample(
            ModelFunction model, GaussianDiffusion diffusion, Tensor start, StepNoise noise, boolean clip) {
        NoiseSchedule schedule = diffusion.schedule();
        return ReverseProcess.run(model, diffusion, start, clip, (x, prediction, t) -> {
            double step = ProbabilityFlow.angle(schedule, t - 1) - ProbabilityFlow.angle(schedule, t);
            return x.add(ProbabilityFlow.slope(schedule, prediction, t).mul(step));
        });
    }

    @Override
    public boolean deterministic() {
        return true;
    }
}
