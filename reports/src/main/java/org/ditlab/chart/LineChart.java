package org.ditlab.chart;

import java.util.List;

/**
 * Curves over one axis.
 *
 * @param id prefix of every id in the SVG
 * @param title what is shown
 * @param subtitle smoothing and meaning of the bands, one line
 * @param unnamed how many curves the legend leaves out
 */
public record LineChart(String id, String title, String subtitle, Axis x, Axis y, List<LineSeries> series, int unnamed)
        implements Chart {
    /** So many curves have a line in the legend. */
    public static final int NAMED = 20;
}
