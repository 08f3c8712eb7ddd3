package org.ditlab.chart;

import java.util.List;

/**
 * One row of a bar chart.
 *
 * @param id unique in its chart, letters, digits and hyphens
 * @param label to its left
 * @param parts pieces that do not overlap; none for a row that only has a mark
 * @param mark a value that is marked by a dot; NaN for none
 * @param low lower end of the interval; NaN for none
 * @param high upper end of the interval
 * @param seeds the single values behind it, as ticks
 * @param note to its right
 * @param end where the next row goes on from, in a chart whose rows are joined
 * @param description lines for a tooltip
 * @param subject the variant and its trials
 */
public record Bar(
        String id,
        String label,
        List<BarPart> parts,
        double mark,
        double low,
        double high,
        List<Double> seeds,
        String note,
        double end,
        List<String> description,
        Subject subject) {
    public Bar {
        parts = List.copyOf(parts);
        seeds = List.copyOf(seeds);
        description = List.copyOf(description);
    }

    /** The smallest value that it shows. */
    double least() {
        double least = Double.POSITIVE_INFINITY;
        for (double value : values()) {
            least = Double.isNaN(value) ? least : Math.min(least, value);
        }
        return least;
    }

    /** The largest value that it shows. */
    double most() {
        double most = Double.NEGATIVE_INFINITY;
        for (double value : values()) {
            most = Double.isNaN(value) ? most : Math.max(most, value);
        }
        return most;
    }

    private double[] values() {
        double[] values = new double[3 + 2 * parts.size() + seeds.size()];
        values[0] = mark;
        values[1] = low;
        values[2] = high;
        int next = 3;
        for (BarPart part : parts) {
            values[next++] = part.from();
            values[next++] = part.to();
        }
        for (double seed : seeds) {
            values[next++] = seed;
        }
        return values;
    }
}
