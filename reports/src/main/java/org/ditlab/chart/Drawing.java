package org.ditlab.chart;

/** Draws any chart, whole or what stands within its axes. */
final class Drawing {
    private Drawing() {}

    /** Where title, axes and plot of a chart stand. */
    static Frame frame(Chart chart) {
        if (chart instanceof ScatterChart scatter) {
            return Frame.of(scatter, scatter.x(), scatter.y(), 0);
        }
        if (chart instanceof LineChart lines) {
            return Frame.of(lines, lines.x(), lines.y(), LineDrawing.LEGEND);
        }
        return chart instanceof BarChart bars ? BarDrawing.frame(bars) : HeatDrawing.frame((HeatMap) chart);
    }

    /** The whole chart. */
    static void draw(Chart chart, Frame frame, Pen pen) {
        frame.draw(pen, chart);
        contents(chart, frame.plot(), pen);
        if (chart instanceof LineChart lines) {
            LineDrawing.legend(lines, frame.plot(), pen);
        }
    }

    /** What stands within the axes, and what names its rows and columns. */
    static void contents(Chart chart, Plot plot, Pen pen) {
        if (chart instanceof ScatterChart scatter) {
            ScatterDrawing.draw(scatter, plot, pen);
        } else if (chart instanceof LineChart lines) {
            LineDrawing.draw(lines, plot, pen);
        } else if (chart instanceof BarChart bars) {
            BarDrawing.draw(bars, plot, pen);
        } else {
            HeatDrawing.draw((HeatMap) chart, plot, pen);
        }
    }
}
