package org.ditlab.run.estimate;

import java.util.Arrays;

/** The middle of some numbers. */
public final class Median {
    private Median() {}

    /** The middle value, or the mean of the middle two; of at least one. */
    public static double of(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
