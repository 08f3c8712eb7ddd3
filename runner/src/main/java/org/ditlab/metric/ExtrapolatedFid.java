package org.ditlab.metric;

import java.util.ArrayList;
import java.util.List;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;

/**
 * The distance at an infinite number of samples: that of random parts of the samples is nearly a straight line over the
 * inverse of their size, whose value at 0 is free of most of the bias. Sources: Chong & Forsyth 2020, arXiv:1911.07023;
 * sizes as in dgm-eval (Stein et al. 2023, arXiv:2306.04675).
 *
 * @param intercept the extrapolated distance; a least-squares value, which may fall below 0
 * @param slope per inverse image
 * @param sizes of the parts
 * @param distances of the parts, in the order of the sizes
 */
public record ExtrapolatedFid(double intercept, double slope, List<Integer> sizes, List<Double> distances) {
    /** Parts as in the field. */
    public static final int PARTS = 15;

    /** Samples that can be taken in parts of different sizes. */
    public static final int FEWEST = 20;

    private static final int LARGEST_START = 5000;
    private static final int ROWS = 1024;

    /** Of seeded random parts, each an independent draw without replacement. */
    public static ExtrapolatedFid of(Moments reference, Rows samples, long seed) {
        RandomStream stream = new Streams(seed).stream("extrapolated fid");
        int[] sizes = sizes(samples.count(), PARTS);
        List<Double> distances = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            distances.add(distance(reference, samples, stream.permutation(samples.count(), i), sizes[i]));
        }
        return line(sizes, distances);
    }

    /** Of given parts: the i-th is the first {@code sizes[i]} of {@code orders[i]}. */
    public static ExtrapolatedFid of(Moments reference, Rows samples, int[] sizes, int[][] orders) {
        List<Double> distances = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            distances.add(distance(reference, samples, orders[i], sizes[i]));
        }
        return line(sizes, distances);
    }

    /** From {@code min(5000, max(n / 10, 2))} to n in equal steps, rounded down. */
    static int[] sizes(int n, int parts) {
        double start = Math.min(LARGEST_START, Math.max(n / 10, 2));
        if (n <= start) {
            throw new IllegalArgumentException(n + " samples cannot be taken in parts");
        }
        int[] sizes = new int[parts];
        for (int i = 0; i < parts; i++) {
            sizes[i] = i == parts - 1 ? n : (int) (start + i * ((n - start) / (parts - 1)));
        }
        return sizes;
    }

    private static double distance(Moments reference, Rows samples, int[] order, int size) {
        return Fid.distance(reference, moments(reference.backend(), samples, order, size));
    }

    /** Statistics of the vectors of the first indices, taken in blocks. */
    static Moments moments(Backend backend, Rows rows, int[] indices, int size) {
        Moments moments = new Moments(backend, rows.dimensions());
        for (int from = 0; from < size; from += ROWS) {
            int n = Math.min(ROWS, size - from);
            moments.add(gather(rows, indices, from, n), n);
        }
        return moments;
    }

    /** The vectors of some indices, (n, d). */
    private static float[] gather(Rows rows, int[] indices, int from, int n) {
        int d = rows.dimensions();
        float[] out = new float[n * d];
        float[] one = new float[d];
        for (int i = 0; i < n; i++) {
            rows.read(indices[from + i], 1, one);
            System.arraycopy(one, 0, out, i * d, d);
        }
        return out;
    }

    private static ExtrapolatedFid line(int[] sizes, List<Double> distances) {
        double meanX = 0;
        double meanY = 0;
        for (int i = 0; i < sizes.length; i++) {
            meanX += 1.0 / sizes[i] / sizes.length;
            meanY += distances.get(i) / sizes.length;
        }
        double products = 0;
        double squares = 0;
        List<Integer> list = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            double x = 1.0 / sizes[i] - meanX;
            products += x * (distances.get(i) - meanY);
            squares += x * x;
            list.add(sizes[i]);
        }
        if (squares == 0) {
            throw new IllegalArgumentException("parts of one size make no line");
        }
        double slope = products / squares;
        return new ExtrapolatedFid(meanY - slope * meanX, slope, List.copyOf(list), List.copyOf(distances));
    }
}
