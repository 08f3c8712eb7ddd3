package org.ditlab.chart;

import java.util.ArrayList;
import java.util.List;

/** Title, axes, grid and ticks of a chart around its plot. */
record Frame(Plot plot, double width, double height) {
    static final double WIDTH = 760;
    static final double HEIGHT = 480;
    private static final double LEFT = 78;
    private static final double BOTTOM = 58;
    private static final double RIGHT = 24;

    /**
     * A frame of the common size.
     *
     * @param legend room to the right of the plot
     */
    static Frame of(Chart chart, Axis x, Axis y, double legend) {
        return new Frame(new Plot(x, y, LEFT, top(chart), WIDTH - RIGHT - legend, HEIGHT - BOTTOM), WIDTH, HEIGHT);
    }

    /**
     * A frame around rows that are told by names to their left.
     *
     * @param names room for the names
     * @param rows the height of all rows
     */
    static Frame ofRows(Chart chart, Axis x, Axis y, double names, double rows, double legend) {
        double top = top(chart);
        return new Frame(
                new Plot(x, y, 20 + names, top, WIDTH - RIGHT - legend, top + rows), WIDTH, top + rows + BOTTOM);
    }

    private static double top(Chart chart) {
        return 42 + 16 * lines(chart.subtitle()).size();
    }

    void draw(Pen pen, Chart chart) {
        double from = 20;
        pen.text(
                from,
                24,
                title(chart.title()),
                Lettering.ink(15, Lettering.Anchor.START).inBold());
        List<String> subtitle = lines(chart.subtitle());
        for (int i = 0; i < subtitle.size(); i++) {
            pen.text(from, 42 + 15 * i, subtitle.get(i), Lettering.faint(11, Lettering.Anchor.START));
        }
        pen.open(Group.plain("axes"));
        for (double tick : plot.x().ticks()) {
            pen.line(plot.x(tick), plot.top(), plot.x(tick), plot.bottom(), Line.GRID);
            pen.text(plot.x(tick), plot.bottom() + 17, Axis.text(tick), Lettering.ink(11, Lettering.Anchor.MIDDLE));
        }
        for (double tick : plot.y().ticks()) {
            pen.line(plot.left(), plot.y(tick), plot.right(), plot.y(tick), Line.GRID);
            pen.text(plot.left() - 7, plot.y(tick) + 4, Axis.text(tick), Lettering.ink(11, Lettering.Anchor.END));
        }
        pen.line(plot.left(), plot.bottom(), plot.right(), plot.bottom(), Line.AXIS);
        pen.line(plot.left(), plot.top(), plot.left(), plot.bottom(), Line.AXIS);
        titles(pen);
        pen.close();
    }

    private void titles(Pen pen) {
        if (!plot.x().title().isEmpty()) {
            double middle = (plot.left() + plot.right()) / 2;
            double room = 2 * Math.min(middle, width - middle) - 16;
            pen.text(
                    middle,
                    plot.bottom() + 42,
                    Svg.shortened(plot.x().title(), room, Svg.FONT),
                    Lettering.ink(Svg.FONT, Lettering.Anchor.MIDDLE));
        }
        if (!plot.y().title().isEmpty()) {
            double middle = (plot.top() + plot.bottom()) / 2;
            double room = 2 * Math.min(middle, height - middle) - 16;
            pen.text(
                    24,
                    middle,
                    Svg.shortened(plot.y().title(), room, Svg.FONT),
                    Lettering.ink(Svg.FONT, Lettering.Anchor.MIDDLE).upwards());
        }
    }

    /** As much of a title as fits above the plot. */
    static String title(String title) {
        // Bold letters are about a tenth wider.
        return Svg.shortened(title, (WIDTH - 20 - RIGHT) / 1.1, 15);
    }

    /** Breaks a sentence into lines that fit the chart. */
    static List<String> lines(String sentence) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : sentence.split(" (?!%)")) {
            if (Svg.textWidth(line + " " + word, 11) > WIDTH - 20 - RIGHT && !line.isEmpty()) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
