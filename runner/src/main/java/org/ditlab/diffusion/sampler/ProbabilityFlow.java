package org.ditlab.diffusion.sampler;

import org.ditlab.diffusion.NoiseSchedule;
import org.ditlab.diffusion.Prediction;
import org.ditlab.tensor.Tensor;

/**
 * The ODE whose solutions have the marginals of the diffusion, in variance-preserving form with the angle as time:
 * {@code x = cos(angle) x_0 + sin(angle) noise}, so {@code dx / d angle = cos(angle) noise - sin(angle) x_0}. This is
 * equation 4 of Karras et al., arXiv:2206.00364, with s = cos and sigma = tan. The grid: the angles of the schedule's
 * timesteps, {@code acos sqrt(a)}, and 0.
 */
final class ProbabilityFlow {
    private ProbabilityFlow() {}

    /** The angle of a step; 0, the image, below step 0. */
    static double angle(NoiseSchedule schedule, int t) {
        return t < 0 ? 0 : Math.atan2(schedule.noise(t), schedule.signal(t));
    }

    /** dx / d angle at a step. */
    static Tensor slope(NoiseSchedule schedule, Prediction prediction, int t) {
        return prediction.noise().mul(schedule.signal(t)).sub(prediction.start().mul(schedule.noise(t)));
    }
}
