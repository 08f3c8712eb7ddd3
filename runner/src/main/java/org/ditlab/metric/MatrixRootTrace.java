package org.ditlab.metric;

import java.util.Arrays;

/**
 * {@code tr((A B)^(1/2))} of two symmetric positive semi-definite matrices, without complex numbers and without an offset on
 * the diagonal: with {@code A = F F'} and {@code B = G G'} it is the sum of the singular values of {@code F' G}. The factors
 * are pivoted Cholesky factors cut at the numerical rank, so that singular covariances (fewer images than dimensions)
 * lose nothing; the singular values come from one-sided Jacobi rotations. Sources: Higham, "Cholesky factorization",
 * 2009; Hestenes 1958.
 */
final class MatrixRootTrace {
    private static final double EPSILON = Math.ulp(1.0);
    private static final int MOST_SWEEPS = 60;

    private MatrixRootTrace() {}

    /** The trace for matrices (d, d), row-major; only finite numbers. */
    static double of(double[] a, double[] b, int d) {
        double[][] f = factor(a, d);
        double[][] g = factor(b, d);
        // Fewer columns to make orthogonal: the singular values of a matrix and its transpose are the same.
        return f.length < g.length ? nuclearNorm(product(f, g)) : nuclearNorm(product(g, f));
    }

    /** Columns of a factor: rank arrays of d numbers. */
    private static double[][] factor(double[] matrix, int d) {
        double[] rest = new double[d];
        double largest = 0;
        for (int i = 0; i < d; i++) {
            rest[i] = matrix[i * d + i];
            largest = Math.max(largest, rest[i]);
        }
        double floor = d * EPSILON * largest;
        double[][] columns = new double[d][];
        boolean[] used = new boolean[d];
        for (int rank = 0; rank < d; rank++) {
            int pivot = -1;
            for (int i = 0; i < d; i++) {
                if (!used[i] && rest[i] > floor && (pivot < 0 || rest[i] > rest[pivot])) {
                    pivot = i;
                }
            }
            if (pivot < 0) {
                return Arrays.copyOf(columns, rank);
            }
            double root = Math.sqrt(rest[pivot]);
            double[] column = new double[d];
            for (int i = 0; i < d; i++) {
                column[i] = used[i] ? 0 : matrix[pivot * d + i];
            }
            for (int k = 0; k < rank; k++) {
                double weight = columns[k][pivot];
                for (int i = 0; i < d; i++) {
                    column[i] -= weight * columns[k][i];
                }
            }
            used[pivot] = true;
            for (int i = 0; i < d; i++) {
                column[i] = used[i] && i != pivot ? 0 : column[i] / root;
                rest[i] -= column[i] * column[i];
            }
            column[pivot] = root;
            columns[rank] = column;
        }
        return columns;
    }

    /** For every column of the first, its products with all columns of the second. */
    private static double[][] product(double[][] few, double[][] many) {
        double[][] product = new double[few.length][many.length];
        for (int i = 0; i < few.length; i++) {
            for (int j = 0; j < many.length; j++) {
                product[i][j] = dot(few[i], many[j]);
            }
        }
        return product;
    }

    /** Sum of singular values; the vectors given are overwritten. */
    private static double nuclearNorm(double[][] vectors) {
        double negligible = 0;
        for (double[] vector : vectors) {
            negligible = Math.max(negligible, EPSILON * EPSILON * dot(vector, vector));
        }
        boolean rotated = true;
        for (int sweep = 0; sweep < MOST_SWEEPS && rotated; sweep++) {
            rotated = false;
            for (int p = 0; p < vectors.length - 1; p++) {
                for (int q = p + 1; q < vectors.length; q++) {
                    rotated |= rotate(vectors[p], vectors[q], negligible);
                }
            }
        }
        double sum = 0;
        for (double[] vector : vectors) {
            sum += Math.sqrt(dot(vector, vector));
        }
        return sum;
    }

    /** Makes two vectors orthogonal by a rotation of their plane; false when they are already. */
    private static boolean rotate(double[] x, double[] y, double negligible) {
        double xx = dot(x, x);
        double yy = dot(y, y);
        double xy = dot(x, y);
        if (Math.abs(xy) <= Math.max(negligible, 4 * EPSILON * Math.sqrt(xx * yy))) {
            return false;
        }
        double ratio = (yy - xx) / (2 * xy);
        double tangent = Math.copySign(1, ratio) / (Math.abs(ratio) + Math.sqrt(1 + ratio * ratio));
        double cos = 1 / Math.sqrt(1 + tangent * tangent);
        double sin = cos * tangent;
        for (int i = 0; i < x.length; i++) {
            double old = x[i];
            x[i] = cos * old - sin * y[i];
            y[i] = sin * old + cos * y[i];
        }
        return true;
    }

    private static double dot(double[] x, double[] y) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        // Four sums: the additions need not wait for each other.
        for (; i + 3 < x.length; i += 4) {
            s0 += x[i] * y[i];
            s1 += x[i + 1] * y[i + 1];
            s2 += x[i + 2] * y[i + 2];
            s3 += x[i + 3] * y[i + 3];
        }
        for (; i < x.length; i++) {
            s0 += x[i] * y[i];
        }
        return (s0 + s1) + (s2 + s3);
    }
}
