package org.ditlab.diffusion.sampler;

import org.ditlab.diffusion.GaussianDiffusion;
import org.ditlab.diffusion.NoiseSchedule;
import org.ditlab.diffusion.Prediction;
import org.ditlab.tensor.Tensor;

/**
 * Heun's method for the probability-flow ODE in variance-preserving form, over the angle ({@link ProbabilityFlow}): the mean
 * of the slopes at both ends of a step. Two model calls a step, one at the last, whose end has no noise and is no timestep
 * of the model. Source: Karras et al., arXiv:2206.00364, algorithm 1.
 */
public final class Heun implements Sampler {
    @Override
    public Tensor sample(
            ModelFunction model, GaussianDiffusion diffusion, Tensor start, StepNoise noise, boolean clip) {
        NoiseSchedule schedule = diffusion.schedule();
        return ReverseProcess.run(model, diffusion, start, clip, (x, prediction, t) -> {
            double step = ProbabilityFlow.angle(schedule, t - 1) - ProbabilityFlow.angle(schedule, t);
            Tensor slope = ProbabilityFlow.slope(schedule, prediction, t);
            Tensor guess = x.add(slope.mul(step));
            if (t == 0) {
                return guess;
            }
            Prediction there = ReverseProcess.look(model, diffusion, guess, t - 1, clip);
            return x.add(
                    slope.add(ProbabilityFlow.slope(schedule, there, t - 1)).mul(step / 2));
        });
    }

    @Override
    public boolean deterministic() {
        return true;
    }

    @Override
    public int evaluations(int steps) {
        return 2 * steps - 1;
    }
}
