package org.ditlab.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import org.knowm.xchart.AnnotationText;

/** Curves, each as one path so that its dashes run through, over their bands. */
final class CurveOverlay extends AnnotationText {
    private static final int BAND_ALPHA = 46;

    private final LineChart lines;

    CurveOverlay(LineChart lines) {
        super("", 0, 0, false);
        this.lines = lines;
    }

    @Override
    public void paint(Graphics2D graphics) {
        for (LineSeries series : lines.series()) {
            Color colour = Color.decode(series.style().colour());
            if (series.banded()) {
                Path2D band = path(series.x(), series.high());
                for (int i = series.x().length - 1; i >= 0; i--) {
                    band.lineTo(x(series.x()[i]), y(series.low()[i]));
                }
                band.closePath();
                graphics.setColor(new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), BAND_ALPHA));
                graphics.fill(band);
            }
            graphics.setColor(colour);
            graphics.setStroke(PngWriter.stroke(series.style()));
            graphics.draw(path(series.x(), series.y()));
            if (series.broken()) {
                int last = series.x().length - 1;
                double x = x(series.x()[last]);
                double y = y(series.y()[last]);
                graphics.setStroke(new BasicStroke(1.8f));
                graphics.draw(new Line2D.Double(x - 4, y - 4, x + 4, y + 4));
                graphics.draw(new Line2D.Double(x - 4, y + 4, x + 4, y - 4));
            }
        }
    }

    private Path2D path(double[] x, double[] y) {
        Path2D path = new Path2D.Double();
        path.moveTo(x(x[0]), y(y[0]));
        for (int i = 1; i < x.length; i++) {
            path.lineTo(x(x[i]), y(y[i]));
        }
        return path;
    }

    private double x(double value) {
        return getXAxisScreenValue(value);
    }

    private double y(double value) {
        return getYAxisScreenValue(lines.y().clamp(value));
    }
}
