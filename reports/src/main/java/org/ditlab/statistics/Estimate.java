package org.ditlab.statistics;

import java.util.Collection;
import java.util.OptionalDouble;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * A mean over independent values, with its confidence interval where there are enough of them.
 *
 * <p>The interval is Student's: mean +- t(n - 1, (1 + level) / 2) * s / sqrt(n) with the sample standard deviation s
 * (divisor n - 1). With fewer than two values there is no interval.
 *
 * @param n how many values
 * @param mean their mean; NaN where n is 0
 * @param standardDeviation with divisor n - 1; NaN where n is below 2
 * @param level of the interval, 0.95
 */
public record Estimate(int n, double mean, double standardDeviation, double level) {
    /** The level of every interval in a report. */
    public static final double LEVEL = 0.95;

    /** The estimate from some values; the order does not matter. */
    public static Estimate of(Collection<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int n = sorted.length;
        double mean = 0;
        for (int i = 0; i < n; i++) {
            mean += (sorted[i] - mean) / (i + 1);
        }
        double squares = 0;
        for (double value : sorted) {
            squares += (value - mean) * (value - mean);
        }
        return new Estimate(n, n == 0 ? Double.NaN : mean, n < 2 ? Double.NaN : Math.sqrt(squares / (n - 1)), LEVEL);
    }

    /** Half the width of the confidence interval; empty where n is below 2. */
    public OptionalDouble halfWidth() {
        if (n < 2) {
            return OptionalDouble.empty();
        }
        double quantile = new TDistribution(null, n - 1).inverseCumulativeProbability((1 + level) / 2);
        return OptionalDouble.of(quantile * standardDeviation / Math.sqrt(n));
    }

    /**
     * Whether the interval leaves out 0; never where there is none, nor where all values are equal: a spread of 0 says how exact the
     * arithmetic is, and nothing of other seeds.
     */
    public boolean clear() {
        OptionalDouble half = halfWidth();
        return half.isPresent() && standardDeviation > 0 && Math.abs(mean) > half.getAsDouble();
    }
}
