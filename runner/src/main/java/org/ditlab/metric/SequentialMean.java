package org.ditlab.metric;

/**
 * The mean as the reference suites form it (ADM, torch-fidelity, clean-fid: {@code numpy.mean} of float32 rows): summed in
 * float32, row after row, with one float32 division. Only for a comparison to the last digit: for 50 000 pooled
 * Inception features it moves the distance beyond the fifth decimal.
 */
public final class SequentialMean {
    private final float[] sum;
    private long count;

    public SequentialMean(int dimensions) {
        sum = new float[dimensions];
    }

    /** Adds vectors, (n, d) row-major, in their order. */
    public void add(float[] rows, int n) {
        for (int row = 0; row < n; row++) {
            for (int j = 0; j < sum.length; j++) {
                sum[j] += rows[row * sum.length + j];
            }
        }
        count += n;
    }

    /** The mean (d). */
    public float[] mean() {
        if (count == 0) {
            throw new IllegalStateException("the mean of no vectors");
        }
        float[] mean = new float[sum.length];
        for (int j = 0; j < mean.length; j++) {
            mean[j] = sum[j] / count;
        }
        return mean;
    }

    /**
     * {@code |a - b|^2} of float32 differences, rounded to float32 once: the mean term of the distance between two sets. In
     * what order the suites sum the squares is up to their BLAS.
     */
    public static float meanTerm(float[] a, float[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException("means of " + a.length + " and " + b.length + " dimensions");
        }
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            float step = a[j] - b[j];
            sum += (double) step * step;
        }
        return (float) sum;
    }
}
