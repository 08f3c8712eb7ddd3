package org.ditlab.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.spi.Backend;

/**
 * The squared maximum mean discrepancy of two sets of features under a kernel, KID with {@link Kernel#CUBIC}: mean and spread
 * over random subsets of an estimate without bias, {@code mean k(x,x') + mean k(y,y') - 2 mean k(x,y)}, pairs of a vector
 * with itself left out. Around 0 for sets of one distribution, and negative there half of the time. Sources:
 * Binkowski et al. 2018, arXiv:1801.01401; Gretton et al. 2012. CMMD (Jayasumana et al. 2024, arXiv:2401.09603) is
 * 1000 times {@link #full} with {@code new Kernel.Gaussian(10)} and {@link Estimator#BIASED} over unit vectors.
 *
 * @param values one per subset
 */
public record KernelDistance(List<Double> values) {
    private static final int SUBSET_TILE = 512;
    private static final int FULL_TILE = 1024;

    /** What becomes of the pairs of a vector with itself. */
    public enum Estimator {
        UNBIASED,
        BIASED
    }

    /**
     * Which rows are taken: for every subset {@code size} different ones of one set, then of the other, both by
     * {@link MersenneTwister#choice}, as torch-fidelity draws them.
     *
     * @param samplesFirst whether the samples are drawn before the reference, which they are where torch-fidelity has them as
     *     its first input
     */
    public record Subsets(int count, int size, long seed, boolean samplesFirst) {
        /** torch-fidelity's. */
        public static final Subsets USUAL = new Subsets(100, 1000, 2020, true);

        public Subsets {
            if (count < 1 || size < 2) {
                throw new IllegalArgumentException(count + " subsets of " + size + " images");
            }
        }
    }

    public KernelDistance {
        values = List.copyOf(values);
    }

    /**
     * The distance over subsets.
     *
     * @param type FLOAT64, or FLOAT32 for kernels in float32 as torch-fidelity has them; sums are in float64
     * @throws StudyException when a set has fewer rows than a subset, or a feature is not finite
     */
    public static KernelDistance of(
            Backend backend, Rows reference, Rows samples, Kernel kernel, Subsets subsets, DType type) {
        FiniteRows.requireSameDimensions(reference, samples);
        for (FiniteRows rows : List.of(new FiniteRows("reference", reference), new FiniteRows("samples", samples))) {
            if (rows.count() < subsets.size()) {
                throw new StudyException(rows.name() + ": " + rows.count()
                        + " images, but a subset of the kernel distance takes " + subsets.size()
                        + "; give more images or a smaller subset size");
            }
        }
        MersenneTwister draws = new MersenneTwister(subsets.seed());
        List<Double> values = new ArrayList<>(subsets.count());
        for (int subset = 0; subset < subsets.count(); subset++) {
            int first = subsets.samplesFirst() ? samples.count() : reference.count();
            int second = subsets.samplesFirst() ? reference.count() : samples.count();
            int[] one = draws.choice(first, subsets.size());
            int[] other = draws.choice(second, subsets.size());
            int[] x = subsets.samplesFirst() ? other : one;
            int[] y = subsets.samplesFirst() ? one : other;
            values.add(subset(backend, reference, x, samples, y, kernel, type));
        }
        return new KernelDistance(values);
    }

    /** The estimate without bias from some rows of each set, by their numbers. */
    static double subset(Backend backend, Rows reference, int[] x, Rows samples, int[] y, Kernel kernel, DType type) {
        return estimate(
                new ProductTiles(backend, SUBSET_TILE, type),
                chosen(new FiniteRows("reference", reference), x),
                chosen(new FiniteRows("samples", samples), y),
                kernel,
                Estimator.UNBIASED);
    }

    /** The estimate from all rows at once, in float64; the sets may differ in size. */
    public static double full(Backend backend, Rows reference, Rows samples, Kernel kernel, Estimator estimator) {
        FiniteRows.requireSameDimensions(reference, samples);
        int fewest = estimator == Estimator.UNBIASED ? 2 : 1;
        if (Math.min(reference.count(), samples.count()) < fewest) {
            throw new StudyException("the kernel distance of " + reference.count() + " reference images and "
                    + samples.count() + " samples needs " + fewest + " of each at least");
        }
        return estimate(
                new ProductTiles(backend, FULL_TILE, DType.FLOAT64),
                new FiniteRows("reference", reference),
                new FiniteRows("samples", samples),
                kernel,
                estimator);
    }

    private static Rows chosen(Rows rows, int[] indices) {
        float[] values = new float[Math.multiplyExact(indices.length, rows.dimensions())];
        float[] one = new float[rows.dimensions()];
        for (int i = 0; i < indices.length; i++) {
            rows.read(indices[i], 1, one);
            System.arraycopy(one, 0, values, i * one.length, one.length);
        }
        return Rows.of(values, indices.length, one.length);
    }

    private static double estimate(ProductTiles tiles, Rows x, Rows y, Kernel kernel, Estimator estimator) {
        boolean diagonal = estimator == Estimator.BIASED;
        double[] squaresX = squares(x);
        double[] squaresY = squares(y);
        double within = within(tiles, x, squaresX, kernel, diagonal) + within(tiles, y, squaresY, kernel, diagonal);
        double[] between = new double[1];
        tiles.cross(x, y, tile -> between[0] += sum(tile, squaresX, squaresY, kernel, tiles.type(), true));
        return within - 2 * between[0] / x.count() / y.count();
    }

    private static double within(ProductTiles tiles, Rows rows, double[] squares, Kernel kernel, boolean diagonal) {
        double[] sum = new double[1];
        tiles.own(rows, tile -> {
            boolean crossed = tile.firstRow() == tile.firstColumn();
            sum[0] += (crossed ? 1 : 2) * sum(tile, squares, squares, kernel, tiles.type(), diagonal || !crossed);
        });
        double n = rows.count();
        return sum[0] / (n * (diagonal ? n : n - 1));
    }

    /** Sum of a tile's kernels, of each row first, so that it does not depend on threads. */
    private static double sum(
            ProductTiles.Tile tile,
            double[] squaresDown,
            double[] squaresAcross,
            Kernel kernel,
            DType type,
            boolean diagonal) {
        int columns = tile.columns();
        int d = tile.dimensions();
        double[] sums = new double[tile.rows()];
        boolean wide = type == DType.FLOAT64;
        double[] doubles = wide ? tile.products().toDoubles() : new double[0];
        float[] floats = wide ? new float[0] : tile.products().toFloats();
        IntStream.range(0, tile.rows()).parallel().forEach(i -> {
            double square = squaresDown[tile.firstRow() + i];
            double sum = 0;
            for (int j = 0; j < columns; j++) {
                if (diagonal || i != j) {
                    double squares = square + squaresAcross[tile.firstColumn() + j];
                    sum += wide
                            ? kernel.of(doubles[i * columns + j], squares, d)
                            : kernel.narrow(floats[i * columns + j], (float) squares, d);
                }
            }
            sums[i] = sum;
        });
        double sum = 0;
        for (double row : sums) {
            sum += row;
        }
        return sum;
    }

    private static double[] squares(Rows rows) {
        double[] squares = new double[rows.count()];
        float[] one = new float[rows.dimensions()];
        for (int i = 0; i < squares.length; i++) {
            rows.read(i, 1, one);
            for (float value : one) {
                squares[i] += (double) value * value;
            }
        }
        return squares;
    }

    /** Over the subsets. */
    public double mean() {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.size();
    }

    /** Population standard deviation over the subsets. */
    public double deviation() {
        double mean = mean();
        double sum = 0;
        for (double value : values) {
            sum += (value - mean) * (value - mean);
        }
        return Math.sqrt(sum / values.size());
    }
}
