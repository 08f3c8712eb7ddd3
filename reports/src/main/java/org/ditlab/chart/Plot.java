package org.ditlab.chart;

import java.awt.geom.Rectangle2D;

/** Where values lie within the axes. */
record Plot(Axis x, Axis y, double left, double top, double right, double bottom) {
    double x(double value) {
        return left + x.fraction(value) * (right - left);
    }

    double y(double value) {
        return bottom - y.fraction(value) * (bottom - top);
    }

    Rectangle2D bounds() {
        return new Rectangle2D.Double(left, top, right - left, bottom - top);
    }
}
