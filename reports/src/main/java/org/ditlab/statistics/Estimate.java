package org.ditlab.statistics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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

    /**
     * The mean of the differences a - b over the seeds that both have: the k-th seed of every variant sees the same data
     * order and noise, so that what the seed does to both cancels.
     *
     * @param a value by seed
     * @param b value by seed
     */
    public static Estimate ofPairedDifferences(Map<? extends Object, Double> a, Map<? extends Object, Double> b) {
        List<Double> differences = new ArrayList<>();
        a.forEach((seed, value) -> {
            Double other = b.get(seed);
            if (other != null) {
                differences.add(value - other);
            }
        });
        return of(differences);
    }

    /** Half the width of the confidence interval; empty where n is below 2. */
    public OptionalDouble halfWidth() {
        if (n < 2) {
            return OptionalDouble.empty();
        }
        double quantile = new TDistribution(null, n - 1).inverseCumulativeProbability((1 + level) / 2);
        return OptionalDouble.of(quantile * standardDeviation / Math.sqrt(n));
    }

    /** Whether the interval leaves out 0; never where there is none. */
    public boolean clear() {
        OptionalDouble half = halfWidth();
        return half.isPresent() && Math.abs(mean) > half.getAsDouble();
    }
}
