package org.ditlab.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;

/**
 * The scalar products of all pairs of vectors, a square tile at a time, so that N x N numbers are never held. Tiles and
 * their order depend on the sets' sizes only.
 *
 * @param side most rows and columns of a tile
 * @param type what the products are computed in
 */
record ProductTiles(Backend backend, int side, DType type) {
    /** Blocks of rows that stay with the backend while the columns pass by. */
    private static final int GROUP = 8;

    /**
     * A tile.
     *
     * @param dimensions length of the vectors
     * @param products (rows, columns), valid until the visitor returns
     */
    record Tile(int firstRow, int rows, int firstColumn, int columns, int dimensions, Tensor products) {}

    /** Every pair of a row of one set and a row of the other. */
    void cross(Rows down, Rows across, Consumer<Tile> visitor) {
        visit(down, across, false, visitor);
    }

    /** Every pair within a set, each once: tiles on the diagonal whole, and those right of it. */
    void own(Rows rows, Consumer<Tile> visitor) {
        visit(rows, rows, true, visitor);
    }

    private void visit(Rows down, Rows across, boolean own, Consumer<Tile> visitor) {
        try (Backend.Guard guard = backend.noGrad();
                Backend.Guard exact = backend.compute(DType.FLOAT32)) {
            int group = Math.multiplyExact(GROUP, side);
            for (int from = 0; from < down.count(); from += group) {
                int to = (int) Math.min(down.count(), (long) from + group);
                try (Scope scope = backend.scope()) {
                    List<Tensor> blocks = new ArrayList<>();
                    for (int row = from; row < to; row += side) {
                        blocks.add(load(down, row));
                    }
                    for (int column = own ? from : 0; column < across.count(); column += side) {
                        column(blocks, from, across, column, own, visitor);
                    }
                }
            }
        }
    }

    private void column(
            List<Tensor> blocks, int from, Rows across, int firstColumn, boolean own, Consumer<Tile> visitor) {
        try (Scope scope = backend.scope()) {
            int place = (firstColumn - from) / side;
            Tensor right = own && place < blocks.size() ? blocks.get(place) : load(across, firstColumn); // (columns, d)
            for (int i = 0; i < blocks.size(); i++) {
                int firstRow = from + i * side;
                if (own && firstRow > firstColumn) {
                    return;
                }
                Tensor left = blocks.get(i); // (rows, d)
                try (Scope one = backend.scope()) {
                    Tensor products = backend.linear(left, right, null); // (rows, columns)
                    visitor.accept(new Tile(firstRow, left.dim(0), firstColumn, right.dim(0), left.dim(1), products));
                }
            }
        }
    }

    private Tensor load(Rows rows, int from) {
        int count = Math.min(side, rows.count() - from);
        return backend.tensor(rows.block(from, count), Shape.of(count, rows.dimensions()), type);
    }
}
