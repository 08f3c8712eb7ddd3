package org.ditlab.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A chart of two counted axes laid out by XChart: title, axes, grid and legend; the subtitle stands below. */
record XChartPicture(XYChart chart, List<String> subtitle) {
    static XChartPicture of(Chart chart) {
        return chart instanceof ScatterChart scatter ? scatter(scatter) : lines((LineChart) chart);
    }

    double width() {
        return Frame.WIDTH;
    }

    double height() {
        return Frame.HEIGHT + 15 * subtitle.size() + 8;
    }

    void paint(Graphics2D graphics) {
        chart.paint(graphics, (int) Frame.WIDTH, (int) Frame.HEIGHT);
        graphics.setColor(Color.decode(Svg.FAINT));
        graphics.setFont(Typeface.font(Font.PLAIN, 11));
        for (int i = 0; i < subtitle.size(); i++) {
            graphics.drawString(subtitle.get(i), 20, (int) Frame.HEIGHT + 12 + 15 * i);
        }
    }

    private static XChartPicture scatter(ScatterChart chart) {
        XYChart picture = frame(chart, chart.x(), chart.y());
        picture.getStyler().setLegendVisible(false);
        // XChart wants a series to draw axes for.
        ScatterPoint first = chart.points().get(0);
        invisible(picture, "axes", first.x(), first.y());
        return new XChartPicture(picture, Frame.lines(chart.subtitle()));
    }

    private static XChartPicture lines(LineChart chart) {
        XYChart picture = frame(chart, chart.x(), chart.y());
        picture.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
        picture.getStyler().setLegendBorderColor(Color.WHITE);
        picture.getStyler().setLegendSeriesLineLength(30);
        int row = 0;
        for (LineSeries series : chart.series()) {
            // XChart dashes every segment anew; it draws the legend, our own drawing the curve.
            XYSeries line = invisible(picture, series.id(), series.x()[0], series.y()[0]);
            line.setLabel(Svg.shortened(series.label(), 160, 11) + (series.broken() ? " \u00d7" : ""));
            line.setLineColor(Color.decode(series.style().colour()));
            line.setLineStyle(PaintedPen.stroke(Line.of(series.style())));
            if (series.marked()) {
                line.setMarker(marker(series.style().marker()));
                line.setMarkerColor(Color.decode(series.style().colour()));
            }
            line.setShowInLegend(row++ < LineChart.NAMED);
        }
        String more = chart.unnamed() > 0 ? " The legend leaves out " + chart.unnamed() + " more." : "";
        return new XChartPicture(picture, Frame.lines(chart.subtitle() + more));
    }

    private static org.knowm.xchart.style.markers.Marker marker(Marker marker) {
        return switch (marker) {
            case CIRCLE -> SeriesMarkers.CIRCLE;
            case SQUARE -> SeriesMarkers.SQUARE;
            case TRIANGLE_UP -> SeriesMarkers.TRIANGLE_UP;
            case DIAMOND -> SeriesMarkers.DIAMOND;
            case TRIANGLE_DOWN -> SeriesMarkers.TRIANGLE_DOWN;
        };
    }

    private static XYSeries invisible(XYChart picture, String name, double x, double y) {
        XYSeries series = picture.addSeries(name, new double[] {x, x}, new double[] {y, y});
        series.setMarker(SeriesMarkers.NONE);
        return series;
    }

    private static XYChart frame(Chart chart, Axis x, Axis y) {
        XYChart picture = new XYChartBuilder()
                .width((int) Frame.WIDTH)
                .height((int) Frame.HEIGHT)
                .title(Frame.title(chart.title()))
                .xAxisTitle(x.title())
                .yAxisTitle(Svg.shortened(y.title(), Frame.HEIGHT - 130, Svg.FONT))
                .build();
        picture.getStyler().setChartTitleFont(Typeface.font(Font.BOLD, 15));
        picture.getStyler().setLegendFont(Typeface.font(Font.PLAIN, 11));
        picture.getStyler().setAxisTitleFont(Typeface.font(Font.PLAIN, 12));
        picture.getStyler().setAxisTickLabelsFont(Typeface.font(Font.PLAIN, 11));
        picture.getStyler().setChartTitleBoxVisible(false);
        picture.getStyler().setChartBackgroundColor(Color.WHITE);
        picture.getStyler().setPlotBorderVisible(false);
        picture.getStyler().setPlotGridLinesColor(Color.decode(Svg.GRID));
        picture.getStyler().setPlotGridLinesStroke(new BasicStroke(1));
        picture.getStyler().setPlotContentSize(1);
        picture.getStyler().setMarkerSize(7);
        picture.getStyler().setChartPadding(16);
        picture.getStyler().setXAxisTickMarkSpacingHint(110);
        picture.getStyler().setXAxisLogarithmic(x.logarithmic());
        picture.getStyler().setYAxisLogarithmic(y.logarithmic());
        picture.getStyler().setXAxisLogarithmicDecadeOnly(false);
        picture.getStyler().setYAxisLogarithmicDecadeOnly(false);
        picture.getStyler().setXAxisMin(x.min());
        picture.getStyler().setXAxisMax(x.max());
        picture.getStyler().setYAxisMin(y.min());
        picture.getStyler().setYAxisMax(y.max());
        picture.getStyler().setXAxisTickLabelsFormattingFunction(x::label);
        picture.getStyler().setYAxisTickLabelsFormattingFunction(y::label);
        picture.addAnnotation(new ContentAnnotation(chart, x, y));
        return picture;
    }
}
