package org.ditlab.chart;

import java.util.List;

/**
 * What a chart is drawn with, so that it is drawn by one piece of code whatever file it goes into. Lengths are pixels (points of
 * 1/72 inch in PDF) from the upper left corner, y downwards.
 */
interface Pen {
    /** How wide a text will be. */
    double width(String text, double size);

    void line(double x1, double y1, double x2, double y2, Line line);

    /** A polyline through some points. */
    void path(List<double[]> points, Line line);

    /** A polygon filled with a colour. */
    void area(List<double[]> corners, String colour, double opacity);

    /** The mark of a point; a hollow one shows the paper within. */
    void marker(Marker marker, double x, double y, double radius, String colour, boolean hollow);

    /** Text by its baseline. */
    void text(double x, double y, String text, Lettering lettering);

    /** Begins what belongs together; formats without groups draw nothing for it. */
    void open(Group group);

    /** Ends the group opened last. */
    void close();
}
