package org.ditlab.chart;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Consumer;
import javax.imageio.ImageIO;

/** A chart as PNG at twice the size of the SVG; XChart draws the axes where both of them count something. */
public final class ChartPng {
    private static final int SCALE = 2;

    private ChartPng() {}

    public static byte[] write(Chart chart) throws IOException {
        if (chart instanceof ScatterChart || chart instanceof LineChart) {
            XChartPicture picture = XChartPicture.of(chart);
            return picture(picture.width(), picture.height(), picture::paint);
        }
        Frame frame = Drawing.frame(chart);
        return picture(
                frame.width(), frame.height(), graphics -> Drawing.draw(chart, frame, new PaintedPen(graphics)));
    }

    /** A picture's PNG bytes. */
    static byte[] encoded(BufferedImage image) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (!ImageIO.write(image, "png", bytes)) {
            throw new IOException("this Java platform has no PNG writer");
        }
        return bytes.toByteArray();
    }

    private static byte[] picture(double width, double height, Consumer<Graphics2D> paint) throws IOException {
        BufferedImage image = new BufferedImage(
                (int) Math.round(SCALE * width), (int) Math.round(SCALE * height), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.scale(SCALE, SCALE);
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        paint.accept(graphics);
        graphics.dispose();
        return encoded(image);
    }
}
