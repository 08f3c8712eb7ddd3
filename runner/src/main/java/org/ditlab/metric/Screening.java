package org.ditlab.metric;

import java.util.Arrays;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;

/**
 * How products are computed that sort most pairs of vectors out: in float32, or in bfloat16 where the machine is much faster
 * at that and the wider bound leaves few pairs to be decided exactly. The choice changes the time, not the result.
 */
record Screening(DType type, ErrorBound bound) {
    /** Sets that take long enough for a trial to pay. */
    private static final int FEWEST = 2048;

    private static final int TRIAL = 1024;
    /** Rows of the trial whose products are looked at. */
    private static final int LOOKED_AT = 128;

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
        Rows some = reference.first(TRIAL);
        try (Scope scope = backend.scope();
                Backend.Guard guard = backend.noGrad()) {
            Trial wide = Trial.of(backend, DType.FLOAT32, some);
            Trial narrow = Trial.of(backend, DType.BFLOAT16, some);
            return 3 * narrow.nanos() < 2 * wide.nanos()
                            && coarse.suits(exact, reference.squares(), wide.products(), narrow.products(), k)
                    ? coarse
                    : exact;
        }
    }

    /** Products of some vectors with themselves, and how long they took: the best of some runs, the vectors loaded before. */
    private record Trial(float[] products, long nanos) {
        private static final int RUNS = 4;

        static Trial of(Backend backend, DType type, Rows rows) {
            float[] values = rows.block(0, rows.count());
            Tensor x = backend.tensor(values, Shape.of(rows.count(), rows.dimensions()), type);
            float[] products = new float[0];
            long best = Long.MAX_VALUE;
            for (int run = 0; run < RUNS; run++) {
                try (Scope each = backend.scope()) {
                    long start = System.nanoTime();
                    products = backend.linear(x, x, null).toFloats();
                    best = Math.min(best, System.nanoTime() - start);
                }
            }
            return new Trial(products, best);
        }
    }

    /** Whether the bound holds on a tile, and leaves little undecided around the radii within it. */
    private boolean suits(Screening exact, double[] squares, float[] wide, float[] narrow, int k) {
        long undecided = 0;
        double[] distances = new double[TRIAL];
        for (int i = 0; i < LOOKED_AT; i++) {
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
        return undecided < (long) UNDECIDED * LOOKED_AT;
    }
}
