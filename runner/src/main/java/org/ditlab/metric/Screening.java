package org.ditlab.metric;

import java.util.Arrays;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.spi.Backend;

/**
 * How products are computed that sort most pairs of vectors out: in float32, or in bfloat16 where the machine is much faster
 * at that and the wider bound leaves few pairs to be decided exactly. The choice changes the time, not the result.
 */
record Screening(DType type, ErrorBound bound) {
    /** Sets that take long enough for a trial to pay. */
    private static final int FEWEST = 2048;

    private static final int TRIAL = 1024;
    /** Pairs within the bound of a vector's radius, on average, up to which deciding them costs little. */
    private static final int UNDECIDED = 20;

    /** The one of a type, for two sets. */
    static Screening of(DType type, FeatureSet reference, FeatureSet samples) {
        int d = reference.dimensions();
        return new Screening(
                type,
                type == DType.BFLOAT16
                        ? ErrorBound.ofBfloat16(d, Math.max(reference.loss(), samples.loss()))
                        : ErrorBound.ofFloat32(d));
    }

    /** The faster one, by a trial on some of the vectors. */
    static Screening choose(Backend backend, FeatureSet reference, FeatureSet samples, int k) {
        Screening exact = of(DType.FLOAT32, reference, samples);
        if (Math.min(reference.count(), samples.count()) < FEWEST || !Device.CPU.equals(backend.device())) {
            return exact;
        }
        Screening coarse = of(DType.BFLOAT16, reference, samples);
        Rows some = new HalfFeatures.Range(reference, 0, TRIAL);
        float[] wide = new float[0];
        float[] narrow = new float[0];
        long wideTime = Long.MAX_VALUE;
        long narrowTime = Long.MAX_VALUE;
        // The first run of each is slower.
        for (int run = 0; run < 3; run++) {
            long start = System.nanoTime();
            wide = products(backend, DType.FLOAT32, some);
            long middle = System.nanoTime();
            narrow = products(backend, DType.BFLOAT16, some);
            wideTime = Math.min(wideTime, middle - start);
            narrowTime = Math.min(narrowTime, System.nanoTime() - middle);
        }
        return 3 * narrowTime < 2 * wideTime && coarse.suits(exact, reference.squares(), wide, narrow, k)
                ? coarse
                : exact;
    }

    private static float[] products(Backend backend, DType type, Rows rows) {
        float[][] found = new float[1][];
        new ProductTiles(backend, TRIAL, type)
                .own(rows, tile -> found[0] = tile.products().toFloats());
        return found[0];
    }

    /** Whether the bound holds on a tile, and leaves little undecided around the radii within it. */
    private boolean suits(Screening exact, double[] squares, float[] wide, float[] narrow, int k) {
        long undecided = 0;
        double[] distances = new double[TRIAL];
        for (int i = 0; i < TRIAL; i++) {
            for (int j = 0; j < TRIAL; j++) {
                distances[j] = squares[i] + squares[j] - 2 * wide[i * TRIAL + j];
            }
            double[] sorted = distances.clone();
            Arrays.sort(sorted);
            double radius = sorted[Math.min(k, TRIAL - 1)];
            for (int j = 0; j < TRIAL; j++) {
                double doubled = 2 * narrow[i * TRIAL + j];
                double both = squares[i] + squares[j];
                double error = bound.of(both, doubled);
                if (!(Math.abs(both - doubled - distances[j])
                        <= error + exact.bound.of(both, 2 * wide[i * TRIAL + j]))) {
                    return false;
                }
                undecided += Math.abs(distances[j] - radius) <= error ? 1 : 0;
            }
        }
        return undecided < (long) UNDECIDED * TRIAL;
    }
}
