package org.ditlab.chart;

/**
 * A chart as SVG: real text, an id per point, a tooltip and the keyboard's focus; {@code data-variant} and {@code data-hash} of a
 * mark name its variant ({@link Identifiers}) and its trials.
 */
public final class ChartSvg {
    private ChartSvg() {}

    public static String write(Chart chart) {
        Frame frame = Drawing.frame(chart);
        Svg svg = new Svg(chart.id(), frame.width(), frame.height(), chart.title(), chart.subtitle());
        Drawing.draw(chart, frame, svg);
        return svg.finish();
    }
}
