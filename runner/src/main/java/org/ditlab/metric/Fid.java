package org.ditlab.metric;

/**
 * The Frechet distance between two sets of features, taken as normal distributions:
 * {@code |m1 - m2|^2 + tr(S1) + tr(S2) - 2 tr((S1 S2)^(1/2))}, in float64, covariances with divisor N - 1. Defined for any
 * number of images from two on, and exact where covariances are singular. With few images it is biased upwards: compare
 * equal counts only. Source: Heusel et al. 2017, arXiv:1706.08500.
 */
public final class Fid {
    /** A negative result within this part of the traces is rounding. */
    private static final double ROUNDING = 1e-10;

    private Fid() {}

    /** The distance; 0 for equal statistics, never negative. */
    public static double distance(Moments reference, Moments samples) {
        if (reference.dimensions() != samples.dimensions()) {
            throw new IllegalArgumentException(
                    "features of " + reference.dimensions() + " dimensions against " + samples.dimensions());
        }
        int d = reference.dimensions();
        double[] s1 = reference.covariance();
        double[] s2 = samples.covariance();
        double[] m1 = reference.mean();
        double[] m2 = samples.mean();
        double shift = 0;
        double traces = 0;
        for (int i = 0; i < d; i++) {
            shift += (m1[i] - m2[i]) * (m1[i] - m2[i]);
            traces += s1[i * d + i] + s2[i * d + i];
        }
        double distance = shift + (traces - 2 * MatrixRootTrace.of(s1, s2, d));
        if (distance < -ROUNDING * traces) {
            throw new ArithmeticException("a Frechet distance of " + distance + " is beyond rounding");
        }
        return Math.max(0, distance);
    }
}
