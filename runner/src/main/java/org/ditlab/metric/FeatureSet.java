package org.ditlab.metric;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A set of vectors made ready for distances: shifted by a common centre and rounded to float32 for the products, as they are
 * for the exact ones. Holds one number per vector; vectors are read when they are needed.
 *
 * @param centre (d)
 * @param squares squared norms of the shifted vectors
 * @param loss what rounding to bfloat16 takes from a shifted vector, as a part of its norm; the largest
 */
record FeatureSet(Rows rows, float[] centre, double[] squares, double loss) implements Rows {
    private static final int BLOCK = 256;

    private static final ThreadLocal<float[][]> PAIR = ThreadLocal.withInitial(() -> new float[2][0]);

    /** Looks at every vector once. */
    static FeatureSet of(String name, Rows rows, float[] centre) {
        double[] squares = new double[rows.count()];
        double[] losses = new double[rows.count()];
        FeatureSet set = new FeatureSet(new FiniteRows(name, rows), centre, squares, 0);
        int d = rows.dimensions();
        set.eachBlock(
                BLOCK,
                (from, count, block) -> IntStream.range(0, count).parallel().forEach(i -> {
                    double sum = 0;
                    double lost = 0;
                    for (int j = i * d; j < (i + 1) * d; j++) {
                        float rest = block[j] - brain(block[j]);
                        sum += (double) block[j] * block[j];
                        lost += (double) rest * rest;
                    }
                    squares[from + i] = sum;
                    losses[from + i] = lost == 0 ? 0 : Math.sqrt(lost / sum);
                }));
        return new FeatureSet(rows, centre, squares, Arrays.stream(losses).max().orElse(0));
    }

    /** A number rounded to bfloat16, the upper half of a float32. */
    private static float brain(float value) {
        int bits = Float.floatToRawIntBits(value);
        return Float.intBitsToFloat((bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000);
    }

    /** The mean vector, which makes norms, and with them errors, small. */
    static float[] centre(Rows rows) {
        int d = rows.dimensions();
        double[] sum = new double[d];
        rows.eachBlock(BLOCK, (from, count, block) -> {
            for (int i = 0; i < count; i++) {
                for (int j = 0; j < d; j++) {
                    sum[j] += block[i * d + j];
                }
            }
        });
        float[] centre = new float[d];
        for (int j = 0; j < d; j++) {
            centre[j] = (float) (sum[j] / rows.count());
        }
        return centre;
    }

    @Override
    public int count() {
        return rows.count();
    }

    @Override
    public int dimensions() {
        return rows.dimensions();
    }

    /** Reads shifted vectors. */
    @Override
    public void read(int from, int count, float[] out) {
        rows.read(from, count, out);
        int d = dimensions();
        for (int start = 0; start < count * d; start += d) {
            for (int j = 0; j < d; j++) {
                out[start + j] -= centre[j];
            }
        }
    }

    /** The sum of squared differences in float64, always in the same order; from any thread. */
    double distance(int i, FeatureSet other, int j) {
        int d = dimensions();
        float[][] pair = PAIR.get();
        if (pair[0].length != d) {
            pair[0] = new float[d];
            pair[1] = new float[d];
        }
        readOne(i, pair[0]);
        other.readOne(j, pair[1]);
        return distance(pair[0], pair[1]);
    }

    private void readOne(int i, float[] out) {
        // Rows make no promise for several threads.
        synchronized (rows) {
            rows.read(i, 1, out);
        }
    }

    private static double distance(float[] x, float[] y) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        // Four sums: the additions need not wait for each other.
        for (; i + 3 < x.length; i += 4) {
            double d0 = (double) x[i] - y[i];
            double d1 = (double) x[i + 1] - y[i + 1];
            double d2 = (double) x[i + 2] - y[i + 2];
            double d3 = (double) x[i + 3] - y[i + 3];
            s0 += d0 * d0;
            s1 += d1 * d1;
            s2 += d2 * d2;
            s3 += d3 * d3;
        }
        for (; i < x.length; i++) {
            double d0 = (double) x[i] - y[i];
            s0 += d0 * d0;
        }
        return (s0 + s1) + (s2 + s3);
    }
}
