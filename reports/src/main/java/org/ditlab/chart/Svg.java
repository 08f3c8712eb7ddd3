package org.ditlab.chart;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes SVG elements: real text, no external resources, no prolog, so that it stands alone as well as inside a page. Colours
 * are attributes; a page restyles them by the classes {@code ink}, {@code faint}, {@code grid} and {@code paper}.
 */
final class Svg {
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

    /** Opens a group; attributes are given as they stand in the file. */
    void open(String attributes) {
        text.append("<g ").append(attributes).append(">\n");
    }

    void close() {
        text.append("</g>\n");
    }

    void title(String title) {
        text.append("<title>").append(escaped(title)).append("</title>\n");
    }

    void line(double x1, double y1, double x2, double y2, String attributes) {
        text.append("<line x1=\"").append(number(x1)).append("\" y1=\"").append(number(y1));
        text.append("\" x2=\"").append(number(x2)).append("\" y2=\"").append(number(y2));
        text.append("\" ").append(attributes).append("/>\n");
    }

    void path(String data, String attributes) {
        text.append("<path d=\"").append(data).append("\" ").append(attributes).append("/>\n");
    }

    void circle(double x, double y, double radius, String attributes) {
        text.append("<circle cx=\"").append(number(x)).append("\" cy=\"").append(number(y));
        text.append("\" r=\"")
                .append(number(radius))
                .append("\" ")
                .append(attributes)
                .append("/>\n");
    }

    /** Text by its baseline. */
    void text(double x, double y, String content, String attributes) {
        text.append("<text x=\"").append(number(x)).append("\" y=\"").append(number(y));
        text.append("\" ")
                .append(attributes)
                .append('>')
                .append(escaped(content))
                .append("</text>\n");
    }

    void marker(Marker marker, double x, double y, double radius, String attributes) {
        if (marker == Marker.CIRCLE) {
            circle(x, y, radius, attributes);
            return;
        }
        path(outline(marker, x, y, radius), attributes);
    }

    static String ink() {
        return "class=\"ink\" fill=\"" + INK + "\"";
    }

    static String faint() {
        return "class=\"faint\" fill=\"" + FAINT + "\"";
    }

    static String dashes(Style style) {
        return style.dashes().isEmpty()
                ? ""
                : " stroke-dasharray=\""
                        + style.dashes().stream().map(String::valueOf).collect(Collectors.joining(" ")) + "\"";
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
    static double width(String text, double size) {
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
        while (width(shown, size) > width && shown.length() > 2) {
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

    private static String outline(Marker marker, double x, double y, double radius) {
        double wide = radius * 1.2;
        List<double[]> corners = switch (marker) {
            case TRIANGLE_UP ->
                List.of(new double[] {x, y - wide}, new double[] {x + wide, y + radius}, new double[] {
                    x - wide, y + radius
                });
            case TRIANGLE_DOWN ->
                List.of(new double[] {x, y + wide}, new double[] {x + wide, y - radius}, new double[] {
                    x - wide, y - radius
                });
            case DIAMOND ->
                List.of(
                        new double[] {x, y - wide},
                        new double[] {x + wide, y},
                        new double[] {x, y + wide},
                        new double[] {x - wide, y});
            case SQUARE, CIRCLE ->
                List.of(
                        new double[] {x - radius, y - radius},
                        new double[] {x + radius, y - radius},
                        new double[] {x + radius, y + radius},
                        new double[] {x - radius, y + radius});
        };
        return polyline(corners) + "Z";
    }
}
