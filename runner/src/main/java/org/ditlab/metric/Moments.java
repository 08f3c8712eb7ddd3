package org.ditlab.metric;

/**
 * Number, mean and covariance of vectors, accumulated in float64 and mergeable: any split of the vectors over
 * accumulators, merged in any order, gives the same numbers within rounding. Source: Chan, Golub & LeVeque 1979.
 */
public final class Moments {
    private final int dimensions;
    private final double[] mean;
    /** Sum of outer products of deviations from the mean, (d, d), both triangles. */
    private final double[] scatter;

    private long count;

    public Moments(int dimensions) {
        if (dimensions < 1) {
            throw new IllegalArgumentException("vectors of " + dimensions + " dimensions");
        }
        this.dimensions = dimensions;
        mean = new double[dimensions];
        scatter = new double[Math.multiplyExact(dimensions, dimensions)];
    }

    /** Takes up statistics that were saved: mean (d) and covariance (d, d) with divisor count - 1. */
    public static Moments of(long count, double[] mean, double[] covariance) {
        Moments moments = new Moments(mean.length);
        if (count < 2 || covariance.length != moments.scatter.length) {
            throw new IllegalArgumentException("statistics of " + count + " vectors: mean of " + mean.length
                    + " numbers, covariance of " + covariance.length);
        }
        moments.count = count;
        System.arraycopy(mean, 0, moments.mean, 0, mean.length);
        for (int i = 0; i < covariance.length; i++) {
            moments.scatter[i] = covariance[i] * (count - 1);
        }
        requireFinite(mean);
        requireFinite(covariance);
        return moments;
    }

    private static void requireFinite(double[] values) {
        for (double value : values) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("statistics are not finite");
            }
        }
    }

    public int dimensions() {
        return dimensions;
    }

    public long count() {
        return count;
    }

    /** The mean (d); zeros before the first vector. */
    public double[] mean() {
        return mean.clone();
    }

    /** The covariance (d, d), row-major, divisor count - 1; needs two vectors. */
    public double[] covariance() {
        if (count < 2) {
            throw new IllegalStateException("a covariance needs two vectors at least, there are " + count);
        }
        double[] covariance = new double[scatter.length];
        for (int i = 0; i < scatter.length; i++) {
            covariance[i] = scatter[i] / (count - 1);
        }
        return covariance;
    }

    /**
     * Adds vectors.
     *
     * @param rows (n, d), row-major
     * @throws IllegalArgumentException when a number is not finite; nothing is added then
     */
    public void add(float[] rows, int n) {
        for (int i = 0; i < n * dimensions; i++) {
            if (!Float.isFinite(rows[i])) {
                throw new IllegalArgumentException("feature " + i % dimensions + " of vector "
                        + (count + i / dimensions) + " is " + rows[i] + ", expected finite numbers");
            }
        }
        if (n == 0) {
            return;
        }
        Moments block = new Moments(dimensions);
        block.count = n;
        for (int i = 0; i < n * dimensions; i++) {
            block.mean[i % dimensions] += rows[i];
        }
        for (int j = 0; j < dimensions; j++) {
            block.mean[j] /= n;
        }
        double[] deviation = new double[dimensions];
        for (int row = 0; row < n; row++) {
            for (int j = 0; j < dimensions; j++) {
                deviation[j] = rows[row * dimensions + j] - block.mean[j];
            }
            addOuter(block.scatter, deviation, 1);
        }
        merge(block);
    }

    /** Adds all vectors of another accumulator, which stays as it is. */
    public void merge(Moments other) {
        if (other.dimensions != dimensions) {
            throw new IllegalArgumentException(
                    "vectors of " + other.dimensions + " dimensions among those of " + dimensions);
        }
        if (other.count == 0) {
            return;
        }
        long total = count + other.count;
        double[] step = new double[dimensions];
        for (int j = 0; j < dimensions; j++) {
            step[j] = other.mean[j] - mean[j];
        }
        for (int i = 0; i < scatter.length; i++) {
            scatter[i] += other.scatter[i];
        }
        addOuter(scatter, step, (double) count / total * other.count);
        for (int j = 0; j < dimensions; j++) {
            mean[j] += step[j] * other.count / total;
        }
        count = total;
    }

    private static void addOuter(double[] matrix, double[] vector, double weight) {
        int d = vector.length;
        for (int i = 0; i < d; i++) {
            double scaled = weight * vector[i];
            if (scaled != 0) {
                for (int j = 0; j < d; j++) {
                    matrix[i * d + j] += scaled * vector[j];
                }
            }
        }
    }
}
