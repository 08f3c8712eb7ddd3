package org.ditlab.nn;

import org.ditlab.tensor.Shape;

/**
 * The absolute 2D sine-cosine table (1, T, D): the first half of the channels encodes the column, the second the row;
 * each half is sines then cosines of {@code pos * 10000^(-i / (D / 4))}. Computed in float64. Source: DiT's code
 * conventions after MAE; Vaswani et al. 2017.
 */
public final class PositionTable {
    private PositionTable() {}

    /** The values for a grid of rows x columns; D must divide by 4. */
    public static double[] sinCos2d(int rows, int columns, int width) {
        int quarter = width / 4;
        double[] table = new double[rows * columns * width];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                int base = (r * columns + c) * width;
                for (int i = 0; i < quarter; i++) {
                    double omega = 1 / Math.pow(10_000, i / (double) quarter);
                    table[base + i] = Math.sin(c * omega);
                    table[base + quarter + i] = Math.cos(c * omega);
                    table[base + 2 * quarter + i] = Math.sin(r * omega);
                    table[base + 3 * quarter + i] = Math.cos(r * omega);
                }
            }
        }
        return table;
    }

    /** The shape of the table (1, T, D). */
    public static Shape shape(Grid grid, int width) {
        return Shape.of(1, grid.tokens(), width);
    }

    /** The table's values, rounded to float32. */
    public static Initializer sinCos(Grid grid) {
        return (shape, stream) -> Initializer.of(sinCos2d(grid.rows(), grid.columns(), shape.dim(2)), value -> value)
                .values(shape, stream);
    }
}
