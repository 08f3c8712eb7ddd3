package org.ditlab.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Charts as PNG, drawn by XChart at twice the size of the SVG. */
public final class PngWriter {
    private static final int SCALE = 2;

    private PngWriter() {}

    public static byte[] write(ScatterChart chart) throws IOException {
        XYChart picture = frame(chart.title(), chart.x(), chart.y());
        picture.getStyler().setLegendVisible(false);
        picture.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        for (ScatterPoint point : chart.points()) {
            XYSeries series = picture.addSeries(point.id(), new double[] {point.x()}, new double[] {point.y()});
            series.setMarker(marker(point.style().marker()));
            series.setMarkerColor(Color.decode(point.style().colour()));
        }
        picture.addAnnotation(new ScatterOverlay(chart));
        return png(picture, chart.subtitle());
    }

    public static byte[] write(LineChart chart) throws IOException {
        XYChart picture = frame(chart.title(), chart.x(), chart.y());
        picture.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
        picture.getStyler().setLegendBorderColor(Color.WHITE);
        picture.getStyler().setLegendSeriesLineLength(30);
        int row = 0;
        for (LineSeries series : chart.series()) {
            // XChart dashes every segment anew; it draws the legend, the overlay the curve.
            double[] x = {series.x()[0], series.x()[0]};
            XYSeries line = picture.addSeries(series.id(), x, new double[] {series.y()[0], series.y()[0]});
            line.setLabel(Svg.shortened(series.label(), 150, 11) + (series.broken() ? " \u00d7" : ""));
            line.setLineColor(Color.decode(series.style().colour()));
            line.setLineStyle(stroke(series.style()));
            line.setMarker(SeriesMarkers.NONE);
            line.setShowInLegend(row++ < LineChart.NAMED);
        }
        picture.addAnnotation(new CurveOverlay(chart));
        String more = chart.unnamed() > 0 ? " The legend leaves out " + chart.unnamed() + " more." : "";
        return png(picture, chart.subtitle() + more);
    }

    private static XYChart frame(String title, Axis x, Axis y) {
        XYChart picture = new XYChartBuilder()
                .width((int) SvgFrame.WIDTH)
                .height((int) SvgFrame.HEIGHT)
                .title(SvgFrame.title(title))
                .xAxisTitle(x.title())
                .yAxisTitle(Svg.shortened(y.title(), SvgFrame.HEIGHT - 130, Svg.FONT))
                .build();
        picture.getStyler().setChartTitleFont(font(Font.BOLD, 15));
        picture.getStyler().setLegendFont(font(Font.PLAIN, 11));
        picture.getStyler().setAxisTitleFont(font(Font.PLAIN, 12));
        picture.getStyler().setAxisTickLabelsFont(font(Font.PLAIN, 11));
        picture.getStyler().setChartTitleBoxVisible(false);
        picture.getStyler().setChartBackgroundColor(Color.WHITE);
        picture.getStyler().setPlotBorderVisible(false);
        picture.getStyler().setPlotGridLinesColor(Color.decode(Svg.GRID));
        picture.getStyler().setPlotGridLinesStroke(new BasicStroke(1));
        picture.getStyler().setPlotContentSize(1);
        picture.getStyler().setMarkerSize(10);
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
        return picture;
    }

    /** The chart, and under it its subtitle on white. */
    private static byte[] png(XYChart picture, String subtitle) throws IOException {
        List<String> lines = SvgFrame.lines(subtitle);
        int width = (int) SvgFrame.WIDTH;
        int height = (int) SvgFrame.HEIGHT + 15 * lines.size() + 8;
        BufferedImage image = new BufferedImage(SCALE * width, SCALE * height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.scale(SCALE, SCALE);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width, height);
        picture.paint(graphics, width, (int) SvgFrame.HEIGHT);
        graphics.setColor(Color.decode(Svg.FAINT));
        graphics.setFont(font(Font.PLAIN, 11));
        for (int i = 0; i < lines.size(); i++) {
            graphics.drawString(lines.get(i), 20, (int) SvgFrame.HEIGHT + 12 + 15 * i);
        }
        graphics.dispose();
        return encoded(image);
    }

    /** A picture's PNG bytes. */
    static byte[] encoded(BufferedImage image) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (!ImageIO.write(image, "png", bytes)) {
            throw new IOException("this Java platform has no PNG writer");
        }
        return bytes.toByteArray();
    }

    static Font font(int style, int size) {
        return new Font(Font.SANS_SERIF, style, size);
    }

    static BasicStroke stroke(Style style) {
        if (style.dashes().isEmpty()) {
            return new BasicStroke(1.6f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND);
        }
        float[] dashes = new float[style.dashes().size()];
        for (int i = 0; i < dashes.length; i++) {
            dashes[i] = style.dashes().get(i);
        }
        return new BasicStroke(1.6f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dashes, 0);
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
}
