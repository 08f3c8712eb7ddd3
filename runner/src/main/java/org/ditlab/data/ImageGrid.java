package org.ditlab.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;

/** Many images side by side in one PNG. */
public final class ImageGrid {
    private static final int GAP = 2;
    private static final int COMFORTABLE_SIDE = 64;

    private ImageGrid() {}

    /**
     * Writes images row by row on white, small ones enlarged by a whole factor to about 64 pixels, pixels kept sharp.
     *
     * @param images bytes 0..255, (N, C, H, W) with C = 3, or 1 for gray
     * @param columns images in a row
     */
    public static void write(Path path, byte[] images, int count, int channels, int height, int width, int columns)
            throws IOException {
        BufferedImage grid = draw(images, count, channels, height, width, columns);
        WholeFile.write(path, channel -> {
            if (!ImageIO.write(grid, "png", Channels.newOutputStream(channel))) {
                throw new IOException("this Java platform has no PNG writer");
            }
        });
    }

    /** The first images of a data set, for captions and reports. */
    public static void write(Path path, ImageDataset data, int count, int columns) throws IOException {
        int shown = Math.min(count, data.size());
        int length = data.channels() * data.height() * data.width();
        byte[] images = new byte[Math.multiplyExact(shown, length)];
        for (int i = 0; i < shown; i++) {
            data.read(i, images, i * length);
        }
        write(path, images, shown, data.channels(), data.height(), data.width(), columns);
    }

    static BufferedImage draw(byte[] images, int count, int channels, int height, int width, int columns) {
        if (count < 1 || columns < 1 || images.length < (long) count * channels * height * width) {
            throw new IllegalArgumentException("no grid of " + count + " images of " + channels + "x" + height + "x"
                    + width + " from " + images.length + " bytes in " + columns + " columns");
        }
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("a grid shows 1 or 3 channels, not " + channels);
        }
        int scale = Math.max(1, Math.round((float) COMFORTABLE_SIDE / Math.max(height, width)));
        int across = Math.min(columns, count);
        int down = (count + columns - 1) / columns;
        int stepX = width * scale + GAP;
        int stepY = height * scale + GAP;
        BufferedImage grid = new BufferedImage(across * stepX + GAP, down * stepY + GAP, BufferedImage.TYPE_INT_RGB);
        int[] white = new int[grid.getWidth() * grid.getHeight()];
        Arrays.fill(white, 0xffffff);
        grid.setRGB(0, 0, grid.getWidth(), grid.getHeight(), white, 0, grid.getWidth());
        int plane = height * width;
        for (int i = 0; i < count; i++) {
            int left = GAP + i % columns * stepX;
            int top = GAP + i / columns * stepY;
            for (int y = 0; y < height * scale; y++) {
                for (int x = 0; x < width * scale; x++) {
                    int at = i * channels * plane + y / scale * width + x / scale;
                    int red = images[at] & 0xff;
                    int green = channels == 1 ? red : images[at + plane] & 0xff;
                    int blue = channels == 1 ? red : images[at + 2 * plane] & 0xff;
                    grid.setRGB(left + x, top + y, red << 16 | green << 8 | blue);
                }
            }
        }
        return grid;
    }
}
