package org.ditlab.statistics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Holm's correction: what p-values become when the chance of even one false alarm among them shall stay below the level.
 *
 * <p>The k-th smallest of m, from 1, is multiplied by m - k + 1, and none may fall below an earlier one or above 1. Source: Holm, A
 * simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6, 1979.
 */
public final class Holm {
    private Holm() {}

    /** The corrected p-values, in the order given; a NaN stays one and does not count as a comparison. */
    public static double[] adjust(double... p) {
        int[] order = IntStream.range(0, p.length)
                .filter(i -> !Double.isNaN(p[i]))
                .boxed()
                .sorted(Comparator.comparingDouble(i -> p[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] adjusted = new double[p.length];
        Arrays.fill(adjusted, Double.NaN);
        double largest = 0;
        for (int k = 0; k < order.length; k++) {
            largest = Math.max(largest, Math.min(1, (order.length - k) * p[order[k]]));
            adjusted[order[k]] = largest;
        }
        return adjusted;
    }
}
