package org.ditlab.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import org.knowm.xchart.AnnotationText;

/**
 * What XChart does not draw by itself: bars that may leave the axis, single seeds, fixed lines, the Pareto front, and labels that
 * do not collide. An annotation, because only annotations are told where values lie on the screen.
 */
final class ScatterOverlay extends AnnotationText {
    private static final double RADIUS = 5;

    private final ScatterChart scatter;

    ScatterOverlay(ScatterChart scatter) {
        super("", 0, 0, false);
        this.scatter = scatter;
    }

    @Override
    public void paint(Graphics2D graphics) {
        Rectangle2D bounds = new Rectangle2D.Double(
                x(scatter.x().min()),
                y(scatter.y().max()),
                x(scatter.x().max()) - x(scatter.x().min()),
                y(scatter.y().min()) - y(scatter.y().max()));
        LabelPlacement placement = new LabelPlacement(bounds);
        front(graphics, placement);
        for (Guide guide : scatter.guides()) {
            guide(graphics, guide, bounds, placement);
        }
        for (ScatterPoint point : scatter.points()) {
            point(graphics, point, placement);
        }
        labels(graphics, placement);
    }

    private void front(Graphics2D graphics, LabelPlacement placement) {
        graphics.setColor(new Color(0x5a, 0x5a, 0x5a, 115));
        graphics.setStroke(new BasicStroke(1));
        double lastX = Double.NaN;
        double lastY = Double.NaN;
        for (ScatterPoint point : scatter.frontPoints()) {
            double x = x(point.x());
            double y = y(point.y());
            if (!Double.isNaN(lastX)) {
                graphics.draw(new Line2D.Double(lastX, lastY, x, lastY));
                graphics.draw(new Line2D.Double(x, lastY, x, y));
                placement.avoid(new Rectangle2D.Double(lastX, lastY - 0.5, x - lastX, 1));
                placement.avoid(new Rectangle2D.Double(x - 0.5, lastY, 1, y - lastY));
            }
            lastX = x;
            lastY = y;
        }
    }

    private void guide(Graphics2D graphics, Guide guide, Rectangle2D bounds, LabelPlacement placement) {
        boolean within = scatter.y().holds(guide.y());
        boolean below = guide.y() < scatter.y().min();
        double y = y(scatter.y().clamp(guide.y()));
        graphics.setColor(Color.decode(Svg.FAINT));
        if (within) {
            graphics.setStroke(
                    new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {6, 4}, 0));
            graphics.draw(new Line2D.Double(bounds.getMinX(), y, bounds.getMaxX(), y));
        }
        graphics.setFont(PngWriter.font(Font.PLAIN, 11));
        FontMetrics metrics = graphics.getFontMetrics();
        String label = within ? guide.label() : guide.label() + (below ? " \u2193" : " \u2191");
        double width = metrics.getStringBounds(label, graphics).getWidth();
        double baseline = within || below ? y - 5 : y + 13;
        graphics.drawString(label, (float) (bounds.getMaxX() - 6 - width), (float) baseline);
        placement.avoid(new Rectangle2D.Double(bounds.getMaxX() - 6 - width, baseline - 11, width, 14));
    }

    private void point(Graphics2D graphics, ScatterPoint point, LabelPlacement placement) {
        double x = x(point.x());
        double y = y(point.y());
        placement.avoid(new Rectangle2D.Double(x - RADIUS - 1, y - RADIUS - 1, 2 * RADIUS + 2, 2 * RADIUS + 2));
        graphics.setColor(Color.decode(point.style().colour()));
        graphics.setStroke(new BasicStroke(1.4f));
        for (double seed : point.seeds()) {
            if (scatter.y().holds(seed) && point.seeds().size() > 1) {
                graphics.draw(new Line2D.Double(x - 9, y(seed), x - 4, y(seed)));
            }
        }
        if (Double.isNaN(point.half())) {
            return;
        }
        double top = y(scatter.y().clamp(point.y() + point.half()));
        double bottom = y(scatter.y().clamp(point.y() - point.half()));
        graphics.draw(new Line2D.Double(x, top, x, bottom));
        if (scatter.y().holds(point.y() + point.half())) {
            graphics.draw(new Line2D.Double(x - 4, top, x + 4, top));
        }
        if (scatter.y().holds(point.y() - point.half())) {
            graphics.draw(new Line2D.Double(x - 4, bottom, x + 4, bottom));
        }
        placement.avoid(new Rectangle2D.Double(x - 1, top, 2, bottom - top));
    }

    private void labels(Graphics2D graphics, LabelPlacement placement) {
        graphics.setFont(PngWriter.font(Font.PLAIN, 12));
        FontMetrics metrics = graphics.getFontMetrics();
        for (ScatterPoint point : scatter.points()) {
            if (!point.label().isEmpty()) {
                double width = metrics.getStringBounds(point.label(), graphics).getWidth();
                double x = x(point.x());
                double y = y(point.y());
                Rectangle2D place = placement.place(x, y, RADIUS, width, 14);
                if (LabelPlacement.far(place, x, y)) {
                    graphics.setColor(Color.decode(Svg.FAINT));
                    graphics.setStroke(new BasicStroke(0.6f));
                    double nearX = Math.max(place.getMinX(), Math.min(place.getMaxX(), x));
                    double nearY = Math.max(place.getMinY(), Math.min(place.getMaxY(), y));
                    graphics.draw(new Line2D.Double(x, y, nearX, nearY));
                }
                graphics.setColor(Color.decode(Svg.INK));
                graphics.drawString(point.label(), (float) place.getMinX(), (float) place.getMaxY() - 3);
            }
        }
    }

    private double x(double value) {
        return getXAxisScreenValue(value);
    }

    private double y(double value) {
        return getYAxisScreenValue(value);
    }
}
