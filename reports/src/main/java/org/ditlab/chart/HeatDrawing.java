package org.ditlab.chart;

import java.util.List;
import java.util.stream.IntStream;
import org.ditlab.table.Figures;

/** Draws a {@link HeatMap}: cells, their values where there is room, names of rows and columns, and the scale of colours. */
final class HeatDrawing {
    private static final double LEGEND = 92;
    private static final double HIGHEST = 34;
    private static final double ALL = 380;
    private static final double MOST_NAMES = 200;
    private static final double NUMBERED = 30;

    /**
     * Colours from dark to light, even in lightness and told apart with any colour vision and in grey. Source: Nunez, Anderton and
     * Renslow, "Optimizing colormaps with consideration for color vision deficiency", PLoS ONE 13(7), 2018 (cividis), at six
     * places.
     */
    private static final int[][] COLOURS = {
        {0, 32, 77}, {49, 68, 107}, {102, 105, 112}, {149, 143, 120}, {203, 186, 105}, {255, 234, 70}
    };

    private final HeatMap chart;
    private final Plot plot;
    private final Pen pen;

    private HeatDrawing(HeatMap chart, Plot plot, Pen pen) {
        this.chart = chart;
        this.plot = plot;
        this.pen = pen;
    }

    static Frame frame(HeatMap chart) {
        double names = 50;
        for (String row : chart.rows()) {
            names = Math.max(names, Math.min(MOST_NAMES, Svg.textWidth(row, 11) + 8));
        }
        names += chart.rowTitle().isEmpty() ? 0 : 22;
        int rows = chart.rows().size();
        Axis x = new Axis(chart.columnTitle(), false, 0, chart.columns().size(), List.of());
        Axis y = new Axis(chart.rowTitle(), false, 0, rows, List.of());
        return Frame.ofRows(chart, x, y, names, Math.max(90, Math.min(ALL, rows * HIGHEST)), LEGEND);
    }

    static void draw(HeatMap chart, Plot plot, Pen pen) {
        HeatDrawing drawing = new HeatDrawing(chart, plot, pen);
        drawing.cells();
        drawing.names();
        drawing.scale();
    }

    private double width() {
        return (plot.right() - plot.left()) / chart.columns().size();
    }

    private double height() {
        return (plot.bottom() - plot.top()) / chart.rows().size();
    }

    private void cells() {
        for (int row = 0; row < chart.rows().size(); row++) {
            for (int column = 0; column < chart.columns().size(); column++) {
                double value = chart.values().get(row).get(column);
                if (!Double.isNaN(value)) {
                    cell(row, column, value);
                }
            }
        }
    }

    private void cell(int row, int column, double value) {
        double left = plot.left() + column * width();
        double top = plot.top() + row * height();
        String id = chart.id() + "-" + (row + 1) + "-" + (column + 1);
        List<String> description = List.of(
                chart.rowTitle() + " " + chart.rows().get(row),
                chart.columnTitle() + " " + chart.columns().get(column),
                chart.valueTitle() + " " + Axis.text(value));
        pen.open(new Group("point", id, description, chart.subject()));
        double share = Math.max(0, Math.min(1, (value - chart.low()) / (chart.high() - chart.low())));
        pen.area(rectangle(left, top, left + width(), top + height()), colour(share), 1);
        String text = chart.high() < 10 ? Figures.decimals(value, 2) : Figures.significant(value);
        if (height() >= 14 && pen.width(text, 10) + 4 <= width()) {
            String ink = share < 0.55 ? "#ffffff" : "#000000";
            pen.text(left + width() / 2, top + height() / 2 + 4, text, Lettering.on(ink, 10));
        }
        pen.close();
    }

    private void names() {
        int everyRow = (int) Math.ceil(13 / height());
        for (int row = 0; row < chart.rows().size(); row += everyRow) {
            pen.text(
                    plot.left() - 6,
                    plot.top() + (row + 0.5) * height() + 4,
                    Svg.shortened(chart.rows().get(row), MOST_NAMES, 11),
                    Lettering.ink(11, Lettering.Anchor.END));
        }
        double widest = chart.columns().stream()
                .mapToDouble(name -> Svg.textWidth(name, 11))
                .max()
                .orElse(NUMBERED);
        int everyColumn = (int) Math.ceil((widest + 6) / width());
        for (int column = 0; column < chart.columns().size(); column += everyColumn) {
            pen.text(
                    plot.left() + (column + 0.5) * width(),
                    plot.bottom() + 16,
                    chart.columns().get(column),
                    Lettering.ink(11, Lettering.Anchor.MIDDLE));
        }
    }

    private void scale() {
        pen.open(Group.plain("legend"));
        double left = plot.right() + 22;
        int steps = 32;
        double step = (plot.bottom() - plot.top()) / steps;
        IntStream.range(0, steps).forEach(i -> {
            double top = plot.bottom() - (i + 1) * step;
            pen.area(rectangle(left, top, left + 14, top + step + 0.3), colour((i + 0.5) / steps), 1);
        });
        Axis axis = Axis.between(chart.low(), chart.high());
        for (double tick : axis.ticks()) {
            double y = plot.bottom() - axis.fraction(tick) * (plot.bottom() - plot.top());
            pen.line(left + 14, y, left + 18, y, Line.AXIS);
            pen.text(left + 21, y + 4, Axis.text(tick), Lettering.ink(11, Lettering.Anchor.START));
        }
        pen.text(
                plot.right(),
                plot.bottom() + 42,
                Svg.shortened(chart.valueTitle(), LEGEND, 11),
                Lettering.faint(11, Lettering.Anchor.START));
        pen.close();
    }

    private static List<double[]> rectangle(double left, double top, double right, double bottom) {
        return List.of(new double[] {left, top}, new double[] {right, top}, new double[] {right, bottom}, new double[] {
            left, bottom
        });
    }

    /** {@code #rrggbb} of a share from 0 to 1. */
    static String colour(double share) {
        double place = share * (COLOURS.length - 1);
        int below = (int) Math.min(COLOURS.length - 2, Math.floor(place));
        StringBuilder colour = new StringBuilder("#");
        for (int c = 0; c < 3; c++) {
            double value = COLOURS[below][c] + (place - below) * (COLOURS[below + 1][c] - COLOURS[below][c]);
            colour.append(String.format("%02x", Math.round(value)));
        }
        return colour.toString();
    }
}
