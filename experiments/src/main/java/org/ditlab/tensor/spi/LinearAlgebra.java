package org.ditlab.tensor.spi;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What metrics need of dense linear algebra, in float64 and outside every tape: an optional capability of a
 * {@link Backend}, with plain Java as the reference. Operands are Java arrays, since a matrix of some thousand rows is
 * copied in a hundredth of the time that anything below takes; what goes in stays as it is. Only finite numbers. Used by
 * one thread at a time.
 */
public interface LinearAlgebra {
    /**
     * Eigenvalues and eigenvectors.
     *
     * @param values ascending
     * @param vectors columns, in the order of the values
     */
    record Eigen(double[] values, Matrix vectors) {}

    /** The product of two matrices, each transposed first where asked. */
    Matrix product(Matrix a, boolean transposeA, Matrix b, boolean transposeB);

    /**
     * Adds {@code sum_i w_i (x_i - c)(x_i - c)'} to the lower triangle of a matrix.
     *
     * @param rows x, (n, d) row-major
     * @param first the row to begin with
     * @param count how many rows
     * @param centre c, (d)
     * @param weights w of the rows from {@code first} on, none negative; all 1 where null
     * @param gram (d, d); what stands above the diagonal is left as it is
     */
    void addGram(float[] rows, int first, int count, double[] centre, double @Nullable [] weights, double[] gram);

    /**
     * The lower triangular L with {@code L L' = S}, zeros above the diagonal; empty where S is not positive definite within
     * rounding. A factor may exist although S is singular by rounding alone: its diagonal tells.
     */
    Optional<Matrix> cholesky(Matrix symmetric);

    /** The eigenvalues of a symmetric matrix, ascending; only its lower triangle is read. */
    double[] eigenvalues(Matrix symmetric);

    /** The eigenvalues and orthonormal eigenvectors of a symmetric matrix; only its lower triangle is read. */
    Eigen eigen(Matrix symmetric);

    /** The eigenvalues of {@code L' S L}, ascending: those of {@code L L' S}, with L lower triangular and S symmetric. */
    default double[] eigenvaluesOfProduct(Matrix lower, Matrix symmetric) {
        return eigenvalues(product(lower, true, product(symmetric, false, lower, false), false));
    }

    /** The singular values, descending. */
    double[] singularValues(Matrix matrix);
}
