package org.ditlab.chart;

import java.util.List;

/**
 * How a line is drawn.
 *
 * @param role its class in SVG, by which a page restyles it: {@code axis}, {@code grid}; empty where its colour tells a variant
 * @param colour {@code #0072B2}
 * @param dashes lengths of strokes and gaps; empty for a solid line
 * @param opacity 1 for none of the ground shining through
 */
record Line(String role, String colour, double width, List<Integer> dashes, double opacity) {
    static final Line GRID = new Line("grid", Svg.GRID, 1, List.of(), 1);
    static final Line AXIS = new Line("axis", Svg.INK, 1, List.of(), 1);
    /** From a point to its label. */
    static final Line LEADER = new Line("axis", Svg.FAINT, 0.6, List.of(), 1);
    /** A fixed line across the plot. */
    static final Line GUIDE = new Line("axis", Svg.FAINT, 1, List.of(6, 4), 1);
    /** The Pareto front. */
    static final Line FRONT = new Line("front", Svg.FAINT, 1, List.of(), 0.45);

    static Line of(String colour, double width) {
        return new Line("", colour, width, List.of(), 1);
    }

    static Line of(Style style) {
        return new Line("", style.colour(), 1.6, style.dashes(), 1);
    }
}
