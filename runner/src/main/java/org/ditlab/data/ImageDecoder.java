package org.ditlab.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Turns an encoded picture into a square RGB image: the shorter side resized to the wanted one (antialiased bicubic), the
 * centre cut out. Gray becomes three equal channels, alpha and colour profiles are dropped, the first frame of an
 * animation is taken: what Pillow's {@code convert("RGB")} does.
 */
final class ImageDecoder {
    /** Larger pictures are refused before they are decoded. */
    static final long MOST_PIXELS = 100_000_000;

    static {
        // Streams are in memory already.
        ImageIO.setUseCache(false);
    }

    private ImageDecoder() {}

    /**
     * Decodes, resizes and crops.
     *
     * @param size side of the result
     * @return bytes 0..255, (3, size, size)
     * @throws IOException when the bytes are damaged, no picture, or a picture of unreasonable extent
     */
    static byte[] decode(byte[] encoded, int size) throws IOException {
        return fit(image(encoded), size);
    }

    /**
     * Decodes at the size that the picture has.
     *
     * @return bytes 0..255, (3, height, width)
     * @throws IOException when the bytes are damaged, no picture, or a picture of another size
     */
    static byte[] decode(byte[] encoded, int height, int width) throws IOException {
        BufferedImage image = image(encoded);
        if (image.getHeight() != height || image.getWidth() != width) {
            throw new IOException(
                    "it has " + image.getWidth() + "x" + image.getHeight() + " pixels, not " + width + "x" + height);
        }
        byte[] out = new byte[3 * height * width];
        byte[][] planes = planes(image);
        for (int channel = 0; channel < 3; channel++) {
            System.arraycopy(planes[channel], 0, out, channel * height * width, height * width);
        }
        return out;
    }

    private static BufferedImage image(byte[] encoded) throws IOException {
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new IOException("it is no JPEG, PNG, BMP or GIF picture");
            }
            ImageReader reader = readers.next();
            boolean[] cut = new boolean[1];
            try {
                reader.setInput(in, true, true);
                reader.addIIOReadWarningListener((source, warning) ->
                        cut[0] |= warning.toLowerCase(Locale.ROOT).contains("premature end"));
                long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
                if (pixels > MOST_PIXELS) {
                    throw new IOException("it has " + reader.getWidth(0) + " x " + reader.getHeight(0)
                            + " pixels; at most " + MOST_PIXELS / 1_000_000 + " million are read");
                }
                BufferedImage image = reader.read(0);
                if (cut[0]) {
                    throw new IOException("its data ends early");
                }
                if (image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_CMYK) {
                    throw new IOException("it is CMYK, for printers; convert it to RGB");
                }
                return image;
            } finally {
                reader.dispose();
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            // The platform's readers answer damaged bytes with whatever their loops run into, and believe lengths.
            throw new IOException("it is damaged (" + e + ")", e);
        }
    }

    private static byte[] fit(BufferedImage image, int size) {
        return fit(planes(image), image.getHeight(), image.getWidth(), size);
    }

    /**
     * Resizes and crops pixels.
     *
     * @param planes red, green and blue bytes, row by row
     * @return bytes 0..255, (3, size, size)
     */
    static byte[] fit(byte[][] planes, int height, int width, int size) {
        byte[] out = new byte[3 * size * size];
        if (width == size && height == size) {
            for (int channel = 0; channel < 3; channel++) {
                System.arraycopy(planes[channel], 0, out, channel * size * size, size * size);
            }
            return out;
        }
        double scale = (double) size / Math.min(width, height);
        int wide = Math.max(size, (int) Math.round(width * scale));
        int high = Math.max(size, (int) Math.round(height * scale));
        Resampler horizontal = Resampler.antialiased(Resampler.Kernel.CUBIC, width, wide, (wide - size) / 2, size);
        Resampler vertical = Resampler.antialiased(Resampler.Kernel.CUBIC, height, high, (high - size) / 2, size);
        float[] plane = new float[width * height];
        for (int channel = 0; channel < 3; channel++) {
            for (int i = 0; i < plane.length; i++) {
                plane[i] = planes[channel][i] & 0xff;
            }
            float[] fitted = vertical.alongColumns(horizontal.alongRows(plane, height, width), size);
            for (int i = 0; i < fitted.length; i++) {
                out[channel * size * size + i] = (byte) Math.round(Math.max(0, Math.min(255, fitted[i])));
            }
        }
        return out;
    }

    /** Red, green and blue bytes. */
    private static byte[][] planes(BufferedImage image) {
        ColorModel model = image.getColorModel();
        int type = model.getColorSpace().getType();
        boolean gray = type == ColorSpace.TYPE_GRAY;
        boolean raw = model instanceof ComponentColorModel && (gray || type == ColorSpace.TYPE_RGB);
        return raw ? raster(image.getRaster(), gray) : converted(image);
    }

    /** The stored samples: 8 bits, or the upper 8 of 16. */
    private static byte[][] raster(Raster raster, boolean gray) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        int shift = raster.getDataBuffer().getDataType() == DataBuffer.TYPE_BYTE ? 0 : 8;
        int bits = raster.getSampleModel().getSampleSize(0);
        byte[][] planes = new byte[3][width * height];
        int[] samples = new int[width];
        for (int band = 0; band < (gray ? 1 : 3); band++) {
            for (int y = 0; y < height; y++) {
                raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, band, samples);
                for (int x = 0; x < width; x++) {
                    int sample = samples[x] >> shift;
                    planes[band][y * width + x] = (byte) (bits < 8 ? sample * 255 / ((1 << bits) - 1) : sample);
                }
            }
        }
        if (gray) {
            planes[1] = planes[0];
            planes[2] = planes[0];
        }
        return planes;
    }

    /** Palettes and packed pixels. */
    private static byte[][] converted(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[][] planes = new byte[3][width * height];
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                for (int channel = 0; channel < 3; channel++) {
                    planes[channel][y * width + x] = (byte) (row[x] >> (16 - 8 * channel));
                }
            }
        }
        return planes;
    }
}
