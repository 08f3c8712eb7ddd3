package org.ditlab.diffusion;

import org.ditlab.tensor.random.RandomStream;

/** How training draws the timestep of a sample. */
public enum TimestepSampling {
    /** Every timestep alike. */
    UNIFORM,
    /**
     * {@code floor(steps sigmoid(z))}, z standard normal (location 0, scale 1): the unit interval, 0 at the data, is cut into
     * as many equal parts as there are timesteps. Source: Esser et al., arXiv:2403.03206, section 3.1.
     */
    LOGIT_NORMAL;

    /**
     * The timestep of a sample, from 0 to steps - 1.
     *
     * @param position of the sample in the order of training, the address of the draw
     */
    public int draw(RandomStream time, long position, int steps) {
        return switch (this) {
            case UNIFORM -> time.integer(position, 0, 0, steps);
            case LOGIT_NORMAL -> {
                float[] z = new float[1];
                time.normal(position, 0, z, 0, 1);
                yield Math.min(steps - 1, (int) (steps / (1 + StrictMath.exp(-z[0]))));
            }
        };
    }
}
