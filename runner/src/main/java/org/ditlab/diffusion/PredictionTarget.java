package org.ditlab.diffusion;

/**
 * What the model's first C output channels predict, given {@code x_t = sqrt(a) x_0 + sqrt(1 - a) noise} with a = the
 * product of (1 - beta) up to t.
 */
public enum PredictionTarget {
    /** The noise. Source: Ho et al., arXiv:2006.11239, equation 14. */
    EPSILON,
    /** {@code sqrt(a) noise - sqrt(1 - a) x_0}, the velocity on the circle of x_0 and noise. Source: Salimans & Ho, arXiv:2202.00512, section 4. */
    V,
    /** The clean image. */
    X0
}
