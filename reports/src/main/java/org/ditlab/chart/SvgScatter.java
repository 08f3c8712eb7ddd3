package org.ditlab.chart;

import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/** A {@link ScatterChart} as SVG: one group per point, with its id, a tooltip and the keyboard's focus. */
public final class SvgScatter {
    private static final double RADIUS = 5;
    private static final double LABEL = 12;

    private final ScatterChart chart;
    private final List<String> subtitle;
    private final SvgFrame frame;
    private final Svg svg;
    private final LabelPlacement placement;

    private SvgScatter(ScatterChart chart) {
        this.chart = chart;
        this.subtitle = SvgFrame.lines(chart.subtitle());
        this.frame = SvgFrame.of(chart.x(), chart.y(), subtitle.size(), 0);
        this.svg = new Svg(chart.id(), SvgFrame.WIDTH, SvgFrame.HEIGHT, chart.title(), chart.subtitle());
        this.placement = new LabelPlacement(frame.bounds());
    }

    public static String write(ScatterChart chart) {
        SvgScatter scatter = new SvgScatter(chart);
        scatter.frame.draw(scatter.svg, chart.title(), scatter.subtitle);
        scatter.front();
        chart.guides().forEach(scatter::guide);
        scatter.obstacles();
        chart.points().forEach(scatter::point);
        scatter.labels();
        return scatter.svg.finish();
    }

    private void front() {
        List<double[]> corners = new ArrayList<>();
        double last = Double.NaN;
        for (ScatterPoint point : chart.frontPoints()) {
            double x = frame.x(point.x());
            double y = frame.y(point.y());
            if (!Double.isNaN(last)) {
                double before = corners.get(corners.size() - 1)[0];
                placement.avoid(new Rectangle2D.Double(before, last - 0.5, x - before, 1));
                placement.avoid(new Rectangle2D.Double(x - 0.5, last, 1, y - last));
                corners.add(new double[] {x, last});
            }
            last = y;
            corners.add(new double[] {x, y});
        }
        if (corners.size() > 1) {
            svg.path(
                    Svg.polyline(corners),
                    "class=\"front\" fill=\"none\" stroke=\"" + Svg.FAINT + "\" stroke-opacity=\"0.45\"");
        }
    }

    private void guide(Guide guide) {
        boolean within = chart.y().holds(guide.y());
        boolean below = guide.y() < chart.y().min();
        double y = frame.y(chart.y().clamp(guide.y()));
        svg.open("id=\"" + chart.id() + "-" + guide.id() + "\" class=\"guide\"");
        if (within) {
            svg.line(
                    frame.left(),
                    y,
                    frame.right(),
                    y,
                    "class=\"axis\" stroke=\"" + Svg.FAINT + "\" stroke-dasharray=\"6 4\"");
        }
        String label = within ? guide.label() : guide.label() + (below ? " \u2193" : " \u2191");
        double baseline = within || below ? y - 5 : y + 13;
        svg.text(frame.right() - 6, baseline, label, Svg.faint() + " text-anchor=\"end\" font-size=\"11\"");
        svg.close();
        double width = Svg.width(label, 11);
        placement.avoid(new Rectangle2D.Double(frame.right() - 6 - width, baseline - 11, width, 14));
    }

    private void obstacles() {
        for (ScatterPoint point : chart.points()) {
            double x = frame.x(point.x());
            double y = frame.y(point.y());
            placement.avoid(new Rectangle2D.Double(x - RADIUS - 1, y - RADIUS - 1, 2 * RADIUS + 2, 2 * RADIUS + 2));
            if (!Double.isNaN(point.half())) {
                double top = frame.y(chart.y().clamp(point.y() + point.half()));
                double bottom = frame.y(chart.y().clamp(point.y() - point.half()));
                placement.avoid(new Rectangle2D.Double(x - 1, top, 2, bottom - top));
            }
        }
    }

    private void point(ScatterPoint point) {
        double x = frame.x(point.x());
        double y = frame.y(point.y());
        String colour = point.style().colour();
        svg.open("id=\"" + chart.id() + "-" + point.id() + "\" class=\"point\" tabindex=\"0\"");
        svg.title(String.join("\n", point.description()));
        if (!Double.isNaN(point.half())) {
            String stroke = "stroke=\"" + colour + "\" stroke-width=\"1.4\"";
            double high = point.y() + point.half();
            double low = point.y() - point.half();
            double top = frame.y(chart.y().clamp(high));
            double bottom = frame.y(chart.y().clamp(low));
            svg.line(x, top, x, bottom, stroke);
            // Without a cap the bar goes on beyond the axis.
            if (chart.y().holds(high)) {
                svg.line(x - 4, top, x + 4, top, stroke);
            }
            if (chart.y().holds(low)) {
                svg.line(x - 4, bottom, x + 4, bottom, stroke);
            }
        }
        for (double seed : point.seeds()) {
            if (chart.y().holds(seed) && point.seeds().size() > 1) {
                svg.line(x - 9, frame.y(seed), x - 4, frame.y(seed), "stroke=\"" + colour + "\" stroke-width=\"1.4\"");
            }
        }
        svg.marker(
                point.style().marker(),
                x,
                y,
                RADIUS,
                "class=\"mark\" fill=\"" + colour + "\" stroke=\"" + Svg.PAPER + "\" stroke-width=\"1\"");
        svg.close();
    }

    private void labels() {
        svg.open("class=\"labels\"");
        for (ScatterPoint point : chart.points()) {
            if (!point.label().isEmpty()) {
                double x = frame.x(point.x());
                double y = frame.y(point.y());
                double width = Svg.width(point.label(), LABEL);
                Rectangle2D place = placement.place(x, y, RADIUS, width, LABEL + 2);
                if (LabelPlacement.far(place, x, y)) {
                    double nearX = Math.max(place.getMinX(), Math.min(place.getMaxX(), x));
                    double nearY = Math.max(place.getMinY(), Math.min(place.getMaxY(), y));
                    svg.line(x, y, nearX, nearY, "class=\"axis\" stroke=\"" + Svg.FAINT + "\" stroke-width=\"0.6\"");
                }
                svg.text(place.getCenterX(), place.getMaxY() - 3, point.label(), Svg.ink() + " text-anchor=\"middle\"");
            }
        }
        svg.close();
    }
}
