package org.ditlab.metric;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.LinearAlgebra;
import org.ditlab.tensor.spi.Matrix;

/**
 * Confidence intervals of a Frechet distance by the bootstrap: the samples are drawn again with replacement, the
 * reference stays. A resample has duplicates, so that its distance is biased upwards (as if there were fewer images); the
 * replicates therefore tell of the spread alone: the interval is the estimate plus the quantiles of the replicates less
 * their mean. It holds what drawing other samples would change, and not the bias of the estimate itself. Source: Efron &
 * Tibshirani 1993, chapters 10 and 13.
 *
 * <p>Equal seeds and counts draw equal resamples, whatever the samples: the k-th replicates of two sets of samples belong
 * together, and {@link #difference} is paired.
 */
public final class FidBootstrap {
    private static final int ROWS = 1 << 13;

    private final Moments reference;
    private final double[] mean;
    private final double trace;
    private final CovarianceFactor factor;
    private final LinearAlgebra algebra;
    private final int resamples;
    private final double level;
    private final RandomStream stream;

    /**
     * Prepares the reference's side.
     *
     * @param resamples replicates; some hundred for a 95 % interval
     * @param level as 0.95
     */
    public FidBootstrap(Moments reference, int resamples, double level, long seed) {
        if (resamples < 2 || !(level > 0 && level < 1)) {
            throw new IllegalArgumentException(resamples + " resamples at level " + level);
        }
        this.reference = reference;
        this.resamples = resamples;
        this.level = level;
        stream = new Streams(seed).stream("bootstrap");
        algebra = reference.backend().linearAlgebra();
        int d = reference.dimensions();
        mean = reference.mean();
        double[] covariance = reference.covariance();
        trace = Fid.trace(covariance, d);
        factor = CovarianceFactor.of(reference, Matrix.square(d, covariance));
    }

    /** Of the distance between the reference and these samples. */
    public Interval interval(Rows samples) {
        double[] replicates = replicates(samples);
        return around(Fid.distance(reference, Moments.of(reference.backend(), samples)), replicates);
    }

    /** Of the first samples' distance less the second's, paired: both have as many images. */
    public Interval difference(Rows first, Rows second) {
        if (first.count() != second.count()) {
            throw new IllegalArgumentException(
                    "a paired difference of " + first.count() + " and " + second.count() + " images");
        }
        double[] differences = replicates(first);
        double[] others = replicates(second);
        for (int k = 0; k < resamples; k++) {
            differences[k] -= others[k];
        }
        double estimate = Fid.distance(reference, Moments.of(reference.backend(), first))
                - Fid.distance(reference, Moments.of(reference.backend(), second));
        return around(estimate, differences);
    }

    /** The distances of the resamples, in the order they are drawn. */
    double[] replicates(Rows samples) {
        if (samples.dimensions() != mean.length || samples.count() < 2) {
            throw new IllegalArgumentException(samples.count() + " samples of " + samples.dimensions()
                    + " dimensions against a reference of " + mean.length);
        }
        ToDoubleFunction<double[]> distance =
                samples.count() <= samples.dimensions() ? new FewSamples(samples) : weights -> ofMany(samples, weights);
        double[] replicates = new double[resamples];
        for (int k = 0; k < resamples; k++) {
            replicates[k] = distance.applyAsDouble(counts(samples.count(), k));
        }
        return replicates;
    }

    /** How often each of n images is drawn for a replicate. */
    private double[] counts(int n, int replicate) {
        double[] counts = new double[n];
        for (int i = 0; i < n; i++) {
            counts[stream.integer(replicate, 0, i, n)]++;
        }
        return counts;
    }

    private Interval around(double estimate, double[] replicates) {
        double[] sorted = replicates.clone();
        Arrays.sort(sorted);
        double middle = Arrays.stream(sorted).average().orElseThrow();
        return new Interval(
                estimate + quantile(sorted, (1 - level) / 2) - middle,
                estimate + quantile(sorted, (1 + level) / 2) - middle,
                level,
                resamples);
    }

    /** Linear between the order statistics. */
    private static double quantile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    private static double distance(double meanTerm, double traces, double root) {
        return Math.max(0, meanTerm + (traces - 2 * root));
    }

    /** One weighted pass over the vectors, and the trace by the reference's factor. */
    private double ofMany(Rows samples, double[] weights) {
        int d = samples.dimensions();
        int n = samples.count();
        double[] middle = new double[d];
        samples.eachBlock(ROWS, (from, count, block) -> {
            for (int i = 0; i < count; i++) {
                if (weights[from + i] != 0) {
                    for (int j = 0; j < d; j++) {
                        middle[j] += weights[from + i] / n * block[i * d + j];
                    }
                }
            }
        });
        double[] gram = new double[d * d];
        samples.eachBlock(
                ROWS,
                (from, count, block) -> algebra.addGram(
                        block, 0, count, middle, Arrays.copyOfRange(weights, from, from + count), gram));
        Moments resample = Moments.ofScatter(reference.backend(), n, middle, gram);
        double[] covariance = resample.covariance();
        Matrix matrix = Matrix.square(d, covariance);
        OptionalDouble root = factor.form() == CovarianceFactor.Form.CHOLESKY
                ? RootTrace.ofDefinite(algebra, factor, matrix)
                : OptionalDouble.empty();
        return distance(
                Fid.squaredDistance(mean, middle),
                trace + Fid.trace(covariance, d),
                root.orElseGet(() -> RootTrace.nuclearNorm(
                        algebra, factor.times(algebra, CovarianceFactor.ofCovariance(algebra, matrix)))));
    }

    /**
     * No more samples than dimensions: their products with the reference's factor are formed once, of which a replicate
     * takes rows, weighted and centred anew.
     */
    private final class FewSamples implements ToDoubleFunction<double[]> {
        private final int n;
        private final int d = mean.length;
        /** Samples less the reference's mean, (n, d). */
        private final double[] rows;
        /** Their products with the reference's factor, (n, r). */
        private final Matrix products;

        FewSamples(Rows samples) {
            n = samples.count();
            float[] values = samples.block(0, n);
            rows = new double[n * d];
            for (int i = 0; i < n * d; i++) {
                rows[i] = values[i] - mean[i % d];
            }
            CovarianceFactor vectors =
                    new CovarianceFactor(new Matrix(n, d, rows), Math.min(n, d), CovarianceFactor.Form.VECTORS);
            products = vectors.times(algebra, factor);
        }

        @Override
        public double applyAsDouble(double[] weights) {
            double[] middle = average(rows, d, weights);
            double sampleTrace = 0;
            int drawn = 0;
            for (int i = 0; i < n; i++) {
                if (weights[i] != 0) {
                    drawn++;
                    for (int j = 0; j < d; j++) {
                        double deviation = rows[i * d + j] - middle[j];
                        sampleTrace += weights[i] * deviation * deviation;
                    }
                }
            }
            int r = products.columns();
            double[] centre = average(products.values(), r, weights);
            double[] some = new double[drawn * r];
            for (int i = 0, row = 0; i < n; i++) {
                if (weights[i] != 0) {
                    double root = Math.sqrt(weights[i] / (n - 1));
                    for (int j = 0; j < r; j++) {
                        some[row * r + j] = root * (products.values()[i * r + j] - centre[j]);
                    }
                    row++;
                }
            }
            return distance(
                    Fid.squaredDistance(middle, new double[d]),
                    trace + sampleTrace / (n - 1),
                    RootTrace.nuclearNorm(algebra, new Matrix(drawn, r, some)));
        }

        private double[] average(double[] values, int width, double[] weights) {
            double[] average = new double[width];
            for (int i = 0; i < n; i++) {
                if (weights[i] != 0) {
                    for (int j = 0; j < width; j++) {
                        average[j] += weights[i] / n * values[i * width + j];
                    }
                }
            }
            return average;
        }
    }
}
