package org.ditlab.study;

/** What the tolerance of a {@link Match} is counted in. */
public enum ToleranceUnit {
    /** Hundredths of the target. */
    PERCENT(1);

    private final double percent;

    ToleranceUnit(double percent) {
        this.percent = percent;
    }

    double percent() {
        return percent;
    }
}
