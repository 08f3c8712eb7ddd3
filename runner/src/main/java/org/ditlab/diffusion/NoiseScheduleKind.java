package org.ditlab.diffusion;

/** The noise schedules that training may use. */
public enum NoiseScheduleKind {
    LINEAR,
    COSINE;

    /** The schedule of this kind. */
    NoiseSchedule of(int steps) {
        return switch (this) {
            case LINEAR -> NoiseSchedule.linear(steps);
            case COSINE -> NoiseSchedule.cosine(steps);
        };
    }
}
