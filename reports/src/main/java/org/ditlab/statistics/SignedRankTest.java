package org.ditlab.statistics;

import java.util.Arrays;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * Wilcoxon's signed rank test: do positive and negative differences balance, if the differences are symmetric?
 *
 * <p>Differences of 0 are dropped, as Wilcoxon did; equal sizes share their mean rank. Up to {@value #EXACT} differences the
 * p-value is exact, counted over all signs of the ranks as they are, ties included; above it is normal, with the ties' correction
 * of the variance and none for continuity. Source: Wilcoxon, Individual comparisons by ranking methods, Biometrics Bulletin
 * 1, 1945.
 *
 * @param n how many differences are not 0
 * @param zeros how many were dropped
 * @param ties whether some share a rank
 * @param positive the ranks' sum of the positive differences
 * @param p two-sided; 1 where no difference is left
 */
public record SignedRankTest(int n, int zeros, boolean ties, double positive, double p) {
    /** Up to so many differences the p-value is exact. */
    public static final int EXACT = 50;

    /** The test of some differences. */
    public static SignedRankTest of(PairedDifference difference) {
        double[] values = Arrays.stream(difference.array())
                .filter(value -> value != 0)
                .boxed()
                .sorted((a, b) -> Double.compare(Math.abs(a), Math.abs(b)))
                .mapToDouble(Double::doubleValue)
                .toArray();
        int n = values.length;
        // Twice the ranks, so that mean ranks are whole.
        int[] ranks = new int[n];
        double tied = 0;
        for (int i = 0; i < n; ) {
            int end = i;
            while (end < n && Math.abs(values[end]) == Math.abs(values[i])) {
                end++;
            }
            Arrays.fill(ranks, i, end, i + end + 1);
            double size = end - i;
            tied += size * size * size - size;
            i = end;
        }
        int positive = 0;
        int all = 0;
        for (int i = 0; i < n; i++) {
            positive += values[i] > 0 ? ranks[i] : 0;
            all += ranks[i];
        }
        double p = n == 0 ? 1 : n <= EXACT ? exact(ranks, all, positive) : normal(n, tied, positive / 2.0);
        return new SignedRankTest(n, difference.n() - n, tied > 0, positive / 2.0, p);
    }

    private static double exact(int[] ranks, int all, int positive) {
        double[] ways = new double[all + 1];
        ways[0] = 1;
        int reached = 0;
        for (int rank : ranks) {
            reached += rank;
            for (int sum = reached; sum >= rank; sum--) {
                ways[sum] += ways[sum - rank];
            }
        }
        int smaller = Math.min(positive, all - positive);
        double tail = 0;
        for (int sum = 0; sum <= smaller; sum++) {
            tail += ways[sum];
        }
        return Math.min(1, 2 * tail / Math.pow(2, ranks.length));
    }

    private static double normal(int n, double tied, double positive) {
        double mean = n * (n + 1.0) / 4;
        double variance = n * (n + 1.0) * (2.0 * n + 1) / 24 - tied / 48;
        double z = (positive - mean) / Math.sqrt(variance);
        return 2 * new NormalDistribution(null, 0, 1).cumulativeProbability(-Math.abs(z));
    }
}
