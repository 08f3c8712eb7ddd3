package org.ditlab.train;

/** How the learning rate goes on after the warm-up. */
public enum LearningRateSchedule {
    /** It stays. */
    CONSTANT,
    /** It falls in a straight line. */
    LINEAR,
    /** It falls along half a cosine. Source: Loshchilov & Hutter, SGDR, arXiv:1608.03983, without restarts. */
    COSINE;

    /**
     * Whether the rate of a step depends on how many there will be. Training with such a schedule cannot be continued to a
     * longer budget: its first steps would have been others.
     */
    public boolean dependsOnTotal() {
        return this != CONSTANT;
    }

    /** What is left of the fall, 1 to 0, at a share of the way. */
    double left(double progress) {
        return switch (this) {
            case CONSTANT -> 1;
            case LINEAR -> 1 - progress;
            case COSINE -> 0.5 * (1 + Math.cos(Math.PI * progress));
        };
    }
}
