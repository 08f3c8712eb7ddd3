package org.ditlab.statistics;

import java.util.SplittableRandom;

/**
 * The sign-flip permutation test: how often does the mean difference get so large, if each difference's sign is a coin's?
 *
 * <p>It assumes that differences are symmetric around 0 where nothing differs, and no normal distribution. Up to {@value #EXACT}
 * differences all 2^n signs are counted; above, {@value #DRAWS} are drawn from a fixed seed and p = (1 + hits) / (1 + draws).
 * Source: Fisher, The design of experiments, 1935, section 21; for drawn signs Phipson and Smyth, 2010.
 *
 * @param n how many differences
 * @param p two-sided; NaN where n is 0
 * @param exact whether all signs were counted
 */
public record SignFlipTest(int n, double p, boolean exact) {
    /** Up to so many differences all signs are counted. */
    public static final int EXACT = 16;
    /** Signs that are drawn above. */
    public static final int DRAWS = 20_000;

    private static final long SEED = 20_240_511;
    /** Sums that differ by rounding alone count as equal. */
    private static final double ROUNDING = 1e-12;

    /** The test of some differences. */
    public static SignFlipTest of(PairedDifference difference) {
        double[] values = difference.array();
        int n = values.length;
        if (n == 0) {
            return new SignFlipTest(0, Double.NaN, true);
        }
        double sum = 0;
        double size = 0;
        for (double value : values) {
            sum += value;
            size += Math.abs(value);
        }
        double reach = Math.abs(sum) - ROUNDING * size;
        if (n <= EXACT) {
            // The first sign is fixed: all signs turned around give the same size.
            return new SignFlipTest(n, count(values, 1, values[0], reach) / Math.pow(2, n - 1), true);
        }
        SplittableRandom random = new SplittableRandom(SEED);
        int hits = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            double flipped = 0;
            for (double value : values) {
                flipped += random.nextBoolean() ? value : -value;
            }
            hits += Math.abs(flipped) >= reach ? 1 : 0;
        }
        return new SignFlipTest(n, (1.0 + hits) / (1.0 + DRAWS), false);
    }

    /** The smallest p-value that n differences can give: 2 / 2^n. */
    public static double smallest(int n) {
        return n == 0 ? 1 : Math.pow(2, 1 - n);
    }

    private static double count(double[] values, int next, double sum, double reach) {
        if (next == values.length) {
            return Math.abs(sum) >= reach ? 1 : 0;
        }
        return count(values, next + 1, sum + values[next], reach) + count(values, next + 1, sum - values[next], reach);
    }
}
