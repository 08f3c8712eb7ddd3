package org.ditlab.diffusion;

/**
 * The variances of a forward diffusion process and what follows from them, in float64, indexed by timestep from 0 (least
 * noise). A respaced schedule keeps some timesteps of a longer one. Source: Ho et al., arXiv:2006.11239, section 2;
 * Nichol & Dhariwal, arXiv:2102.09672, section 4 (respacing).
 */
public final class NoiseSchedule {
    private final double[] betas;
    private final double[] alphasCumprod;
    private final double[] alphasCumprodPrev;
    private final int[] timesteps;

    private NoiseSchedule(double[] betas, int[] timesteps) {
        this.betas = betas;
        this.timesteps = timesteps;
        alphasCumprod = new double[betas.length];
        alphasCumprodPrev = new double[betas.length];
        double product = 1;
        for (int t = 0; t < betas.length; t++) {
            alphasCumprodPrev[t] = product;
            product *= 1 - betas[t];
            alphasCumprod[t] = product;
        }
    }

    /** Betas from 1e-4 to 0.02, scaled by 1000 / steps: the schedule of DDPM and DiT. */
    public static NoiseSchedule linear(int steps) {
        double scale = 1000.0 / steps;
        double first = scale * 1e-4;
        double last = scale * 0.02;
        double[] betas = new double[steps];
        int[] timesteps = new int[steps];
        for (int t = 0; t < steps; t++) {
            betas[t] = steps == 1 ? first : first + t * ((last - first) / (steps - 1));
            timesteps[t] = t;
        }
        return new NoiseSchedule(betas, timesteps);
    }

    /**
     * The schedule that visits only {@code count} evenly spaced timesteps of this one. The fractional stride is
     * accumulated and rounded half to even, as the official code does.
     *
     * @throws IllegalArgumentException when count exceeds the number of steps
     */
    public NoiseSchedule respaced(int count) {
        if (count < 1 || count > steps()) {
            throw new IllegalArgumentException("cannot respace " + steps() + " steps to " + count);
        }
        double stride = count <= 1 ? 1 : (steps() - 1) / (double) (count - 1);
        double[] kept = new double[count];
        int[] original = new int[count];
        double position = 0;
        double before = 1;
        for (int i = 0; i < count; i++) {
            int t = (int) Math.rint(position);
            kept[i] = 1 - alphasCumprod[t] / before;
            before = alphasCumprod[t];
            original[i] = timesteps[t];
            position += stride;
        }
        return new NoiseSchedule(kept, original);
    }

    public int steps() {
        return betas.length;
    }

    /** The timestep that the model is told at step t. */
    public int timestep(int t) {
        return timesteps[t];
    }

    public double beta(int t) {
        return betas[t];
    }

    /** Product of (1 - beta) up to and including t. */
    public double alphaCumprod(int t) {
        return alphasCumprod[t];
    }

    /** The same up to t - 1; 1 at t = 0. */
    public double alphaCumprodPrev(int t) {
        return alphasCumprodPrev[t];
    }

    /** Variance of q(x_{t-1} | x_t, x_0). */
    public double posteriorVariance(int t) {
        return betas[t] * (1 - alphasCumprodPrev[t]) / (1 - alphasCumprod[t]);
    }

    /** Its logarithm, with the value at t = 1 in place of minus infinity at t = 0. */
    public double posteriorLogVariance(int t) {
        return Math.log(posteriorVariance(t == 0 && steps() > 1 ? 1 : t));
    }

    /** The weight of x_0 in the mean of q(x_{t-1} | x_t, x_0). */
    public double posteriorMeanOfStart(int t) {
        return betas[t] * Math.sqrt(alphasCumprodPrev[t]) / (1 - alphasCumprod[t]);
    }

    /** The weight of x_t in the mean of q(x_{t-1} | x_t, x_0). */
    public double posteriorMeanOfNoisy(int t) {
        return (1 - alphasCumprodPrev[t]) * Math.sqrt(1 - betas[t]) / (1 - alphasCumprod[t]);
    }
}
