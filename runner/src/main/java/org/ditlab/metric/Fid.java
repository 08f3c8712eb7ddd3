package org.ditlab.metric;

import java.util.Arrays;
import org.ditlab.tensor.spi.Matrix;

/**
 * The Frechet distance between two sets of features, taken as normal distributions:
 * {@code |m1 - m2|^2 + tr(S1) + tr(S2) - 2 tr((S1 S2)^(1/2))}, in float64, covariances with divisor N - 1. Defined for any
 * number of images from two on, and exact where covariances are singular. With few images it is biased upwards: compare
 * equal counts only. Source: Heusel et al. 2017, arXiv:1706.08500.
 */
public final class Fid {
    private Fid() {}

    /** The distance; 0 for equal statistics, never negative. */
    public static double distance(Moments reference, Moments samples) {
        return between(reference, samples).value();
    }

    /**
     * The distance with its parts.
     *
     * @throws IllegalStateException when there are less than two images on a side
     * @throws IllegalArgumentException when the dimensions differ
     */
    public static FrechetDistance between(Moments reference, Moments samples) {
        if (reference.dimensions() != samples.dimensions()) {
            throw new IllegalArgumentException(
                    "features of " + reference.dimensions() + " dimensions against " + samples.dimensions());
        }
        double[] m1 = reference.mean();
        double[] m2 = samples.mean();
        double[] s1 = reference.covariance();
        double[] s2 = samples.covariance();
        double trace = trace(s1, m1.length);
        RootTrace root = Arrays.equals(s1, s2)
                ? new RootTrace(trace, RootTraceRoute.EQUAL, rank(reference), rank(samples))
                : RootTrace.of(reference, Matrix.square(m1.length, s1), samples, Matrix.square(m2.length, s2));
        return new FrechetDistance(
                squaredDistance(m1, m2),
                trace,
                trace(s2, m2.length),
                root.value(),
                root.route(),
                m1.length,
                reference.count(),
                samples.count(),
                root.referenceRank(),
                root.sampleRank());
    }

    /** At most. */
    private static int rank(Moments moments) {
        return (int) Math.min(moments.dimensions(), moments.count().orElse(Long.MAX_VALUE) - 1);
    }

    /** {@code |a - b|^2}. */
    public static double squaredDistance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum;
    }

    static double trace(double[] matrix, int d) {
        double sum = 0;
        for (int i = 0; i < d; i++) {
            sum += matrix[i * d + i];
        }
        return sum;
    }
}
