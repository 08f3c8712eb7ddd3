package org.ditlab.metric;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.ditlab.data.NpyArray;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.spi.Backend;
import org.jspecify.annotations.Nullable;

/**
 * Number, mean and covariance of vectors, accumulated in float64 and mergeable: any split of the vectors over
 * accumulators, merged in any order, gives the same numbers within rounding. Memory is flat in their number: one
 * triangle of products, and the last vectors themselves, which are kept as long as they are all (d of them at least), so
 * that a singular covariance need not be formed. Blocks are centred at their own mean before they are multiplied.
 * Source: Chan, Golub & LeVeque 1979.
 */
public final class Moments {
    /** Vectors worth a pass of products, where d is less. */
    private static final int FEWEST_KEPT = 1024;

    /** Vectors in one pass of products; what a pass costs besides is then a hundredth. */
    private static final int MOST_AT_ONCE = 1 << 15;

    private static final int TILE = 64;

    /** Vectors read at once. */
    private static final int BLOCK = 1 << 13;

    /** Columns that a thread sums: some cache lines. */
    private static final int STRIP = 256;

    private static final long UNKNOWN = -1;

    private final Backend backend;
    private final int dimensions;
    private final double[] mean;

    /** Sum of outer products of deviations from the mean, (d, d), lower triangle; null while there is none. */
    private double @Nullable [] scatter;

    /** Vectors in mean and scatter. */
    private long settled;

    /** The last vectors, (kept, d). */
    private float[] rows = new float[0];

    private int kept;

    /** How many of those kept are in mean and scatter already. */
    private int keptSettled;

    public Moments(Backend backend, int dimensions) {
        if (dimensions < 1) {
            throw new IllegalArgumentException("vectors of " + dimensions + " dimensions");
        }
        Math.multiplyExact(dimensions, dimensions);
        this.backend = backend;
        this.dimensions = dimensions;
        mean = new double[dimensions];
    }

    /** Takes up statistics that were saved: mean (d) and covariance (d, d) with divisor count - 1. */
    public static Moments of(Backend backend, long count, double[] mean, double[] covariance) {
        if (count < 2) {
            throw new IllegalArgumentException("a covariance of " + count + " vectors");
        }
        return of(backend, count, mean, covariance, count - 1);
    }

    /** Statistics of nobody knows how many vectors, as published reference files have them: nothing can be added. */
    public static Moments ofUnknownCount(Backend backend, double[] mean, double[] covariance) {
        return of(backend, UNKNOWN, mean, covariance, 1);
    }

    private static Moments of(Backend backend, long count, double[] mean, double[] covariance, double scale) {
        if (covariance.length != (long) mean.length * mean.length) {
            throw new IllegalArgumentException(
                    "a mean of " + mean.length + " numbers, a covariance of " + covariance.length);
        }
        requireFinite("mean", mean);
        requireFinite("covariance", covariance);
        Moments moments = new Moments(backend, mean.length);
        moments.settled = count;
        System.arraycopy(mean, 0, moments.mean, 0, mean.length);
        moments.scatter = new double[covariance.length];
        for (int i = 0; i < covariance.length; i++) {
            moments.scatter[i] = covariance[i] * scale;
        }
        return moments;
    }

    /** Takes up the sum of outer products of deviations from the mean, (d, d), of which the lower triangle is read. */
    static Moments ofScatter(Backend backend, long count, double[] mean, double[] scatter) {
        return of(backend, count, mean, scatter, 1);
    }

    /** Of all vectors, read in blocks. */
    public static Moments of(Backend backend, Rows rows) {
        Moments moments = new Moments(backend, rows.dimensions());
        rows.eachBlock(BLOCK, (from, count, block) -> moments.add(block, count));
        return moments;
    }

    private static void requireFinite(String what, double[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException("number " + i + " of the " + what + " is " + values[i]);
            }
        }
    }

    /** What the vectors were multiplied with; metrics over these statistics use it as well. */
    Backend backend() {
        return backend;
    }

    public int dimensions() {
        return dimensions;
    }

    /** Vectors so far; empty where nobody knows. */
    public OptionalLong count() {
        return settled == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(total());
    }

    private long total() {
        return settled + kept - keptSettled;
    }

    /** The mean (d); zeros before the first vector. */
    public double[] mean() {
        settle();
        return mean.clone();
    }

    /** The covariance (d, d), row-major, divisor count - 1; needs two vectors. */
    public double[] covariance() {
        if (settled != UNKNOWN && total() < 2) {
            throw new IllegalStateException("a covariance needs two vectors at least, there are " + total());
        }
        settle();
        return both(settled == UNKNOWN ? 1 : settled - 1);
    }

    /** Both triangles of the scatter over a divisor; tile by tile, so that writing columns stays within the cache. */
    private double[] both(double divisor) {
        int d = dimensions;
        double[] sum = scatter();
        double[] out = new double[d * d];
        for (int top = 0; top < d; top += TILE) {
            for (int left = 0; left <= top; left += TILE) {
                for (int i = top; i < Math.min(d, top + TILE); i++) {
                    for (int j = left; j < Math.min(i + 1, left + TILE); j++) {
                        double value = sum[i * d + j] / divisor;
                        out[i * d + j] = value;
                        out[j * d + i] = value;
                    }
                }
            }
        }
        return out;
    }

    /** All vectors, in the order they came, where they are no more than d and at hand. */
    public Optional<Rows> rows() {
        return whole() && kept <= dimensions
                ? Optional.of(Rows.of(Arrays.copyOf(rows, kept * dimensions), kept, dimensions))
                : Optional.empty();
    }

    /** Whether the vectors kept are all there are. */
    private boolean whole() {
        return settled == keptSettled;
    }

    private int capacity() {
        return Math.max(dimensions, FEWEST_KEPT);
    }

    /**
     * Adds vectors.
     *
     * @param vectors (n, d), row-major
     * @throws StudyException when a number is not finite, naming image and feature; nothing is added then
     */
    public void add(float[] vectors, int n) {
        requireCount();
        IntStream.range(0, n)
                .parallel()
                .filter(row -> !finite(vectors, row))
                .min()
                .ifPresent(row -> {
                    int feature = 0;
                    while (Float.isFinite(vectors[row * dimensions + feature])) {
                        feature++;
                    }
                    throw new StudyException("feature " + feature + " of image " + (total() + row) + " is "
                            + vectors[row * dimensions + feature]
                            + ", expected finite numbers; look at that image and at the extractor's weights");
                });
        int from = 0;
        if (kept + n > capacity()) {
            settle();
            drop();
            for (; n - from > capacity(); from += Math.min(MOST_AT_ONCE, n - from)) {
                settle(vectors, from, Math.min(MOST_AT_ONCE, n - from));
            }
        }
        keep(vectors, from, n - from);
    }

    private boolean finite(float[] vectors, int row) {
        boolean finite = true;
        for (int i = row * dimensions; i < (row + 1) * dimensions; i++) {
            finite &= Float.isFinite(vectors[i]);
        }
        return finite;
    }

    /** Adds all vectors of another accumulator, which stays as it is. */
    public void merge(Moments other) {
        if (other.dimensions != dimensions) {
            throw new IllegalArgumentException(
                    "vectors of " + other.dimensions + " dimensions among those of " + dimensions);
        }
        requireCount();
        other.requireCount();
        if (other.total() == 0) {
            return;
        }
        if (other.whole()) {
            add(other.rows, other.kept);
            return;
        }
        settle();
        drop();
        other.settle();
        merge(other.settled, other.mean, other.scatter());
    }

    private void requireCount() {
        if (settled == UNKNOWN) {
            throw new IllegalStateException("statistics of an unknown number of vectors cannot be added to");
        }
    }

    private double[] scatter() {
        if (scatter == null) {
            scatter = new double[dimensions * dimensions];
        }
        return scatter;
    }

    private void keep(float[] vectors, int from, int n) {
        int needed = (kept + n) * dimensions;
        if (rows.length < needed) {
            rows = Arrays.copyOf(
                    rows, (int) Math.min((long) capacity() * dimensions, Math.max(2L * rows.length, needed)));
        }
        System.arraycopy(vectors, from * dimensions, rows, kept * dimensions, n * dimensions);
        kept += n;
    }

    private void drop() {
        kept = 0;
        keptSettled = 0;
    }

    /** Brings mean and scatter up to the last vector. */
    private void settle() {
        if (keptSettled < kept) {
            settle(rows, keptSettled, kept - keptSettled);
            keptSettled = kept;
        }
    }

    private void settle(float[] vectors, int from, int n) {
        double[] middle = new double[dimensions];
        // Each strip of columns is summed by one thread, row after row: the sums do not depend on their number.
        int strips = (dimensions + STRIP - 1) / STRIP;
        IntStream.range(0, strips).parallel().forEach(strip -> {
            int first = strip * STRIP;
            int end = Math.min(dimensions, first + STRIP);
            for (int row = from; row < from + n; row++) {
                for (int j = first; j < end; j++) {
                    middle[j] += vectors[row * dimensions + j];
                }
            }
            for (int j = first; j < end; j++) {
                middle[j] /= n;
            }
        });
        if (settled == 0) {
            backend.linearAlgebra().addGram(vectors, from, n, middle, null, scatter());
            System.arraycopy(middle, 0, mean, 0, dimensions);
            settled = n;
        } else {
            double[] block = new double[dimensions * dimensions];
            backend.linearAlgebra().addGram(vectors, from, n, middle, null, block);
            merge(n, middle, block);
        }
    }

    private void merge(long count, double[] middle, double[] block) {
        long all = settled + count;
        double weight = (double) settled / all * count;
        double[] sum = scatter();
        double[] step = new double[dimensions];
        for (int i = 0; i < dimensions; i++) {
            step[i] = middle[i] - mean[i];
            double scaled = weight * step[i];
            for (int j = 0; j <= i; j++) {
                sum[i * dimensions + j] += block[i * dimensions + j] + scaled * step[j];
            }
        }
        for (int j = 0; j < dimensions; j++) {
            mean[j] += step[j] * count / all;
        }
        settled = all;
    }

    /**
     * What carries on after a restart, as arrays of a {@code .npz}: {@code n} and the vectors {@code rows} where they are
     * all at hand, else {@code n}, the mean {@code mu} and the sum of outer products of deviations {@code m2}; the names
     * after a prefix.
     */
    public Map<String, NpyArray> toArrays(String prefix) {
        requireCount();
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        arrays.put(prefix + "n", NpyArray.of(new long[] {total()}));
        if (whole()) {
            arrays.put(prefix + "rows", NpyArray.of(Arrays.copyOf(rows, kept * dimensions), kept, dimensions));
            return arrays;
        }
        settle();
        arrays.put(prefix + "mu", NpyArray.of(mean, dimensions));
        arrays.put(prefix + "m2", NpyArray.of(both(1), dimensions, dimensions));
        return arrays;
    }

    /**
     * Takes up what {@link #toArrays} gave.
     *
     * @throws IllegalArgumentException when an array is missing, or they do not fit each other
     */
    public static Moments fromArrays(Backend backend, Map<String, NpyArray> arrays, String prefix) {
        long count = array(arrays, prefix + "n", 0).longs()[0];
        if (arrays.containsKey(prefix + "rows")) {
            NpyArray rows = array(arrays, prefix + "rows", 2);
            Moments moments = new Moments(backend, rows.shape()[1]);
            if (rows.shape()[0] != count) {
                throw new IllegalArgumentException(rows.shape()[0] + " rows, but n is " + count);
            }
            moments.add(rows.floats(), rows.shape()[0]);
            return moments;
        }
        double[] mean = array(arrays, prefix + "mu", 1).doubles();
        NpyArray m2 = array(arrays, prefix + "m2", 2);
        if (count < 1 || m2.shape()[0] != mean.length || m2.shape()[1] != mean.length) {
            throw new IllegalArgumentException(
                    "n is " + count + ", mu has " + mean.length + " numbers, but m2 is " + m2);
        }
        return ofScatter(backend, count, mean, m2.doubles());
    }

    private static NpyArray array(Map<String, NpyArray> arrays, String name, int rank) {
        NpyArray array = arrays.get(name);
        if (array == null) {
            throw new IllegalArgumentException("there is no array \"" + name + "\"");
        }
        if (array.rank() < rank || array.size() == 0 && rank < 2) {
            throw new IllegalArgumentException("the array \"" + name + "\" is " + array);
        }
        return array;
    }
}
