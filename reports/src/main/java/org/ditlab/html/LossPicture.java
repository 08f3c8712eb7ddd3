package org.ditlab.html;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.ditlab.chart.Axis;
import org.ditlab.chart.Style;
import org.ditlab.store.TrialResult;
import org.ditlab.table.HtmlTable;

/** Training losses in a small SVG, a line each: the seeds of one variant, or two variants over each other. */
public final class LossPicture {
    private static final int WIDTH = 460;
    private static final int HEIGHT = 200;
    private static final int LEFT = 52;
    private static final int TOP = 10;
    private static final int BOTTOM = 34;
    private static final int RIGHT = 120;
    /** Each line has so many points, means of the rows between. */
    private static final int POINTS = 120;

    private static final int NAMED = 8;

    private final Map<String, NavigableMap<Long, Double>> lines = new LinkedHashMap<>();
    private final Map<String, Style> styles = new LinkedHashMap<>();

    /** Adds a trial's losses; nothing where none are logged. */
    public LossPicture add(String label, TrialResult trial, Style style) throws IOException {
        NavigableMap<Long, Double> line = trial.curve("loss");
        if (!line.isEmpty()) {
            lines.put(label, thinned(line));
            styles.put(label, style);
        }
        return this;
    }

    /** The picture; empty where nothing was added. */
    public Optional<String> svg(String title) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        long last = 1;
        for (NavigableMap<Long, Double> line : lines.values()) {
            for (double loss : line.values()) {
                low = Math.min(low, loss);
                high = Math.max(high, loss);
            }
            last = Math.max(last, line.lastKey());
        }
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        Axis x = Axis.counting("step", last);
        Axis y = Axis.fitting("loss", low, high);
        StringBuilder svg = new StringBuilder();
        svg.append("<svg class=\"small\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
                .append(WIDTH)
                .append(' ')
                .append(HEIGHT)
                .append("\" width=\"")
                .append(WIDTH)
                .append("\" height=\"")
                .append(HEIGHT)
                .append("\" role=\"img\" aria-label=\"")
                .append(HtmlTable.escaped(title))
                .append("\" font-size=\"11\">\n");
        axes(svg, x, y);
        int row = 0;
        for (Map.Entry<String, NavigableMap<Long, Double>> line : lines.entrySet()) {
            line(svg, line.getKey(), line.getValue(), x, y, row++);
        }
        if (lines.size() > NAMED) {
            text(svg, WIDTH - RIGHT + 10, TOP + 8 + 16 * NAMED, "start", "and " + (lines.size() - NAMED) + " more");
        }
        return Optional.of(svg.append("</svg>\n").toString());
    }

    private void line(StringBuilder svg, String label, NavigableMap<Long, Double> line, Axis x, Axis y, int row) {
        Style style = styles.get(label);
        String stroke = "stroke=\"" + style.colour() + "\" stroke-width=\"1.5\"" + dashes(style);
        svg.append("<path fill=\"none\" ").append(stroke).append(" d=\"");
        char command = 'M';
        for (Map.Entry<Long, Double> point : line.entrySet()) {
            svg.append(command)
                    .append(number(left(x, point.getKey())))
                    .append(' ')
                    .append(number(top(y, point.getValue())));
            command = 'L';
        }
        svg.append("\"/>\n");
        if (row < NAMED) {
            int at = TOP + 6 + 16 * row;
            int from = WIDTH - RIGHT + 8;
            svg.append("<path ").append(stroke).append(" d=\"M" + from + " " + at + "h20\"/>\n");
            text(svg, from + 25, at + 4, "start", label.length() > 16 ? label.substring(0, 15) + "\u2026" : label);
        }
    }

    private static void axes(StringBuilder svg, Axis x, Axis y) {
        for (double tick : y.ticks()) {
            String at = number(top(y, tick));
            svg.append("<path class=\"grid\" stroke=\"#dddddd\" d=\"M" + LEFT + " " + at + "H" + (WIDTH - RIGHT)
                    + "\"/>\n");
            text(svg, LEFT - 6, top(y, tick) + 4, "end", Axis.text(tick));
        }
        List<Double> ticks = x.ticks();
        int stride = Math.max(1, (ticks.size() + 4) / 5);
        for (int i = 0; i < ticks.size(); i += stride) {
            text(svg, left(x, ticks.get(i)), HEIGHT - BOTTOM + 15, "middle", Axis.text(ticks.get(i)));
        }
        svg.append("<path class=\"axis\" fill=\"none\" stroke=\"#222222\" d=\"M" + LEFT + " " + TOP + "V"
                + (HEIGHT - BOTTOM) + "H" + (WIDTH - RIGHT) + "\"/>\n");
        text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 4, "middle", "training step");
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
        svg.append("<text class=\"ink\" fill=\"#222222\" x=\"")
                .append(number(x))
                .append("\" y=\"")
                .append(number(y))
                .append("\" text-anchor=\"")
                .append(anchor)
                .append("\">")
                .append(HtmlTable.escaped(text))
                .append("</text>\n");
    }

    private static double left(Axis x, double step) {
        return LEFT + x.fraction(step) * (WIDTH - RIGHT - LEFT);
    }

    private static double top(Axis y, double loss) {
        return HEIGHT - BOTTOM - y.fraction(y.clamp(loss)) * (HEIGHT - BOTTOM - TOP);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String dashes(Style style) {
        List<String> lengths = style.dashes().stream().map(String::valueOf).toList();
        return lengths.isEmpty() ? "" : " stroke-dasharray=\"" + String.join(" ", lengths) + "\"";
    }

    /** Means of equally many rows each, at the last step of each. */
    private static NavigableMap<Long, Double> thinned(NavigableMap<Long, Double> line) {
        List<Map.Entry<Long, Double>> rows = new ArrayList<>(line.entrySet());
        int points = Math.min(POINTS, rows.size());
        NavigableMap<Long, Double> thin = new TreeMap<>();
        for (int i = 0; i < points; i++) {
            int from = (int) ((long) i * rows.size() / points);
            int to = (int) ((i + 1L) * rows.size() / points);
            double sum = 0;
            for (int k = from; k < to; k++) {
                sum += rows.get(k).getValue();
            }
            thin.put(rows.get(to - 1).getKey(), sum / (to - from));
        }
        return thin;
    }
}
