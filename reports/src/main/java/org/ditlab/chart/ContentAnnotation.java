package org.ditlab.chart;

import java.awt.Graphics2D;
import org.knowm.xchart.AnnotationText;

/** What stands within the axes of an XChart: an annotation, because only annotations are told where values lie on the screen. */
final class ContentAnnotation extends AnnotationText {
    private final Chart content;
    private final Axis x;
    private final Axis y;

    ContentAnnotation(Chart content, Axis x, Axis y) {
        super("", 0, 0, false);
        this.content = content;
        this.x = x;
        this.y = y;
    }

    @Override
    public void paint(Graphics2D graphics) {
        Plot plot = new Plot(
                x,
                y,
                getXAxisScreenValue(x.min()),
                getYAxisScreenValue(y.max()),
                getXAxisScreenValue(x.max()),
                getYAxisScreenValue(y.min()));
        Drawing.contents(content, plot, new PaintedPen(graphics));
    }
}
