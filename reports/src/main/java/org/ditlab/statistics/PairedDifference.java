package org.ditlab.statistics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
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
 * <p>What rounding alone makes of equal differences is no spread: differences that lie within 1e-12 of the largest value's size of
 * each other become one, 0 where they lie so near to it, so that no interval and no test takes the noise for evidence.
 *
 * @param seeds the seeds that both have, rising
 * @param differences a - b, in the order of the seeds
 */
public record PairedDifference(List<Long> seeds, List<Double> differences) {
    /** Differences nearer to each other than this part of the largest value's size are equal. */
    private static final double ROUNDING = 1e-12;

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
        double size = 0;
        for (Map.Entry<? extends Number, Double> entry : a.entrySet()) {
            long seed = entry.getKey().longValue();
            Double other = others.get(seed);
            if (other != null) {
                paired.put(seed, entry.getValue() - other);
                size = Math.max(size, Math.max(Math.abs(entry.getValue()), Math.abs(other)));
            }
        }
        return new PairedDifference(new ArrayList<>(paired.keySet()), rounded(paired.values(), size));
    }

    /**
     * Differences without the noise of rounding: sizes that rounding may have parted are made equal, what it may have kept from 0
     * becomes 0.
     *
     * @param size of the largest value that a difference was taken of
     */
    public static List<Double> rounded(Collection<Double> differences, double size) {
        double tolerance = ROUNDING * size;
        double[] sizes = differences.stream().mapToDouble(Math::abs).sorted().toArray();
        Map<Double, Double> equal = new HashMap<>();
        double last = 0;
        for (double one : sizes) {
            last = one - last <= tolerance ? last : one;
            equal.put(one, last);
        }
        return differences.stream()
                .map(value -> Math.copySign(equal.getOrDefault(Math.abs(value), Math.abs(value)), value) + 0.0)
                .toList();
    }

    /** Whether there are at least two differences, all equal and not 0: no interval has a width and no t test a p-value. */
    public boolean constant() {
        return n() >= 2 && differences.get(0) != 0 && differences.stream().distinct().count() == 1;
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
        return estimate().clear();
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
