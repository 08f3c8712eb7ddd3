package org.ditlab.metric;

import java.util.Optional;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.spi.LinearAlgebra;
import org.ditlab.tensor.spi.Matrix;

/**
 * {@code S = F F'} with as many columns as the covariance has rank: the centred vectors themselves where they are at hand,
 * the Cholesky factor where S is positive definite, else its eigenvectors, of which those that are rounding are left out.
 *
 * @param matrix F' (rank or more, d); of the form CHOLESKY F itself (d, d), lower triangular
 * @param rank at most
 * @param form where F is from
 */
record CovarianceFactor(Matrix matrix, int rank, Form form) {
    private static final double EPSILON = Math.ulp(1.0);

    /** More than rounding makes of zero: the published covariances are float64. */
    private static final double LARGEST_NEGATIVE = 1e-3;

    /** Where a factor is from. */
    enum Form {
        VECTORS,
        CHOLESKY,
        EIGENVECTORS
    }

    /** Of statistics whose covariance is given beside them, so that it is formed once. */
    static CovarianceFactor of(Moments moments, Matrix covariance) {
        return moments.rows()
                .map(rows -> ofVectors(moments, rows))
                .orElseGet(() -> ofCovariance(moments.backend().linearAlgebra(), covariance));
    }

    /** {@code F' G} with another factor G. */
    Matrix times(LinearAlgebra algebra, CovarianceFactor other) {
        return algebra.product(matrix, form == Form.CHOLESKY, other.matrix, other.form != Form.CHOLESKY);
    }

    private static CovarianceFactor ofVectors(Moments moments, Rows rows) {
        int n = rows.count();
        int d = rows.dimensions();
        float[] values = rows.block(0, n);
        double[] mean = moments.mean();
        double scale = 1 / Math.sqrt(n - 1);
        double[] centred = new double[n * d];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < d; j++) {
                centred[i * d + j] = (values[i * d + j] - mean[j]) * scale;
            }
        }
        return new CovarianceFactor(new Matrix(n, d, centred), Math.min(n - 1, d), Form.VECTORS);
    }

    static CovarianceFactor ofCovariance(LinearAlgebra algebra, Matrix covariance) {
        Optional<Matrix> lower = algebra.cholesky(covariance).filter(CovarianceFactor::wellDefinite);
        return lower.map(l -> new CovarianceFactor(l, l.rows(), Form.CHOLESKY))
                .orElseGet(() -> ofEigenvectors(algebra, covariance));
    }

    /** Whether no pivot is mere rounding of the largest variance. */
    private static boolean wellDefinite(Matrix lower) {
        double least = Double.POSITIVE_INFINITY;
        double largest = 0;
        for (int i = 0; i < lower.rows(); i++) {
            double variance = 0;
            for (int j = 0; j <= i; j++) {
                variance += lower.at(i, j) * lower.at(i, j);
            }
            largest = Math.max(largest, variance);
            least = Math.min(least, lower.at(i, i));
        }
        return least * least > 10 * EPSILON * lower.rows() * largest;
    }

    private static CovarianceFactor ofEigenvectors(LinearAlgebra algebra, Matrix covariance) {
        int d = covariance.side();
        LinearAlgebra.Eigen eigen = algebra.eigen(covariance);
        double largest = Math.max(0, eigen.values()[d - 1]);
        double negative = Math.max(0, -eigen.values()[0]);
        if (negative > LARGEST_NEGATIVE * largest) {
            throw new StudyException("a covariance has the eigenvalue " + eigen.values()[0] + " beside " + largest
                    + ", so that it is none; make the statistics anew");
        }
        // What is no larger than the worst of what must be zero is rounding.
        double floor = Math.max(negative, d * EPSILON * largest);
        int rank = 0;
        while (rank < d && eigen.values()[d - 1 - rank] > floor) {
            rank++;
        }
        double[] rows = new double[rank * d];
        for (int k = 0; k < rank; k++) {
            double root = Math.sqrt(eigen.values()[d - 1 - k]);
            for (int j = 0; j < d; j++) {
                rows[k * d + j] = root * eigen.vectors().at(j, d - 1 - k);
            }
        }
        return new CovarianceFactor(new Matrix(rank, d, rows), rank, Form.EIGENVECTORS);
    }
}
