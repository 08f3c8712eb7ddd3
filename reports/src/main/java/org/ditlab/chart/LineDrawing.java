package org.ditlab.chart;

import java.util.ArrayList;
import java.util.List;

/** Draws what stands within the axes of a {@link LineChart}, bands first and curves over them, and its legend. */
final class LineDrawing {
    static final double LEGEND = 196;
    private static final double ROW = 18;
    private static final double RADIUS = 3.5;

    private final LineChart chart;
    private final Plot plot;
    private final Pen pen;

    private LineDrawing(LineChart chart, Plot plot, Pen pen) {
        this.chart = chart;
        this.plot = plot;
        this.pen = pen;
    }

    static void draw(LineChart chart, Plot plot, Pen pen) {
        LineDrawing drawing = new LineDrawing(chart, plot, pen);
        chart.series().forEach(drawing::series);
    }

    static void legend(LineChart chart, Plot plot, Pen pen) {
        new LineDrawing(chart, plot, pen).legend();
    }

    private void series(LineSeries series) {
        Style style = series.style();
        String id = chart.id() + "-" + series.id();
        pen.open(new Group("series", id, List.of(series.description()), series.subject()));
        if (series.banded()) {
            List<double[]> edge = points(series.x(), series.high());
            List<double[]> back = points(series.x(), series.low());
            for (int i = back.size() - 1; i >= 0; i--) {
                edge.add(back.get(i));
            }
            pen.area(edge, style.colour(), 0.18);
        }
        List<double[]> points = points(series.x(), series.y());
        pen.path(points, Line.of(style));
        if (series.broken() && !points.isEmpty()) {
            cross(points.get(points.size() - 1), style.colour());
        }
        pen.close();
        if (series.marked()) {
            for (int i = 0; i < points.size(); i++) {
                double[] at = points.get(i);
                pen.open(new Group("point", id + "-" + (i + 1), description(series, i), series.subject()));
                pen.marker(style.marker(), at[0], at[1], RADIUS, style.colour(), style.hollow());
                pen.close();
            }
        }
    }

    private List<String> description(LineSeries series, int i) {
        String value = Axis.text(series.y()[i]);
        if (series.high()[i] > series.low()[i]) {
            value += " (" + Axis.text(series.low()[i]) + " to " + Axis.text(series.high()[i]) + ")";
        }
        return List.of(
                series.description(),
                chart.x().title() + " " + Axis.text(series.x()[i]),
                chart.y().title() + " " + value);
    }

    private void legend() {
        pen.open(Group.plain("legend"));
        double x = plot.right() + 14;
        double y = plot.top() + 8;
        int named = Math.min(chart.series().size(), LineChart.NAMED);
        for (LineSeries series : chart.series().subList(0, named)) {
            Style style = series.style();
            pen.open(new Group("entry", chart.id() + "-" + series.id() + "-entry", List.of(), Subject.NONE));
            pen.line(x, y, x + 26, y, new Line("", style.colour(), 2, style.dashes(), 1));
            if (series.marked()) {
                pen.marker(style.marker(), x + 13, y, RADIUS, style.colour(), style.hollow());
            }
            if (series.broken()) {
                cross(new double[] {x + 26, y}, style.colour());
            }
            pen.text(
                    x + 33,
                    y + 4,
                    Svg.shortened(series.label(), LEGEND - 40, 11),
                    Lettering.ink(11, Lettering.Anchor.START));
            pen.close();
            y += ROW;
        }
        if (chart.unnamed() > 0) {
            pen.text(x, y + 4, "and " + chart.unnamed() + " more", Lettering.faint(11, Lettering.Anchor.START));
        }
        pen.close();
    }

    private void cross(double[] at, String colour) {
        Line line = Line.of(colour, 1.8);
        pen.line(at[0] - 4, at[1] - 4, at[0] + 4, at[1] + 4, line);
        pen.line(at[0] - 4, at[1] + 4, at[0] + 4, at[1] - 4, line);
    }

    private List<double[]> points(double[] x, double[] y) {
        List<double[]> points = new ArrayList<>();
        for (int i = 0; i < x.length; i++) {
            points.add(new double[] {plot.x(x[i]), plot.y(plot.y().clamp(y[i]))});
        }
        return points;
    }
}
