package org.ditlab.data;

import java.util.Arrays;

/**
 * Resampling of one axis as weighted sums of neighbours, added in float64: two of them, rows first, resize an image. Sources: Keys
 * 1981; Pillow's Resample.c.
 */
final class Resampler {
    /** Bits behind the point of Pillow's weights for bytes. */
    private static final int PRECISION = 22;

    private final int[] first;
    private final double[][] weights;

    /** What a neighbour counts by its distance. */
    enum Kernel {
        TRIANGLE(1) {
            @Override
            double at(double x) {
                return Math.max(0, 1 - Math.abs(x));
            }
        },
        /** Keys' cubic with a = -0.5. */
        CUBIC(2) {
            @Override
            double at(double x) {
                double d = Math.abs(x);
                if (d < 1) {
                    return (1.5 * d - 2.5) * d * d + 1;
                }
                return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
            }
        };

        private final double support;

        Kernel(double support) {
            this.support = support;
        }

        abstract double at(double x);
    }

    private Resampler(int length) {
        first = new int[length];
        weights = new double[length][];
    }

    /**
     * A kernel that is widened when shrinking, so that nothing aliases: what Pillow does.
     *
     * @param from extent of the input
     * @param to extent of the whole output, of which only {@code length} elements from {@code start} are made
     */
    static Resampler antialiased(Kernel kernel, int from, int to, int start, int length) {
        Resampler axis = new Resampler(length);
        double scale = (double) from / to;
        double widening = Math.max(scale, 1);
        double support = kernel.support * widening;
        for (int i = 0; i < length; i++) {
            double centre = (start + i + 0.5) * scale;
            int low = (int) Math.max(0, centre - support + 0.5);
            int high = (int) Math.min(from, centre + support + 0.5);
            double[] row = new double[high - low];
            double sum = 0;
            for (int j = 0; j < row.length; j++) {
                row[j] = kernel.at((low + j - centre + 0.5) / widening);
                sum += row[j];
            }
            for (int j = 0; j < row.length; j++) {
                row[j] /= sum;
            }
            axis.first[i] = low;
            axis.weights[i] = row;
        }
        return axis;
    }

    static Resampler antialiased(Kernel kernel, int from, int to) {
        return antialiased(kernel, from, to, 0, to);
    }

    /** Four neighbours with the cubic of a = -0.75, never widened, the border's elements repeated: what PyTorch does. */
    static Resampler plainCubic(int from, int to) {
        Resampler axis = new Resampler(to);
        for (int i = 0; i < to; i++) {
            double centre = (i + 0.5) * from / to - 0.5;
            int below = (int) Math.floor(centre);
            int low = Math.max(0, Math.min(from - 1, below - 1));
            int high = Math.max(0, Math.min(from - 1, below + 2));
            double[] row = new double[high - low + 1];
            for (int j = below - 1; j <= below + 2; j++) {
                row[Math.max(low, Math.min(high, j)) - low] += plainCubic(Math.abs(j - centre));
            }
            axis.first[i] = low;
            axis.weights[i] = row;
        }
        return axis;
    }

    private static double plainCubic(double d) {
        if (d < 1) {
            return (1.25 * d - 2.25) * d * d + 1;
        }
        return d < 2 ? ((-0.75 * d + 3.75) * d - 6) * d + 3 : 0;
    }

    /** Elements of the output. */
    int length() {
        return first.length;
    }

    /** Resamples along rows: (lines, from) to (lines, length). */
    float[] alongRows(float[] in, int lines, int from) {
        int length = first.length;
        float[] out = new float[lines * length];
        for (int line = 0; line < lines; line++) {
            for (int i = 0; i < length; i++) {
                double[] row = weights[i];
                int at = line * from + first[i];
                double sum = 0;
                for (int j = 0; j < row.length; j++) {
                    sum += row[j] * in[at + j];
                }
                out[line * length + i] = (float) sum;
            }
        }
        return out;
    }

    /** Resamples along columns: (from, width) to (length, width). */
    float[] alongColumns(float[] in, int width) {
        int length = first.length;
        float[] out = new float[length * width];
        double[] sums = new double[width];
        for (int i = 0; i < length; i++) {
            Arrays.fill(sums, 0);
            for (int j = 0; j < weights[i].length; j++) {
                double weight = weights[i][j];
                int at = (first[i] + j) * width;
                for (int x = 0; x < width; x++) {
                    sums[x] += weight * in[at + x];
                }
            }
            for (int x = 0; x < width; x++) {
                out[i * width + x] = (float) sums[x];
            }
        }
        return out;
    }

    /**
     * Resamples lines of bytes with weights in fixed point, each result rounded to a byte, as Pillow does.
     *
     * @param step from an element to its neighbour
     * @param stride from a line to the next
     * @param outStep the same in the output
     * @param outStride the same in the output
     */
    void bytes(byte[] in, int step, int stride, int lines, byte[] out, int outStep, int outStride) {
        for (int i = 0; i < first.length; i++) {
            int[] fixed = new int[weights[i].length];
            for (int j = 0; j < fixed.length; j++) {
                double scaled = weights[i][j] * (1 << PRECISION);
                fixed[j] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
            }
            for (int line = 0; line < lines; line++) {
                int at = line * stride + first[i] * step;
                int sum = 1 << PRECISION - 1;
                for (int j = 0; j < fixed.length; j++) {
                    sum += fixed[j] * (in[at + j * step] & 0xff);
                }
                out[line * outStride + i * outStep] = (byte) Math.max(0, Math.min(255, sum >> PRECISION));
            }
        }
    }
}
