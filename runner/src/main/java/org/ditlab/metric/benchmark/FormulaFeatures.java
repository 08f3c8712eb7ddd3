package org.ditlab.metric.benchmark;

import java.util.Arrays;

/**
 * Features by a formula in integers: non-negative, with a spectrum that falls off, the same bits wherever they are made.
 * With U the splitmix64 stream of a seed, 32 numbers per image are mixed by a fixed matrix and noise is added:
 * {@code x_ij = max(0, (sum_t a_it w_tj >> 4) + 4 e_ij + 2048 + shift) / 4096}.
 *
 * @param seed of the images
 * @param weightSeed of the matrix
 * @param dimensions d
 * @param shift added before the cut at zero, in units of 1/4096
 */
public record FormulaFeatures(long seed, long weightSeed, int dimensions, int shift) {
    private static final int HIDDEN = 32;

    /** The features of images from {@code from} on, (n, d) row-major. */
    public float[] rows(int from, int n) {
        int[][] weights = new int[HIDDEN][dimensions];
        for (int t = 0; t < HIDDEN; t++) {
            for (int j = 0; j < dimensions; j++) {
                weights[t][j] = ((int) (draw(weightSeed, (long) t * dimensions + j) >>> 60) - 8) * (HIDDEN - t);
            }
        }
        float[] rows = new float[Math.multiplyExact(n, dimensions)];
        int[] sum = new int[dimensions];
        for (int i = 0; i < n; i++) {
            Arrays.fill(sum, 0);
            for (int t = 0; t < HIDDEN; t++) {
                int a = (int) (draw(seed, (long) (from + i) * HIDDEN + t) >>> 56) - 128;
                int[] row = weights[t];
                for (int j = 0; j < dimensions; j++) {
                    sum[j] += a * row[j];
                }
            }
            for (int j = 0; j < dimensions; j++) {
                int noise = (int) (draw(seed + 1, (long) (from + i) * dimensions + j) >>> 54) - 512;
                rows[i * dimensions + j] = Math.max(0, (sum[j] >> 4) + 4 * noise + 2048 + shift) / 4096f;
            }
        }
        return rows;
    }

    private static long draw(long seed, long k) {
        long z = seed + (k + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
