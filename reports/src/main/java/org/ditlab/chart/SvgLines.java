package org.ditlab.chart;

import java.util.ArrayList;
import java.util.List;

/** A {@link LineChart} as SVG: bands first, curves over them, a legend to the right. */
public final class SvgLines {
    private static final double LEGEND = 170;
    private static final double ROW = 18;

    private SvgLines() {}

    public static String write(LineChart chart) {
        List<String> subtitle = SvgFrame.lines(chart.subtitle());
        SvgFrame frame = SvgFrame.of(chart.x(), chart.y(), subtitle.size(), LEGEND);
        Svg svg = new Svg(chart.id(), SvgFrame.WIDTH, SvgFrame.HEIGHT, chart.title(), chart.subtitle());
        frame.draw(svg, chart.title(), subtitle);
        for (LineSeries series : chart.series()) {
            svg.open("id=\"" + chart.id() + "-" + series.id() + "\" class=\"series\"");
            svg.title(series.description());
            if (series.banded()) {
                List<double[]> edge = points(frame, series.x(), series.high());
                List<double[]> back = points(frame, series.x(), series.low());
                for (int i = back.size() - 1; i >= 0; i--) {
                    edge.add(back.get(i));
                }
                svg.path(
                        Svg.polyline(edge) + "Z",
                        "fill=\"" + series.style().colour() + "\" fill-opacity=\"0.18\" stroke=\"none\"");
            }
            List<double[]> points = points(frame, series.x(), series.y());
            svg.path(
                    Svg.polyline(points),
                    "fill=\"none\" stroke=\"" + series.style().colour() + "\" stroke-width=\"1.6\""
                            + Svg.dashes(series.style()));
            if (series.broken() && !points.isEmpty()) {
                cross(svg, points.get(points.size() - 1), series.style().colour());
            }
            svg.close();
        }
        legend(svg, frame, chart);
        return svg.finish();
    }

    private static void legend(Svg svg, SvgFrame frame, LineChart chart) {
        svg.open("class=\"legend\"");
        double x = frame.right() + 14;
        double y = frame.top() + 8;
        int named = Math.min(chart.series().size(), LineChart.NAMED);
        for (LineSeries series : chart.series().subList(0, named)) {
            svg.line(
                    x,
                    y,
                    x + 26,
                    y,
                    "stroke=\"" + series.style().colour() + "\" stroke-width=\"2\"" + Svg.dashes(series.style()));
            if (series.broken()) {
                cross(svg, new double[] {x + 26, y}, series.style().colour());
            }
            svg.text(x + 33, y + 4, Svg.shortened(series.label(), LEGEND - 40, 11), Svg.ink() + " font-size=\"11\"");
            y += ROW;
        }
        if (chart.unnamed() > 0) {
            svg.text(x, y + 4, "and " + chart.unnamed() + " more", Svg.faint() + " font-size=\"11\"");
        }
        svg.close();
    }

    private static void cross(Svg svg, double[] at, String colour) {
        String stroke = "stroke=\"" + colour + "\" stroke-width=\"1.8\"";
        svg.line(at[0] - 4, at[1] - 4, at[0] + 4, at[1] + 4, stroke);
        svg.line(at[0] - 4, at[1] + 4, at[0] + 4, at[1] - 4, stroke);
    }

    private static List<double[]> points(SvgFrame frame, double[] x, double[] y) {
        List<double[]> points = new ArrayList<>();
        for (int i = 0; i < x.length; i++) {
            points.add(new double[] {frame.x(x[i]), frame.y(frame.y().clamp(y[i]))});
        }
        return points;
    }
}
