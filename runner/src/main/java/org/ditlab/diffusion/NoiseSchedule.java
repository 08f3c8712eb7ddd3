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
     * Signal that falls as a squared cosine, betas at most 0.999: {@code squaredcos_cap_v2}. Source: Nichol & Dhariwal,
     * arXiv:2102.09672, equation 17.
     */
    public static NoiseSchedule cosine(int steps) {
        double[] betas = new double[steps];
        int[] timesteps = new int[steps];
        for (int t = 0; t < steps; t++) {
            betas[t] = Math.min(1 - squaredCosine((t + 1) / (double) steps) / squaredCosine(t / (double) steps), 0.999);
            timesteps[t] = t;
        }
        return new NoiseSchedule(betas, timesteps);
    }

    private static double squaredCosine(double time) {
        double cosine = Math.cos((time + 0.008) / 1.008 * Math.PI / 2);
        return cosine * cosine;
    }

    /**
     * The schedule that visits only {@code count} evenly spaced timesteps of this one. The fractional stride is
     * accumulated and rounded half to even, as the official code does. One step alone visits timestep 0.
     *
     * @throws IllegalArgumentException when count exceeds the number of steps
     */
    public NoiseSchedule respaced(int count) {
        return keeping(Respacing.sections(steps(), count));
    }

    /**
     * The schedule that visits the timesteps of a specification: {@code 250} as above, {@code 10,20,30} so many in each of
     * equal parts, {@code ddim50} every k-th from 0.
     *
     * @throws IllegalArgumentException when it is not understood or does not fit the number of steps
     */
    public NoiseSchedule respaced(String specification) {
        return keeping(Respacing.kept(steps(), specification));
    }

    private NoiseSchedule keeping(int[] kept) {
        double[] wider = new double[kept.length];
        int[] original = new int[kept.length];
        double before = 1;
        for (int i = 0; i < kept.length; i++) {
            wider[i] = 1 - alphasCumprod[kept[i]] / before;
            before = alphasCumprod[kept[i]];
            original[i] = timesteps[kept[i]];
        }
        return new NoiseSchedule(wider, original);
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

    /** The same up to t + 1; 0 at the last step. */
    public double alphaCumprodNext(int t) {
        return t + 1 < steps() ? alphasCumprod[t + 1] : 0;
    }

    /** The weight of x_0 in x_t; cos of the angle of VP diffusion. */
    public double signal(int t) {
        return Math.sqrt(alphasCumprod[t]);
    }

    /** The weight of the noise in x_t; sin of the angle. */
    public double noise(int t) {
        return Math.sqrt(1 - alphasCumprod[t]);
    }

    /** Signal to noise, a ratio of powers. */
    public double snr(int t) {
        return alphasCumprod[t] / (1 - alphasCumprod[t]);
    }

    /** The weight of x_t in x_0, given the noise. */
    public double startOfNoisy(int t) {
        return Math.sqrt(1 / alphasCumprod[t]);
    }

    /** The weight of the noise, taken off, in x_0. */
    public double startOfNoise(int t) {
        return Math.sqrt(1 / alphasCumprod[t] - 1);
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
