package org.ditlab.chart;

/** Draws any chart, whole or what stands within its axes. */
final class Drawing {
    private Drawing() {}

    /** Where title, axes and plot of a chart stand. */
    static Frame frame(Chart chart) {
        if (chart instanceof ScatterChart scatter) {
            return Frame.of(scatter, scatter.x(), scatter.y(), 0);
        }
        LineChart lines = (LineChart) chart;
        return Frame.of(lines, lines.x(), lines.y(), LineDrawing.LEGEND);
    }

    /** The whole chart. */
    static void draw(Chart chart, Frame frame, Pen pen) {
        frame.draw(pen, chart);
        contents(chart, frame.plot(), pen);
        if (chart instanceof LineChart lines) {
            LineDrawing.legend(lines, frame.plot(), pen);
        }
    }

    /** What stands within the axes. */
    static void contents(Chart chart, Plot plot, Pen pen) {
        if (chart instanceof ScatterChart scatter) {
            ScatterDrawing.draw(scatter, plot, pen);
        } else if (chart instanceof LineChart lines) {
            LineDrawing.draw(lines, plot, pen);
        }
    }
}
