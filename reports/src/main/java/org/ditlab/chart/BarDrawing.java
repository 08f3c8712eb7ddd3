package org.ditlab.chart;

import java.util.List;

/** Draws the rows of a {@link BarChart}: names, parts with their hatches, intervals, seeds, notes, and the legend of the fills. */
final class BarDrawing {
    private static final double ROW = 28;
    private static final double THICK = 8;
    private static final double LEGEND = 178;
    private static final double NOTES = 92;
    private static final double LEAST_NAMES = 60;
    private static final double MOST_NAMES = 230;
    private static final String HATCH = "#ffffff";

    private final BarChart chart;
    private final Plot plot;
    private final Pen pen;

    private BarDrawing(BarChart chart, Plot plot, Pen pen) {
        this.chart = chart;
        this.plot = plot;
        this.pen = pen;
    }

    static Frame frame(BarChart chart) {
        double names = LEAST_NAMES;
        for (Bar bar : chart.bars()) {
            names = Math.max(names, Math.min(MOST_NAMES, Svg.textWidth(bar.label(), Svg.FONT) + 8));
        }
        int rows = chart.bars().size();
        Axis y = new Axis("", false, 0, rows, List.of());
        boolean noted = chart.bars().stream().anyMatch(bar -> !bar.note().isEmpty());
        double right = (chart.fills().size() > 1 ? LEGEND : 0) + (noted ? NOTES : 0);
        return Frame.ofRows(chart, chart.value(), y, names, rows * ROW + 8, right);
    }

    static void draw(BarChart chart, Plot plot, Pen pen) {
        BarDrawing drawing = new BarDrawing(chart, plot, pen);
        for (int row = 0; row < chart.bars().size(); row++) {
            drawing.joint(row);
        }
        for (int row = 0; row < chart.bars().size(); row++) {
            drawing.row(chart.bars().get(row), drawing.middle(row));
        }
        drawing.legend();
    }

    private double middle(int row) {
        return plot.top()
                + (row + 0.5) * (plot.bottom() - plot.top()) / chart.bars().size();
    }

    private double x(double value) {
        return plot.x(chart.value().clamp(value));
    }

    private void joint(int row) {
        if (chart.joined() && row > 0) {
            double end = chart.bars().get(row - 1).end();
            if (!Double.isNaN(end)) {
                Line line = new Line("axis", Svg.FAINT, 1, List.of(2, 3), 1);
                pen.line(x(end), middle(row - 1), x(end), middle(row), line);
            }
        }
    }

    private void row(Bar bar, double y) {
        double room = plot.left() - 22;
        pen.text(
                plot.left() - 8,
                y + 4,
                Svg.shortened(bar.label(), room, Svg.FONT),
                Lettering.ink(Svg.FONT, Lettering.Anchor.END));
        pen.open(new Group("point", chart.id() + "-" + bar.id(), bar.description(), bar.subject()));
        for (BarPart part : bar.parts()) {
            part(part, y);
        }
        Line line = Line.AXIS;
        if (!Double.isNaN(bar.low())) {
            interval(bar, y, line);
        }
        if (!Double.isNaN(bar.mark())) {
            pen.marker(Marker.DIAMOND, x(bar.mark()), y, 5, Svg.FAINT, false);
        }
        for (double seed : bar.seeds()) {
            if (chart.value().holds(seed)) {
                pen.line(x(seed), y + THICK + 1, x(seed), y + THICK + 5, line);
            }
        }
        pen.close();
        if (!bar.note().isEmpty()) {
            pen.text(plot.right() + 10, y + 4, bar.note(), Lettering.ink(11, Lettering.Anchor.START));
        }
    }

    private void part(BarPart part, double y) {
        double from = Math.min(x(part.from()), x(part.to()));
        double to = Math.max(x(part.from()), x(part.to()));
        // A difference that would vanish is still seen.
        to = Math.max(to, from + 1);
        swatch(chart.fills().get(part.fill()), from, y - THICK, to, y + THICK);
    }

    private void swatch(Fill fill, double left, double top, double right, double bottom) {
        List<double[]> corners = List.of(
                new double[] {left, top}, new double[] {right, top}, new double[] {right, bottom}, new double[] {
                    left, bottom
                });
        pen.area(corners, fill.colour(), 1);
        for (double[] stroke : Hatching.lines(fill.hatch(), left, top, right, bottom)) {
            pen.line(stroke[0], stroke[1], stroke[2], stroke[3], Line.of(HATCH, 1.3));
        }
    }

    private void interval(Bar bar, double y, Line line) {
        pen.line(x(bar.low()), y, x(bar.high()), y, line);
        // Without a cap it goes on beyond the axis.
        for (double end : new double[] {bar.low(), bar.high()}) {
            if (chart.value().holds(end)) {
                pen.line(x(end), y - 4, x(end), y + 4, line);
            }
        }
    }

    private void legend() {
        if (chart.fills().size() < 2) {
            return;
        }
        pen.open(Group.plain("legend"));
        double x = Frame.WIDTH - LEGEND - 6;
        double y = plot.top() + 8;
        for (Fill fill : chart.fills()) {
            swatch(fill, x, y - 6, x + 18, y + 6);
            pen.text(
                    x + 25,
                    y + 4,
                    Svg.shortened(fill.label(), LEGEND - 28, 11),
                    Lettering.ink(11, Lettering.Anchor.START));
            y += 19;
        }
        pen.close();
    }
}
