package org.ditlab.metric;

import java.util.Arrays;
import java.util.OptionalDouble;
import org.ditlab.tensor.spi.LinearAlgebra;
import org.ditlab.tensor.spi.Matrix;

/**
 * {@code tr((S1 S2)^(1/2))} of two covariances, without complex numbers and without an offset on the diagonal: with
 * {@code S1 = F F'} and {@code S2 = G G'} it is the sum of the singular values of {@code F' G}. Where both are positive
 * definite the roots of the eigenvalues of {@code L' S2 L} are found several times faster; they are taken when the
 * smallest of them stand clear of the rounding of the largest.
 *
 * @param referenceRank of the reference's covariance, at most
 * @param sampleRank of the samples' covariance, at most
 */
record RootTrace(double value, RootTraceRoute route, int referenceRank, int sampleRank) {
    private static final double EPSILON = Math.ulp(1.0);

    /** Share of the trace that rounding may take: a tenth of what separates two ways of computing a distance. */
    private static final double ROUNDING = 1e-11;

    /** Of two sides whose covariances are given beside them. */
    static RootTrace of(Moments reference, Matrix s1, Moments samples, Matrix s2) {
        LinearAlgebra algebra = reference.backend().linearAlgebra();
        CovarianceFactor first = CovarianceFactor.of(reference, s1);
        if (first.form() == CovarianceFactor.Form.CHOLESKY && samples.rows().isEmpty()) {
            OptionalDouble fast = ofDefinite(algebra, first, s2);
            if (fast.isPresent()) {
                return new RootTrace(fast.getAsDouble(), RootTraceRoute.CHOLESKY, first.rank(), first.rank());
            }
        }
        CovarianceFactor second = CovarianceFactor.of(samples, s2);
        boolean vectors =
                first.form() == CovarianceFactor.Form.VECTORS && second.form() == CovarianceFactor.Form.VECTORS;
        return new RootTrace(
                nuclearNorm(algebra, first.times(algebra, second)),
                vectors ? RootTraceRoute.CROSS_GRAM : RootTraceRoute.FACTORS,
                first.rank(),
                second.rank());
    }

    static double nuclearNorm(LinearAlgebra algebra, Matrix matrix) {
        return matrix.values().length == 0
                ? 0
                : Arrays.stream(algebra.singularValues(matrix)).sum();
    }

    /** From the Cholesky factor of one and the other itself; empty where that is not exact enough. */
    static OptionalDouble ofDefinite(LinearAlgebra algebra, CovarianceFactor lower, Matrix covariance) {
        double[] values = algebra.eigenvaluesOfProduct(lower.matrix(), covariance);
        // The rounding of every eigenvalue is a few units in the last place of the largest.
        double rounding = 4 * EPSILON * values[values.length - 1];
        double sum = 0;
        double squares = 0;
        for (double value : values) {
            if (value <= rounding) {
                return OptionalDouble.empty();
            }
            double root = Math.sqrt(value);
            double error = rounding / (2 * root);
            sum += root;
            squares += error * error;
        }
        // The errors of single values are independent of each other.
        return Math.sqrt(squares) <= ROUNDING * sum ? OptionalDouble.of(sum) : OptionalDouble.empty();
    }
}
