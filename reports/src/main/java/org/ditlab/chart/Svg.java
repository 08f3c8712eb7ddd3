package org.ditlab.chart;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes SVG elements: real text, no external resources, no prolog, so that it stands alone as well as inside a page. Colours
 * are attributes; a page restyles them by the classes {@code ink}, {@code faint}, {@code grid} and {@code paper}.
 */
final class Svg implements Pen {
    static final String INK = "#222222";
    static final String FAINT = "#5a5a5a";
    static final String GRID = "#dddddd";
    static final String PAPER = "#ffffff";
    static final double FONT = 12;

    private final StringBuilder text = new StringBuilder();

    Svg(String id, double width, double height, String title, String description) {
        text.append("<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"")
                .append(id)
                .append("\" viewBox=\"0 0 ")
                .append(number(width))
                .append(' ')
                .append(number(height))
                .append("\" width=\"")
                .append(number(width))
                .append("\" height=\"")
                .append(number(height))
                .append("\" role=\"img\" aria-labelledby=\"")
                .append(id)
                .append("-title ")
                .append(id)
                .append("-description\" font-family=\"'DejaVu Sans', Verdana, sans-serif\" font-size=\"")
                .append(number(FONT))
                .append("\">\n");
        text.append("<title id=\"")
                .append(id)
                .append("-title\">")
                .append(escaped(title))
                .append("</title>\n");
        text.append("<desc id=\"").append(id).append("-description\">");
        text.append(escaped(description)).append("</desc>\n");
        text.append("<rect class=\"paper\" width=\"100%\" height=\"100%\" fill=\"")
                .append(PAPER)
                .append("\"/>\n");
    }

    String finish() {
        return text.append("</svg>\n").toString();
    }

    @Override
    public void open(Group group) {
        text.append("<g");
        attribute("id", group.id());
        attribute("class", group.role());
        if (group.role().equals("point")) {
            attribute("tabindex", "0");
        }
        attribute("data-variant", group.subject().variant());
        attribute("data-hash", String.join(" ", group.subject().trials()));
        text.append(">\n");
        if (!group.description().isEmpty()) {
            text.append("<title>")
                    .append(escaped(String.join("\n", group.description())))
                    .append("</title>\n");
        }
    }

    @Override
    public void close() {
        text.append("</g>\n");
    }

    @Override
    public double width(String content, double size) {
        return textWidth(content, size);
    }

    @Override
    public void line(double x1, double y1, double x2, double y2, Line line) {
        text.append("<line x1=\"").append(number(x1)).append("\" y1=\"").append(number(y1));
        text.append("\" x2=\"").append(number(x2)).append("\" y2=\"").append(number(y2));
        text.append('"');
        stroke(line);
        text.append("/>\n");
    }

    @Override
    public void path(List<double[]> points, Line line) {
        text.append("<path d=\"").append(polyline(points)).append('"');
        stroke(line);
        attribute("fill", "none");
        text.append("/>\n");
    }

    @Override
    public void area(List<double[]> corners, String colour, double opacity) {
        text.append("<path d=\"").append(polyline(corners)).append("Z\"");
        attribute("fill", colour);
        attribute("fill-opacity", opacity == 1 ? "" : number(opacity));
        attribute("stroke", "none");
        text.append("/>\n");
    }

    /** A page finds the mark by its class; a hollow one is filled with the page's paper. */
    @Override
    public void marker(Marker marker, double x, double y, double radius, String colour, boolean hollow) {
        if (marker == Marker.CIRCLE) {
            text.append("<circle cx=\"").append(number(x)).append("\" cy=\"").append(number(y));
            text.append("\" r=\"").append(number(radius)).append('"');
        } else {
            text.append("<path d=\"")
                    .append(polyline(marker.outline(x, y, radius)))
                    .append("Z\"");
        }
        attribute("class", hollow ? "paper hollow" : "mark");
        attribute("fill", hollow ? PAPER : colour);
        attribute("stroke", hollow ? colour : PAPER);
        attribute("stroke-width", hollow ? "1.6" : "1");
        text.append("/>\n");
    }

    @Override
    public void text(double x, double y, String content, Lettering lettering) {
        text.append("<text x=\"").append(number(x)).append("\" y=\"").append(number(y));
        text.append('"');
        attribute("class", lettering.role());
        attribute("fill", lettering.colour());
        attribute("font-size", lettering.size() == FONT ? "" : number(lettering.size()));
        attribute("font-weight", lettering.bold() ? "bold" : "");
        attribute(
                "text-anchor",
                lettering.anchor() == Lettering.Anchor.START
                        ? ""
                        : lettering.anchor().word());
        attribute("transform", lettering.rising() ? "rotate(-90 " + number(x) + " " + number(y) + ")" : "");
        text.append('>').append(escaped(content)).append("</text>\n");
    }

    private void stroke(Line line) {
        attribute("class", line.role());
        attribute("stroke", line.colour());
        attribute("stroke-width", line.width() == 1 ? "" : number(line.width()));
        attribute("stroke-dasharray", line.dashes().stream().map(String::valueOf).collect(Collectors.joining(" ")));
        attribute("stroke-opacity", line.opacity() == 1 ? "" : number(line.opacity()));
    }

    private void attribute(String name, String value) {
        if (!value.isEmpty()) {
            text.append(' ').append(name).append("=\"").append(escaped(value)).append('"');
        }
    }

    /** {@code M0 1L2 3}: a polyline. */
    static String polyline(List<double[]> points) {
        StringBuilder data = new StringBuilder();
        for (double[] point : points) {
            data.append(data.isEmpty() ? 'M' : 'L');
            data.append(number(point[0])).append(' ').append(number(point[1]));
        }
        return data.toString();
    }

    /** Pixels with at most two decimals. */
    static String number(double value) {
        BigDecimal rounded = new BigDecimal(value).setScale(2, RoundingMode.HALF_EVEN);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    /** About how wide a text is drawn in a sans-serif font; rather too wide than too narrow. */
    static double textWidth(String text, double size) {
        double em = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ("il.,:;|!'()[] jtfrI".indexOf(c) >= 0) {
                em += 0.38;
            } else {
                em += "mwMW%@".indexOf(c) >= 0 ? 0.98 : Character.isUpperCase(c) ? 0.72 : 0.63;
            }
        }
        return em * size;
    }

    /** As much of a text as fits a width. */
    static String shortened(String text, double width, double size) {
        String shown = text;
        while (textWidth(shown, size) > width && shown.length() > 2) {
            shown = shown.substring(0, shown.length() - 2) + "\u2026";
        }
        return shown;
    }

    /** Text for an element or a quoted attribute; characters that XML forbids become blanks. */
    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\n' -> escaped.append('\n');
                default -> {
                    boolean forbidden = c < 0x20 || c == 0xfffe || c == 0xffff || (c >= 0xd800 && c < 0xe000);
                    escaped.appendCodePoint(forbidden ? ' ' : c);
                }
            }
        });
        return escaped.toString();
    }
}
