package org.ditlab.tensor.spi;

/**
 * A matrix in float64.
 *
 * @param values (rows, columns), row-major; not copied
 */
public record Matrix(int rows, int columns, double[] values) {
    public Matrix {
        if (rows < 0 || columns < 0 || values.length != (long) rows * columns) {
            throw new IllegalArgumentException(values.length + " numbers are not a matrix " + rows + " x " + columns);
        }
    }

    /** A square matrix. */
    public static Matrix square(int side, double[] values) {
        return new Matrix(side, side, values);
    }

    public double at(int row, int column) {
        return values[row * columns + column];
    }

    /** The side of a square matrix. */
    public int side() {
        if (rows != columns) {
            throw new IllegalArgumentException("expected a square matrix, not " + rows + " x " + columns);
        }
        return rows;
    }

    /** Rows and columns exchanged, copied. */
    public Matrix transposed() {
        double[] out = new double[values.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                out[j * rows + i] = values[i * columns + j];
            }
        }
        return new Matrix(columns, rows, out);
    }
}
