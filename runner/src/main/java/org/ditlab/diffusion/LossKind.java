package org.ditlab.diffusion;

/** What is minimised. Source: Nichol & Dhariwal, arXiv:2102.09672, section 3.1 and its code. */
public enum LossKind {
    /** Squared error of the target, plus the variational bound of a learned variance. */
    MSE,
    /** The same with the bound times steps / 1000: the weight of 0.001 of the paper when the bound is summed over all steps. */
    RESCALED_MSE,
    /** The variational bound alone, times steps: an estimate of the sum over all of them. The mean is trained by it too. */
    KL
}
