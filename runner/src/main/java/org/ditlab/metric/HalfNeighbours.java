package org.ditlab.metric;

import java.util.Arrays;
import java.util.function.Consumer;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.spi.Backend;

/**
 * Neighbourhoods as ADM's evaluator has them: features in float16, their products summed in float32 and rounded to
 * float16, distances {@code max(0, (|u|^2 - 2 u.v) + |v|^2)} with every step rounded to float16, u of the first set. A
 * block of 10000 x 10000 pairs in which any distance is not finite is done again in float32 with the features as they
 * are. The distance of (u, v) may differ from that of (v, u), and that of a vector to itself from 0. The order in which products are
 * summed is the backend's, as it is TensorFlow's there: where a sum is at the border between two float16 numbers, the
 * choice may differ. Source: openai/guided-diffusion, evaluations/evaluator.py.
 */
record HalfNeighbours(ProductTiles tiles, int k) {
    /** Pairs of ADM's block on a side. */
    static final int BLOCK = 10_000;

    private static final int TILE = 1024;
    private static final ErrorBound BOUND = ErrorBound.ofFloat16();
    /** Norms whose distances stay clear of float16's largest number, 65504. */
    private static final double SURELY_FINITE = 60_000;

    static Membership of(Backend backend, Rows reference, Rows samples, int k) {
        return new HalfNeighbours(new ProductTiles(backend, TILE, DType.FLOAT32), k)
                .membership(HalfFeatures.of("reference", reference), HalfFeatures.of("samples", samples));
    }

    /** A block: numbers of its first vectors, and its vectors. */
    private record Block(HalfFeatures down, int firstRow, int rows, HalfFeatures across, int firstColumn, int columns) {
        Block turned() {
            return new Block(across, firstColumn, columns, down, firstRow, rows);
        }

        private boolean ofItself() {
            return down == across && firstRow == firstColumn;
        }

        /** All pairs; of a set's block with itself those of one half and the tiles on the diagonal. */
        void products(ProductTiles tiles, boolean half, Consumer<ProductTiles.Tile> visitor) {
            Rows left = (half ? down.rounded() : down.exact()).range(firstRow, rows);
            Rows right = (half ? across.rounded() : across.exact()).range(firstColumn, columns);
            Consumer<ProductTiles.Tile> numbered = tile -> visitor.accept(new ProductTiles.Tile(
                    firstRow + tile.firstRow(),
                    tile.rows(),
                    firstColumn + tile.firstColumn(),
                    tile.columns(),
                    tile.dimensions(),
                    tile.products()));
            if (ofItself()) {
                tiles.own(left, numbered);
            } else {
                tiles.cross(left, right, numbered);
            }
        }

        /** The distance of a pair by twice its product in float32. */
        float distance(boolean half, int row, int column, float doubled) {
            if (!half) {
                return Math.max(0, (down.norms()[row] - doubled) + across.norms()[column]);
            }
            float product = HalfPrecision.round(2 * HalfPrecision.round(doubled / 2));
            float difference = HalfPrecision.round(down.halfNorms()[row] - product);
            return Math.max(0, HalfPrecision.round(difference + across.halfNorms()[column]));
        }

        private boolean surelyFinite() {
            double u = largest(down.squares(), firstRow, rows);
            double v = largest(across.squares(), firstColumn, columns);
            return u + 2 * Math.sqrt(u * v) + v < SURELY_FINITE;
        }

        private static double largest(double[] values, int from, int count) {
            return Arrays.stream(values, from, from + count).max().orElse(0);
        }

        /** Whether float16 will do. */
        boolean half(ProductTiles tiles) {
            if (surelyFinite()) {
                return true;
            }
            boolean[] finite = {true};
            products(tiles, true, tile -> {
                float[] values = finite[0] ? tile.products().toFloats() : new float[0];
                for (int i = 0; i < values.length; i++) {
                    int row = tile.firstRow() + i / tile.columns();
                    int column = tile.firstColumn() + i % tile.columns();
                    finite[0] &= Float.isFinite(distance(true, row, column, 2 * values[i]))
                            && (!ofItself() || Float.isFinite(distance(true, column, row, 2 * values[i])));
                }
            });
            return finite[0];
        }
    }

    private Membership membership(HalfFeatures reference, HalfFeatures samples) {
        Membership membership = Membership.of(radii(reference), radii(samples));
        float[] referenceLimits = limits(reference, membership.referenceRadii());
        float[] sampleLimits = limits(samples, membership.sampleRadii());
        float[] referenceWeights = BOUND.weights(reference.squares());
        float[] sampleWeights = BOUND.weights(samples.squares());
        for (int row = 0; row < reference.count(); row += BLOCK) {
            for (int column = 0; column < samples.count(); column += BLOCK) {
                Block block = block(reference, row, samples, column);
                boolean half = block.half(tiles);
                block.products(
                        tiles,
                        half,
                        tile -> ProductScan.of(tile, BOUND)
                                .either(
                                        referenceLimits,
                                        referenceWeights,
                                        sampleLimits,
                                        sampleWeights,
                                        (i, j, doubled) -> membership.add(i, j, block.distance(half, i, j, doubled))));
            }
        }
        return membership;
    }

    private static Block block(HalfFeatures down, int row, HalfFeatures across, int column) {
        return new Block(
                down,
                row,
                Math.min(BLOCK, down.count() - row),
                across,
                column,
                Math.min(BLOCK, across.count() - column));
    }

    private static float[] limits(HalfFeatures set, double[] radii) {
        float[] limits = new float[radii.length];
        for (int i = 0; i < limits.length; i++) {
            limits[i] = BOUND.limit(set.squares()[i], radii[i]);
        }
        return limits;
    }

    private double[] radii(HalfFeatures set) {
        Nearest nearest = new Nearest(set, k + 1);
        float[] weights = BOUND.weights(set.squares());
        for (int row = 0; row < set.count(); row += BLOCK) {
            for (int column = row; column < set.count(); column += BLOCK) {
                Block block = block(set, row, set, column);
                Block turned = block.turned();
                boolean half = block.half(tiles);
                boolean both = row == column || turned.half(tiles) == half;
                block.products(tiles, half, tile -> {
                    ProductScan scan = ProductScan.of(tile, BOUND);
                    scan.rows(
                            nearest.limits,
                            weights,
                            (i, j, doubled) -> nearest.offer(i, block.distance(half, i, j, doubled)));
                    if (both && tile.firstRow() != tile.firstColumn()) {
                        scan.columns(
                                nearest.limits,
                                weights,
                                (j, i, doubled) -> nearest.offer(j, turned.distance(half, j, i, doubled)));
                    }
                });
                if (!both) {
                    turned.products(
                            tiles,
                            !half,
                            tile -> ProductScan.of(tile, BOUND)
                                    .rows(
                                            nearest.limits,
                                            weights,
                                            (i, j, doubled) ->
                                                    nearest.offer(i, turned.distance(!half, i, j, doubled))));
                }
            }
        }
        return nearest.radii();
    }

    /** The smallest distances of every vector, sorted. */
    private static final class Nearest {
        private final HalfFeatures set;
        private final int wanted;
        private final float[] distances;
        private final float[] limits;

        Nearest(HalfFeatures set, int wanted) {
            this.set = set;
            this.wanted = wanted;
            distances = new float[Math.multiplyExact(set.count(), wanted)];
            Arrays.fill(distances, Float.POSITIVE_INFINITY);
            limits = new float[set.count()];
            Arrays.fill(limits, Float.NEGATIVE_INFINITY);
        }

        void offer(int i, float distance) {
            int last = (i + 1) * wanted - 1;
            if (distance < distances[last]) {
                int place = last;
                while (place > i * wanted && distances[place - 1] > distance) {
                    distances[place] = distances[place - 1];
                    place--;
                }
                distances[place] = distance;
                limits[i] = BOUND.limit(set.squares()[i], distances[last]);
            }
        }

        double[] radii() {
            double[] radii = new double[set.count()];
            for (int i = 0; i < radii.length; i++) {
                radii[i] = distances[(i + 1) * wanted - 1];
            }
            return radii;
        }
    }
}
