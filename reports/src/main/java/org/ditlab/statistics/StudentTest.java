package org.ditlab.statistics;

import org.apache.commons.math3.distribution.TDistribution;

/**
 * Student's paired t test: is the mean difference 0, if the differences are normal?
 *
 * <p>t = mean / (s / sqrt(n)) with n - 1 degrees of freedom. Source: Student, The probable error of a mean, Biometrika 6, 1908.
 *
 * @param n how many differences
 * @param t NaN where n is below 2 or all differences are equal and not 0
 * @param p two-sided; NaN where t is; 1 where all differences are 0
 */
public record StudentTest(int n, double t, double p) {
    /** The level of every test in a report. */
    public static final double LEVEL = 0.05;

    /** The test of some differences. */
    public static StudentTest of(PairedDifference difference) {
        int n = difference.n();
        double error = difference.standardError();
        if (n < 2 || error == 0) {
            boolean same = n >= 2 && difference.mean() == 0;
            return new StudentTest(n, same ? 0 : Double.NaN, same ? 1 : Double.NaN);
        }
        double t = difference.mean() / error;
        return new StudentTest(n, t, 2 * new TDistribution(null, n - 1).cumulativeProbability(-Math.abs(t)));
    }
}
