package org.ditlab.tensor.reference;

/** Products of row-major matrices of doubles, blocked so that a band of the right one stays in the cache. */
final class MatrixProduct {
    private static final int BAND = 64;

    private MatrixProduct() {}

    /** Adds {@code a (m, k) x b (k, n)} to {@code out (m, n)}, each beginning at its offset. */
    static void add(double[] a, int atA, double[] b, int atB, double[] out, int atOut, int m, int k, int n) {
        for (int from = 0; from < k; from += BAND) {
            int to = Math.min(from + BAND, k);
            for (int row = 0; row < m; row++) {
                int target = atOut + row * n;
                int inner = from;
                for (; inner + 4 <= to; inner += 4) {
                    addFour(a, atA + row * k + inner, b, atB + inner * n, out, target, n);
                }
                for (; inner < to; inner++) {
                    addScaled(a[atA + row * k + inner], b, atB + inner * n, out, target, n);
                }
            }
        }
    }

    /** Adds {@code a^T x b} with a (k, m) and b (k, n) to {@code out (m, n)}. */
    static void addTransposed(double[] a, int atA, double[] b, int atB, double[] out, int atOut, int m, int k, int n) {
        add(transpose(a, atA, k, m), 0, b, atB, out, atOut, m, k, n);
    }

    /** The transpose (columns, rows) of a matrix (rows, columns). */
    static double[] transpose(double[] a, int atA, int rows, int columns) {
        double[] out = new double[rows * columns];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                out[column * rows + row] = a[atA + row * columns + column];
            }
        }
        return out;
    }

    /** Four scaled rows at once, in the order of {@link #addScaled}: a quarter of the traffic to memory. */
    private static void addFour(double[] factors, int at, double[] from, int atFrom, double[] to, int atTo, int n) {
        double f0 = factors[at];
        double f1 = factors[at + 1];
        double f2 = factors[at + 2];
        double f3 = factors[at + 3];
        for (int i = 0; i < n; i++) {
            int row = atFrom + i;
            to[atTo + i] = to[atTo + i]
                    + f0 * from[row]
                    + f1 * from[row + n]
                    + f2 * from[row + 2 * n]
                    + f3 * from[row + 3 * n];
        }
    }

    private static void addScaled(double factor, double[] from, int atFrom, double[] to, int atTo, int length) {
        for (int i = 0; i < length; i++) {
            to[atTo + i] += factor * from[atFrom + i];
        }
    }
}
