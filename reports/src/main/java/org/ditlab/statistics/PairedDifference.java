package org.ditlab.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * The differences a - b of two variants over the seeds that both have.
 *
 * <p>Equal seeds share starting weights, data order and noise, so that what the seed does to both cancels. The interval is
 * Student's, of {@link Estimate}: mean +- t(n - 1, 0.975) * s / sqrt(n).
 *
 * @param seeds the seeds that both have, rising
 * @param differences a - b, in the order of the seeds
 */
public record PairedDifference(List<Long> seeds, List<Double> differences) {
    public PairedDifference {
        seeds = List.copyOf(seeds);
        differences = List.copyOf(differences);
        if (seeds.size() != differences.size()) {
            throw new IllegalArgumentException(seeds.size() + " seeds of " + differences.size() + " differences");
        }
    }

    /**
     * The differences of two variants.
     *
     * @param a value by seed
     * @param b value by seed
     */
    public static PairedDifference of(Map<? extends Number, Double> a, Map<? extends Number, Double> b) {
        Map<Long, Double> others = new TreeMap<>();
        b.forEach((seed, value) -> others.put(seed.longValue(), value));
        Map<Long, Double> paired = new TreeMap<>();
        a.forEach((seed, value) -> {
            Double other = others.get(seed.longValue());
            if (other != null) {
                paired.put(seed.longValue(), value - other);
            }
        });
        return new PairedDifference(new ArrayList<>(paired.keySet()), new ArrayList<>(paired.values()));
    }

    /** How many seeds both have. */
    public int n() {
        return differences.size();
    }

    /** The mean difference with its interval. */
    public Estimate estimate() {
        return Estimate.of(differences);
    }

    /** The mean difference; NaN where no seed is shared. */
    public double mean() {
        return estimate().mean();
    }

    /** s / sqrt(n), with the sample standard deviation s of the differences; NaN where n is below 2. */
    public double standardError() {
        return estimate().standardDeviation() / Math.sqrt(n());
    }

    /** Half the width of the 95 % interval of the mean difference; empty where n is below 2. */
    public OptionalDouble halfWidth() {
        return estimate().halfWidth();
    }

    /** Whether the 95 % interval leaves out 0; never where there is none. */
    public boolean clear() {
        OptionalDouble half = halfWidth();
        return half.isPresent() && Math.abs(mean()) > half.getAsDouble();
    }

    /** b - a. */
    public PairedDifference negated() {
        return new PairedDifference(
                seeds, differences.stream().map(value -> 0.0 - value).toList());
    }

    double[] array() {
        return differences.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
