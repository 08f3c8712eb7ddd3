package org.ditlab.diffusion.sampler;

import org.ditlab.diffusion.GaussianDiffusion;
import org.ditlab.diffusion.NoiseSchedule;
import org.ditlab.tensor.Tensor;

/**
 * DPM-Solver++(2M): second order in the half log signal-to-noise ratio, from the predicted x_0 of this step and the one
 * before; first order at the first step, which has none before it, and at the last, which ends without noise. One model
 * call a step. Source: Lu et al., arXiv:2211.01095, algorithm 2.
 */
public final class DpmSolver implements Sampler {
    @Override
    public Tensor sample(
            ModelFunction model, GaussianDiffusion diffusion, Tensor start, StepNoise noise, boolean clip) {
        NoiseSchedule schedule = diffusion.schedule();
        int first = schedule.steps() - 1;
        Tensor before = start.backend().leaf(start, false); // x_0 as the step before predicted it
        return ReverseProcess.run(model, diffusion, start, clip, (x, prediction, t) -> {
            Tensor image = prediction.start();
            if (t == 0) {
                return image;
            }
            double h = lambda(schedule, t - 1) - lambda(schedule, t);
            Tensor data = image;
            if (t < first) {
                double r = (lambda(schedule, t) - lambda(schedule, t + 1)) / h;
                data = image.add(image.sub(before).mul(1 / (2 * r)));
            }
            start.backend().assign(before, image);
            return x.mul(schedule.noise(t - 1) / schedule.noise(t))
                    .add(data.mul(-schedule.signal(t - 1) * Math.expm1(-h)));
        });
    }

    private static double lambda(NoiseSchedule schedule, int t) {
        return Math.log(schedule.signal(t) / schedule.noise(t));
    }

    @Override
    public boolean deterministic() {
        return true;
    }
}
