package org.ditlab.metric;

import java.util.stream.IntStream;

/**
 * Looks through a tile of products for pairs that may be close. A pair (i, j) is a hit unless
 * {@code 2 x_i.x_j < weight of one + limit of the other}, both from an {@link ErrorBound}; one comparison in float32 per pair,
 * so that hardly any time goes beside the products'. Rows, or columns, are spread over threads, and each is seen by one
 * thread, in order.
 *
 * @param values the tile's products (rows, columns)
 */
record ProductScan(ProductTiles.Tile tile, float[] values, float slack) {
    private static final int ROWS = 32;
    private static final int COLUMNS = 128;

    /** Takes hits. */
    @FunctionalInterface
    interface Hit {
        /** A pair of vectors by their numbers, and twice their product. */
        void pair(int one, int other, float doubled);
    }

    static ProductScan of(ProductTiles.Tile tile, ErrorBound bound) {
        return new ProductScan(tile, tile.products().toFloats(), (float) bound.slack());
    }

    /** Hits per row; the limit of a row is read again after each of its hits. */
    void rows(float[] limits, float[] weights, Hit hit) {
        int columns = tile.columns();
        int firstColumn = tile.firstColumn();
        parts(tile.rows(), ROWS).forEach(part -> {
            int end = Math.min(tile.rows(), (part + 1) * ROWS);
            for (int i = part * ROWS; i < end; i++) {
                int row = tile.firstRow() + i;
                float limit = limits[row];
                int start = i * columns;
                for (int j = 0; j < columns; j++) {
                    float doubled = 2 * values[start + j];
                    // Written so that NaN is a hit.
                    if (!(doubled + Math.abs(doubled) * slack < weights[firstColumn + j] + limit)) {
                        hit.pair(row, firstColumn + j, doubled);
                        limit = limits[row];
                    }
                }
            }
        });
    }

    /** Hits per column, the column's number first. */
    void columns(float[] limits, float[] weights, Hit hit) {
        int columns = tile.columns();
        int firstColumn = tile.firstColumn();
        parts(columns, COLUMNS).forEach(part -> {
            int from = part * COLUMNS;
            int end = Math.min(columns, from + COLUMNS);
            for (int i = 0; i < tile.rows(); i++) {
                int row = tile.firstRow() + i;
                float weight = weights[row];
                int start = i * columns;
                for (int j = from; j < end; j++) {
                    float doubled = 2 * values[start + j];
                    if (!(doubled + Math.abs(doubled) * slack < weight + limits[firstColumn + j])) {
                        hit.pair(firstColumn + j, row, doubled);
                    }
                }
            }
        });
    }

    /** Hits by the limit of the row or by that of the column. */
    void either(float[] rowLimits, float[] rowWeights, float[] columnLimits, float[] columnWeights, Hit hit) {
        int columns = tile.columns();
        int firstColumn = tile.firstColumn();
        parts(tile.rows(), ROWS).forEach(part -> {
            int end = Math.min(tile.rows(), (part + 1) * ROWS);
            for (int i = part * ROWS; i < end; i++) {
                int row = tile.firstRow() + i;
                float limit = rowLimits[row];
                float weight = rowWeights[row];
                int start = i * columns;
                for (int j = 0; j < columns; j++) {
                    float doubled = 2 * values[start + j];
                    int column = firstColumn + j;
                    float most = doubled + Math.abs(doubled) * slack;
                    if (!(most < columnWeights[column] + limit) || !(most < weight + columnLimits[column])) {
                        hit.pair(row, column, doubled);
                    }
                }
            }
        });
    }

    private static IntStream parts(int count, int size) {
        return IntStream.range(0, (count + size - 1) / size).parallel();
    }
}
