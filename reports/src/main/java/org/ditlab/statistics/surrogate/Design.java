package org.ditlab.statistics.surrogate;

import java.util.List;

/**
 * What was tried and what came out.
 *
 * @param factors what is varied
 * @param rows one per variant: the level of every factor, by index
 * @param values of the metric, one per row; smaller is better
 */
public record Design(List<Factor> factors, List<int[]> rows, double[] values) {
    public Design {
        factors = List.copyOf(factors);
        rows = List.copyOf(rows);
        if (rows.size() != values.length) {
            throw new IllegalArgumentException(values.length + " values of " + rows.size() + " rows");
        }
    }

    int n() {
        return values.length;
    }
}
