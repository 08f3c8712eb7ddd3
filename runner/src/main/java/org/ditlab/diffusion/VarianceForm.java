package org.ditlab.diffusion;

/** The variance of p(x_{t-1} | x_t). */
public enum VarianceForm {
    /** The model gives C channels more: where the log-variance lies between the two fixed ones. Source: Nichol & Dhariwal, arXiv:2102.09672, equation 15. */
    LEARNED_RANGE,
    /** Beta, with the posterior's variance of t = 1 at t = 0. Source: Ho et al., arXiv:2006.11239, section 3.2. */
    FIXED_LARGE,
    /** The variance of the posterior q(x_{t-1} | x_t, x_0); 0 at t = 0, where its logarithm is that of t = 1. Source: the same. */
    FIXED_SMALL
}
