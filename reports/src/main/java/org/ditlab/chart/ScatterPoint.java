package org.ditlab.chart;

import java.util.List;

/**
 * One point of a scatter chart.
 *
 * @param id unique in its chart, letters, digits and hyphens
 * @param label beside the point; empty for none
 * @param x on the axis
 * @param y mean of the seeds
 * @param half half the width of the interval; NaN for none
 * @param seeds the single values behind the mean
 * @param description lines for a tooltip
 * @param subject the variant and its trials
 */
public record ScatterPoint(
        String id,
        String label,
        double x,
        double y,
        double half,
        List<Double> seeds,
        Style style,
        List<String> description,
        Subject subject) {

    /** The same point without bar and seeds, and where it is not to be named, without its label. */
    ScatterPoint sparse(boolean named) {
        return new ScatterPoint(id, named ? label : "", x, y, Double.NaN, List.of(), style, description, subject);
    }
}
