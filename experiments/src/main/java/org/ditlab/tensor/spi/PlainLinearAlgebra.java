package org.ditlab.tensor.spi;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Linear algebra in plain Java, on the calling thread: exact to rounding, of modest speed. Eigenvalues by cyclic Jacobi
 * rotations, singular values by one-sided ones. Sources: Golub & Van Loan, "Matrix Computations", section 8.5; Hestenes
 * 1958.
 */
final class PlainLinearAlgebra implements LinearAlgebra {
    static final PlainLinearAlgebra INSTANCE = new PlainLinearAlgebra();

    private static final double EPSILON = Math.ulp(1.0);
    private static final int MOST_SWEEPS = 60;

    private PlainLinearAlgebra() {}

    @Override
    public Matrix product(Matrix a, boolean transposeA, Matrix b, boolean transposeB) {
        // Rows of one with rows of the other: both are read along memory.
        Matrix left = transposeA ? a.transposed() : a;
        Matrix right = transposeB ? b : b.transposed();
        if (left.columns() != right.columns()) {
            throw new IllegalArgumentException("the product of " + left.rows() + " x " + left.columns() + " and "
                    + right.columns() + " x " + right.rows());
        }
        double[][] x = rows(left);
        double[][] y = rows(right);
        double[] out = new double[Math.multiplyExact(x.length, y.length)];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < y.length; j++) {
                out[i * y.length + j] = dot(x[i], y[j]);
            }
        }
        return new Matrix(x.length, y.length, out);
    }

    @Override
    public void addGram(
            float[] rows, int first, int count, double[] centre, double @Nullable [] weights, double[] gram) {
        int d = centre.length;
        double[] deviation = new double[d];
        for (int row = 0; row < count; row++) {
            double weight = weights == null ? 1 : weights[row];
            for (int j = 0; j < d; j++) {
                deviation[j] = rows[(first + row) * d + j] - centre[j];
            }
            for (int i = 0; i < d; i++) {
                double scaled = weight * deviation[i];
                if (scaled != 0) {
                    for (int j = 0; j <= i; j++) {
                        gram[i * d + j] += scaled * deviation[j];
                    }
                }
            }
        }
    }

    @Override
    public Optional<Matrix> cholesky(Matrix symmetric) {
        int n = symmetric.side();
        double[][] l = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double rest = symmetric.at(i, j) - dot(l[i], l[j], j);
                if (j < i) {
                    l[i][j] = rest / l[j][j];
                } else if (rest > 0) {
                    l[i][i] = Math.sqrt(rest);
                } else {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(joined(l, n));
    }

    @Override
    public double[] eigenvalues(Matrix symmetric) {
        return eigen(symmetric).values();
    }

    @Override
    public Eigen eigen(Matrix symmetric) {
        int n = symmetric.side();
        double[][] a = new double[n][n];
        double[][] vectors = new double[n][n]; // rows
        double square = 0;
        for (int i = 0; i < n; i++) {
            vectors[i][i] = 1;
            for (int j = 0; j <= i; j++) {
                a[i][j] = symmetric.at(i, j);
                a[j][i] = a[i][j];
                square += (i == j ? 1 : 2) * a[i][j] * a[i][j];
            }
        }
        double negligible = EPSILON * Math.sqrt(square) / Math.max(1, n);
        boolean rotated = true;
        for (int sweep = 0; sweep < MOST_SWEEPS && rotated; sweep++) {
            rotated = false;
            for (int p = 0; p < n - 1; p++) {
                for (int q = p + 1; q < n; q++) {
                    if (Math.abs(a[p][q]) > negligible) {
                        rotate(a, vectors, p, q);
                        rotated = true;
                    }
                }
            }
        }
        Integer[] order = new Integer[n];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (i, j) -> Double.compare(a[i][i], a[j][j]));
        double[] values = new double[n];
        double[] columns = new double[n * n];
        for (int k = 0; k < n; k++) {
            values[k] = a[order[k]][order[k]];
            for (int i = 0; i < n; i++) {
                columns[i * n + k] = vectors[order[k]][i];
            }
        }
        return new Eigen(values, Matrix.square(n, columns));
    }

    /** Makes one element of a symmetric matrix zero by a rotation of its plane. */
    private static void rotate(double[][] a, double[][] vectors, int p, int q) {
        double tangent = tangent(a[p][p], a[q][q], a[p][q]);
        turn(a[p], a[q], tangent);
        double cos = 1 / Math.sqrt(1 + tangent * tangent);
        double sin = cos * tangent;
        for (double[] row : a) {
            double old = row[p];
            row[p] = cos * old - sin * row[q];
            row[q] = sin * old + cos * row[q];
        }
        turn(vectors[p], vectors[q], tangent);
    }

    /** Of the angle that makes the off-diagonal element of ((xx, xy), (xy, yy)) zero. */
    private static double tangent(double xx, double yy, double xy) {
        double ratio = (yy - xx) / (2 * xy);
        return Math.copySign(1, ratio) / (Math.abs(ratio) + Math.sqrt(1 + ratio * ratio));
    }

    private static void turn(double[] x, double[] y, double tangent) {
        double cos = 1 / Math.sqrt(1 + tangent * tangent);
        double sin = cos * tangent;
        for (int i = 0; i < x.length; i++) {
            double old = x[i];
            x[i] = cos * old - sin * y[i];
            y[i] = sin * old + cos * y[i];
        }
    }

    @Override
    public double[] singularValues(Matrix matrix) {
        // Fewer vectors to make orthogonal: the singular values of a matrix and its transpose are the same.
        double[][] vectors = rows(matrix.rows() <= matrix.columns() ? matrix : matrix.transposed());
        double negligible = 0;
        for (double[] vector : vectors) {
            negligible = Math.max(negligible, EPSILON * EPSILON * dot(vector, vector));
        }
        boolean rotated = true;
        for (int sweep = 0; sweep < MOST_SWEEPS && rotated; sweep++) {
            rotated = false;
            for (int p = 0; p < vectors.length - 1; p++) {
                for (int q = p + 1; q < vectors.length; q++) {
                    rotated |= makeOrthogonal(vectors[p], vectors[q], negligible);
                }
            }
        }
        double[] ascending = Arrays.stream(vectors)
                .mapToDouble(vector -> Math.sqrt(dot(vector, vector)))
                .sorted()
                .toArray();
        double[] values = new double[ascending.length];
        Arrays.setAll(values, i -> ascending[ascending.length - 1 - i]);
        return values;
    }

    /** Makes two vectors orthogonal by a rotation of their plane; false when they are already. */
    private static boolean makeOrthogonal(double[] x, double[] y, double negligible) {
        double xx = dot(x, x);
        double yy = dot(y, y);
        double xy = dot(x, y);
        if (Math.abs(xy) <= Math.max(negligible, 4 * EPSILON * Math.sqrt(xx * yy))) {
            return false;
        }
        turn(x, y, tangent(xx, yy, xy));
        return true;
    }

    private static double[][] rows(Matrix matrix) {
        double[][] rows = new double[matrix.rows()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Arrays.copyOfRange(matrix.values(), i * matrix.columns(), (i + 1) * matrix.columns());
        }
        return rows;
    }

    private static Matrix joined(double[][] rows, int columns) {
        double[] values = new double[rows.length * columns];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, values, i * columns, columns);
        }
        return new Matrix(rows.length, columns, values);
    }

    private static double dot(double[] x, double[] y) {
        return dot(x, y, x.length);
    }

    private static double dot(double[] x, double[] y, int length) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        // Four sums: the additions need not wait for each other.
        for (; i + 3 < length; i += 4) {
            s0 += x[i] * y[i];
            s1 += x[i + 1] * y[i + 1];
            s2 += x[i + 2] * y[i + 2];
            s3 += x[i + 3] * y[i + 3];
        }
        for (; i < length; i++) {
            s0 += x[i] * y[i];
        }
        return (s0 + s1) + (s2 + s3);
    }
}
