package org.ditlab.chart;

import java.util.List;

/**
 * Points with error bars.
 *
 * @param id prefix of every id in the SVG
 * @param title what is shown
 * @param subtitle protocol and meaning of the bars, one line
 * @param front ids of the points of the Pareto front, by rising x
 */
public record ScatterChart(
        String id,
        String title,
        String subtitle,
        Axis x,
        Axis y,
        List<ScatterPoint> points,
        List<Guide> guides,
        List<String> front)
        implements Chart {

    /** The points of the front, by rising x. */
    public List<ScatterPoint> frontPoints() {
        return points.stream()
                .filter(point -> front.contains(point.id()))
                .sorted(java.util.Comparator.comparingDouble(ScatterPoint::x))
                .toList();
    }
}
