package org.ditlab.diffusion;

/** The weight of a timestep's squared error. The variational bound that trains a learned variance is not weighted. */
public enum LossWeighting {
    /** 1 for the error of the target, whichever it is. */
    UNIFORM,
    /**
     * {@code min(SNR, 5)} for the error of x_0, and the same weight brought to the other targets: over SNR for the noise,
     * over SNR + 1 for v. Source: Hang et al., arXiv:2303.09556, section 3.4.
     */
    MIN_SNR;

    private static final double GAMMA = 5;

    /**
     * The weight.
     *
     * @param snr signal to noise, a / (1 - a)
     */
    double of(double snr, PredictionTarget target) {
        if (this == UNIFORM) {
            return 1;
        }
        double weight = Math.min(snr, GAMMA);
        return switch (target) {
            case EPSILON -> weight / snr;
            case V -> weight / (snr + 1);
            case X0 -> weight;
        };
    }
}
