package org.ditlab.html;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import javax.imageio.ImageIO;
import org.ditlab.chart.SampleStrip;

/**
 * Samples side by side as a picture for the page: one pixel each where they are small, averaged down where they are large, with
 * transparent gaps. The page enlarges small ones.
 */
final class StripPicture {
    /** No image is stored larger than this; {@code samples.png} beside the page has them whole. */
    private static final int MOST_SIDE = 96;

    private static final int SHOWN_SIDE = 64;

    private StripPicture() {}

    /** Bytes of the pixels of one image, before compression. */
    static int bytes(SampleStrip strip) {
        int side = strip.side() / shrink(strip);
        return 3 * side * side;
    }

    /** The first images: {@code image} in base 64, {@code count}, {@code width} in CSS pixels, {@code variant}. */
    static Map<String, Object> of(SampleStrip strip, int most) throws IOException {
        int count = Math.min(most, strip.count());
        int side = strip.side() / shrink(strip);
        int scale = Math.max(1, Math.round((float) SHOWN_SIDE / side));
        BufferedImage picture =
                new BufferedImage(Math.max(1, count * (side + 1) - 1), side, BufferedImage.TYPE_INT_ARGB);
        for (int n = 0; n < count; n++) {
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    picture.setRGB(n * (side + 1) + x, y, colour(strip, n, y, x));
                }
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", png);
        return Map.of(
                "variant",
                strip.variant(),
                "count",
                count,
                "width",
                picture.getWidth() * scale,
                "image",
                Base64.getEncoder().encodeToString(png.toByteArray()));
    }

    private static int shrink(SampleStrip strip) {
        return (strip.side() + MOST_SIDE - 1) / MOST_SIDE;
    }

    /** The mean over a square of pixels. */
    private static int colour(SampleStrip strip, int n, int y, int x) {
        int shrink = shrink(strip);
        int[] sums = new int[3];
        for (int dy = 0; dy < shrink; dy++) {
            for (int dx = 0; dx < shrink; dx++) {
                int at = ((n * strip.side() + y * shrink + dy) * strip.side() + x * shrink + dx) * strip.channels();
                for (int c = 0; c < 3; c++) {
                    sums[c] += strip.pixels()[at + Math.min(c, strip.channels() - 1)] & 0xff;
                }
            }
        }
        int area = shrink * shrink;
        return 0xff000000 | sums[0] / area << 16 | sums[1] / area << 8 | sums[2] / area;
    }
}
