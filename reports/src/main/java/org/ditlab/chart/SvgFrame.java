package org.ditlab.chart;

import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/** Title, axes, grid and ticks of a chart in SVG, and where values lie in its plot. */
record SvgFrame(Axis x, Axis y, double left, double top, double right, double bottom) {
    static final double WIDTH = 760;
    static final double HEIGHT = 480;
    private static final double LEFT = 78;
    private static final double BOTTOM = 58;

    /** Leaves room for a legend to the right of the plot. */
    static SvgFrame of(Axis x, Axis y, int subtitleLines, double legend) {
        return new SvgFrame(x, y, LEFT, 42 + 16 * subtitleLines, WIDTH - 24 - legend, HEIGHT - BOTTOM);
    }

    double x(double value) {
        return left + x.fraction(value) * (right - left);
    }

    double y(double value) {
        return bottom - y.fraction(value) * (bottom - top);
    }

    Rectangle2D bounds() {
        return new Rectangle2D.Double(left, top, right - left, bottom - top);
    }

    void draw(Svg svg, String title, List<String> subtitle) {
        svg.text(LEFT, 24, title(title), Svg.ink() + " font-size=\"15\" font-weight=\"bold\"");
        for (int i = 0; i < subtitle.size(); i++) {
            svg.text(LEFT, 42 + 15 * i, subtitle.get(i), Svg.faint() + " font-size=\"11\"");
        }
        svg.open("class=\"axes\"");
        for (double tick : x.ticks()) {
            svg.line(x(tick), top, x(tick), bottom, "class=\"grid\" stroke=\"" + Svg.GRID + "\"");
            svg.text(x(tick), bottom + 17, Axis.text(tick), Svg.ink() + " text-anchor=\"middle\" font-size=\"11\"");
        }
        for (double tick : y.ticks()) {
            svg.line(left, y(tick), right, y(tick), "class=\"grid\" stroke=\"" + Svg.GRID + "\"");
            svg.text(left - 7, y(tick) + 4, Axis.text(tick), Svg.ink() + " text-anchor=\"end\" font-size=\"11\"");
        }
        svg.line(left, bottom, right, bottom, "class=\"axis\" stroke=\"" + Svg.INK + "\"");
        svg.line(left, top, left, bottom, "class=\"axis\" stroke=\"" + Svg.INK + "\"");
        double middle = (top + bottom) / 2;
        svg.text((left + right) / 2, HEIGHT - 16, x.title(), Svg.ink() + " text-anchor=\"middle\"");
        svg.text(
                20,
                middle,
                Svg.shortened(y.title(), 2 * Math.min(middle, HEIGHT - middle) - 16, Svg.FONT),
                Svg.ink() + " text-anchor=\"middle\" transform=\"rotate(-90 20 " + Svg.number(middle) + ")\"");
        svg.close();
    }

    /** As much of a title as fits above the plot. */
    static String title(String title) {
        // Bold letters are about a tenth wider.
        return Svg.shortened(title, (WIDTH - LEFT - 24) / 1.1, 15);
    }

    /** Breaks a sentence into lines that fit the chart. */
    static List<String> lines(String sentence) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : sentence.split(" ")) {
            if (Svg.width(line + " " + word, 11) > WIDTH - LEFT - 24 && !line.isEmpty()) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
