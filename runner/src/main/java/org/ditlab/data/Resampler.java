package org.ditlab.data;

/**
 * Separable resampling of one axis by Keys' cubic (a = -0.5), widened when shrinking so that nothing aliases: what Pillow
 * calls bicubic, on floats. Source: Keys 1981.
 */
final class Resampler {
    private final int[] first;
    private final double[][] weights;

    /**
     * Prepares an axis.
     *
     * @param from extent of the input
     * @param to extent of the whole output, of which only {@code length} elements from {@code start} are made
     */
    Resampler(int from, int to, int start, int length) {
        double scale = (double) from / to;
        double widening = Math.max(scale, 1);
        double support = 2 * widening;
        first = new int[length];
        weights = new double[length][];
        for (int i = 0; i < length; i++) {
            double centre = (start + i + 0.5) * scale;
            int low = (int) Math.max(0, centre - support + 0.5);
            int high = (int) Math.min(from, centre + support + 0.5);
            double[] row = new double[high - low];
            double sum = 0;
            for (int j = 0; j < row.length; j++) {
                row[j] = cubic((low + j - centre + 0.5) / widening);
                sum += row[j];
            }
            for (int j = 0; j < row.length; j++) {
                row[j] /= sum;
            }
            first[i] = low;
            weights[i] = row;
        }
    }

    private static double cubic(double x) {
        double d = Math.abs(x);
        if (d < 1) {
            return (1.5 * d - 2.5) * d * d + 1;
        }
        return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
    }

    /** Resamples along rows: (lines, from) to (lines, length). */
    float[] alongRows(float[] in, int lines, int from) {
        int length = first.length;
        float[] out = new float[lines * length];
        for (int line = 0; line < lines; line++) {
            for (int i = 0; i < length; i++) {
                double sum = 0;
                int at = line * from + first[i];
                for (int j = 0; j < weights[i].length; j++) {
                    sum += weights[i][j] * in[at + j];
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
        for (int i = 0; i < length; i++) {
            for (int x = 0; x < width; x++) {
                double sum = 0;
                int at = first[i] * width + x;
                for (int j = 0; j < weights[i].length; j++) {
                    sum += weights[i][j] * in[at + j * width];
                }
                out[i * width + x] = (float) sum;
            }
        }
        return out;
    }
}
