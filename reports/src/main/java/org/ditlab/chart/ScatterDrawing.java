package org.ditlab.chart;

import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Draws what stands within the axes of a {@link ScatterChart}: front, fixed lines, points with bars and seeds, and labels. */
final class ScatterDrawing {
    private static final double RADIUS = 5;
    private static final double LABEL = 12;
    private static final double LONGEST = 230;
    private static final double SHORT = 110;
    private static final double FAR = 16;

    private final ScatterChart chart;
    private final Plot plot;
    private final Pen pen;
    private final LabelPlacement placement;

    private ScatterDrawing(ScatterChart chart, Plot plot, Pen pen) {
        this.chart = chart;
        this.plot = plot;
        this.pen = pen;
        this.placement = new LabelPlacement(plot.bounds());
    }

    static void draw(ScatterChart chart, Plot plot, Pen pen) {
        ScatterDrawing drawing = new ScatterDrawing(chart, plot, pen);
        drawing.front();
        drawing.obstacles();
        chart.guides().forEach(drawing::guide);
        // What the study measured lies over what papers print.
        for (boolean hollow : new boolean[] {true, false}) {
            chart.points().stream()
                    .filter(point -> point.style().hollow() == hollow)
                    .forEach(drawing::point);
        }
        drawing.labels();
    }

    private void front() {
        List<double[]> corners = new ArrayList<>();
        for (ScatterPoint point : chart.frontPoints()) {
            double x = plot.x(point.x());
            double y = plot.y(point.y());
            if (!corners.isEmpty()) {
                double[] before = corners.get(corners.size() - 1);
                placement.avoidIfPossible(new Rectangle2D.Double(before[0], before[1] - 0.5, x - before[0], 1));
                placement.avoidIfPossible(new Rectangle2D.Double(x - 0.5, before[1], 1, Math.max(0, y - before[1])));
                corners.add(new double[] {x, before[1]});
            }
            corners.add(new double[] {x, y});
        }
        if (corners.size() > 1) {
            pen.path(corners, Line.FRONT);
        }
    }

    private void obstacles() {
        for (ScatterPoint point : chart.points()) {
            double x = plot.x(point.x());
            double y = plot.y(point.y());
            placement.avoid(new Rectangle2D.Double(x - RADIUS - 1, y - RADIUS - 1, 2 * RADIUS + 2, 2 * RADIUS + 2));
            if (!Double.isNaN(point.half())) {
                double top = plot.y(chart.y().clamp(point.y() + point.half()));
                double bottom = plot.y(chart.y().clamp(point.y() - point.half()));
                // The bar, and the ticks of the seeds to its left.
                placement.avoidIfPossible(new Rectangle2D.Double(x - 10, top, 14, bottom - top));
            }
        }
    }

    private void guide(Guide guide) {
        boolean within = chart.y().holds(guide.y());
        boolean below = guide.y() < chart.y().min();
        double y = plot.y(chart.y().clamp(guide.y()));
        pen.open(new Group("guide", chart.id() + "-" + guide.id(), List.of(), Subject.NONE));
        if (within) {
            pen.line(plot.left(), y, plot.right(), y, Line.GUIDE);
            placement.avoidIfPossible(new Rectangle2D.Double(plot.left(), y - 0.5, plot.right() - plot.left(), 1));
        }
        String label = within ? guide.label() : guide.label() + (below ? " \u2193" : " \u2191");
        double width = pen.width(label, 11);
        double[] lefts = {plot.right() - 6 - width, plot.left() + 6, (plot.left() + plot.right() - width) / 2};
        Rectangle2D place = new Rectangle2D.Double(lefts[0], within || below ? y - 16 : y + 2, width, 14);
        boolean free = placement.free(place);
        for (double top : within ? new double[] {y - 16, y + 2} : new double[] {place.getY()}) {
            for (double left : lefts) {
                Rectangle2D other = new Rectangle2D.Double(left, top, width, 14);
                if (!free && placement.free(other)) {
                    place = other;
                    free = true;
                }
            }
        }
        pen.text(place.getX(), place.getMaxY() - 3, label, Lettering.faint(11, Lettering.Anchor.START));
        placement.avoid(place);
        pen.close();
    }

    private void point(ScatterPoint point) {
        double x = plot.x(point.x());
        double y = plot.y(point.y());
        Line line = Line.of(point.style().colour(), 1.4);
        pen.open(new Group("point", chart.id() + "-" + point.id(), point.description(), point.subject()));
        if (!Double.isNaN(point.half())) {
            double high = point.y() + point.half();
            double low = point.y() - point.half();
            double top = plot.y(chart.y().clamp(high));
            double bottom = plot.y(chart.y().clamp(low));
            pen.line(x, top, x, bottom, line);
            // Without a cap the bar goes on beyond the axis.
            if (chart.y().holds(high)) {
                pen.line(x - 4, top, x + 4, top, line);
            }
            if (chart.y().holds(low)) {
                pen.line(x - 4, bottom, x + 4, bottom, line);
            }
        }
        for (double seed : point.seeds()) {
            if (chart.y().holds(seed) && point.seeds().size() > 1) {
                pen.line(x - 9, plot.y(seed), x - 4, plot.y(seed), line);
            }
        }
        Style style = point.style();
        pen.marker(style.marker(), x, y, RADIUS, style.colour(), style.hollow());
        pen.close();
    }

    private void labels() {
        pen.open(Group.plain("labels"));
        int left = 0;
        for (ScatterPoint point : chart.points()) {
            left += point.label().isEmpty() || label(point) ? 0 : 1;
        }
        if (left > 0) {
            String note = left + (left == 1 ? " name has" : " names have") + " no room; the table has all.";
            pen.text(plot.right() - 6, plot.top() - 4, note, Lettering.faint(10, Lettering.Anchor.END));
        }
        pen.close();
    }

    /** Whether another point is about as near to a label, so that a line must tell whose it is. */
    private boolean nearer(ScatterPoint point, Rectangle2D label) {
        double own = distance(label, point);
        return chart.points().stream().anyMatch(other -> other != point && distance(label, other) < own + 8);
    }

    private double distance(Rectangle2D label, ScatterPoint point) {
        double x = plot.x(point.x());
        double y = plot.y(point.y());
        double nearX = Math.max(label.getMinX(), Math.min(label.getMaxX(), x));
        double nearY = Math.max(label.getMinY(), Math.min(label.getMaxY(), y));
        return Math.hypot(nearX - x, nearY - y);
    }

    /** Whether there was room for it. */
    private boolean label(ScatterPoint point) {
        double x = plot.x(point.x());
        double y = plot.y(point.y());
        String text = Svg.shortened(point.label(), LONGEST, LABEL);
        Optional<Rectangle2D> place = placement.place(x, y, RADIUS, pen.width(text, LABEL), LABEL + 2);
        if (place.isEmpty()) {
            text = Svg.shortened(point.label(), SHORT, LABEL);
            place = placement.place(x, y, RADIUS, pen.width(text, LABEL), LABEL + 2);
        }
        if (place.isEmpty()) {
            return false;
        }
        Optional<Line2D> leader = LabelPlacement.leader(place.get(), x, y, nearer(point, place.get()) ? 7 : FAR);
        leader.ifPresent(line -> pen.line(line.getX1(), line.getY1(), line.getX2(), line.getY2(), Line.LEADER));
        pen.text(
                place.get().getCenterX(),
                place.get().getMaxY() - 3,
                text,
                point.style().hollow()
                        ? Lettering.faint(LABEL, Lettering.Anchor.MIDDLE)
                        : Lettering.ink(LABEL, Lettering.Anchor.MIDDLE));
        return true;
    }
}
