package org.ditlab.metric;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;

/**
 * The sliced Wasserstein distance of two sets of equally many features, torch-fidelity's MIND: {@code 3 d} times the mean over
 * directions of the mean squared difference of the sorted projections; projections in float64. Source: Bonneel et al.
 * 2015; torch-fidelity 0.5.
 */
public final class SlicedDistance {
    /** As many directions as torch-fidelity takes. */
    public static final int DIRECTIONS = 1000;

    private static final int TILE = 128;

    private SlicedDistance() {}

    /**
     * Directions spread evenly over the sphere: normal values of this program's generator, stream "directions" of the seed,
     * one index per direction, divided by their norm. Not the directions that another program draws from the same seed.
     *
     * @return unit vectors (count, d)
     */
    public static Rows directions(int count, int dimensions, long seed) {
        RandomStream stream = new Streams(seed).stream("directions");
        float[] values = new float[Math.multiplyExact(count, dimensions)];
        for (int i = 0; i < count; i++) {
            int from = i * dimensions;
            stream.normal(i, 0, values, from, dimensions);
            double square = 0;
            for (int j = from; j < from + dimensions; j++) {
                square += (double) values[j] * values[j];
            }
            for (int j = from; j < from + dimensions; j++) {
                values[j] = (float) (values[j] / Math.sqrt(square));
            }
        }
        return Rows.of(values, count, dimensions);
    }

    /**
     * The distance along given directions.
     *
     * @param directions unit vectors (count, d)
     * @throws StudyException when the sets differ in size, or a feature is not finite
     */
    public static double of(Backend backend, Rows reference, Rows samples, Rows directions) {
        FiniteRows.requireSameDimensions(reference, samples);
        if (reference.count() != samples.count() || samples.count() == 0) {
            throw new StudyException("the sliced distance pairs images off, but there are " + reference.count()
                    + " reference images and " + samples.count() + " samples; take equally many of both");
        }
        if (directions.dimensions() != samples.dimensions()) {
            throw new IllegalArgumentException(
                    "directions of " + directions.dimensions() + " dimensions for features of " + samples.dimensions());
        }
        double sum = 0;
        for (int from = 0; from < directions.count(); from += TILE) {
            int count = Math.min(TILE, directions.count() - from);
            Rows some = Rows.of(directions.block(from, count), count, directions.dimensions());
            double[][] x = projections(backend, some, new FiniteRows("reference", reference));
            double[][] y = projections(backend, some, new FiniteRows("samples", samples));
            double[] squares = new double[count];
            IntStream.range(0, count).parallel().forEach(i -> squares[i] = meanSquare(x[i], y[i]));
            sum += Arrays.stream(squares).reduce(0, Double::sum);
        }
        return 3.0 * samples.dimensions() * sum / directions.count();
    }

    /** For each direction, the places of all vectors along it. */
    private static double[][] projections(Backend backend, Rows directions, Rows rows) {
        double[][] out = new double[directions.count()][rows.count()];
        // Whole blocks of vectors pass the few directions by.
        new ProductTiles(backend, TILE, DType.FLOAT64).cross(directions, rows, tile -> {
            double[] products = tile.products().toDoubles();
            for (int i = 0; i < tile.rows(); i++) {
                System.arraycopy(
                        products, i * tile.columns(), out[tile.firstRow() + i], tile.firstColumn(), tile.columns());
            }
        });
        return out;
    }

    private static double meanSquare(double[] x, double[] y) {
        Arrays.sort(x);
        Arrays.sort(y);
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += (x[i] - y[i]) * (x[i] - y[i]);
        }
        return sum / x.length;
    }
}
