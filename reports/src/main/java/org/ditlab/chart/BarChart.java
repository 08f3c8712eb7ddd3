package org.ditlab.chart;

import java.util.List;

/**
 * Horizontal bars, one row each, so that names can be read.
 *
 * @param id prefix of every id in the SVG
 * @param title what is shown
 * @param subtitle protocol and meaning of the intervals, one line
 * @param value the axis along the bars
 * @param bars from top to bottom
 * @param fills what the parts are filled with; shown as a legend where a part's meaning is not its row
 * @param joined whether a line leads from the end of each row to the next
 */
public record BarChart(
        String id, String title, String subtitle, Axis value, List<Bar> bars, List<Fill> fills, boolean joined)
        implements Chart {
    /** So many rows are drawn. */
    public static final int ROWS = 40;

    public BarChart {
        bars = List.copyOf(bars);
        fills = List.copyOf(fills);
    }
}
