package org.ditlab.data;

import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** What the head of an encoded picture tells; its pixels are not decoded. */
record ImageHeader(int width, int height, Colours colours) {
    /** A head ends long before; what goes on may be a small file that unpacks without end. */
    private static final long LONGEST = 32L << 20;

    /** How the pixels are stored. */
    enum Colours {
        RGB("RGB"),
        GRAY("gray"),
        PALETTE("of a palette"),
        TRANSPARENT("with transparency"),
        WIDE("of 16 bits");

        private final String words;

        Colours(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /**
     * Reads the head.
     *
     * @throws IOException when the bytes are damaged, no picture, or a picture of unreasonable extent
     */
    static ImageHeader read(InputStream encoded) throws IOException {
        try (ImageInputStream in = new MemoryCacheImageInputStream(new Start(encoded))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new IOException("it is no JPEG, PNG, BMP or GIF picture");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                int width = reader.getWidth(0);
                int height = reader.getHeight(0);
                if (width < 1 || height < 1 || (long) width * height > ImageDecoder.MOST_PIXELS) {
                    throw new IOException("it has " + width + " x " + height + " pixels; at most "
                            + ImageDecoder.MOST_PIXELS / 1_000_000 + " million are read");
                }
                Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
                if (!types.hasNext()) {
                    throw new IOException("its colours are neither RGB nor gray (CMYK?); convert it to RGB");
                }
                return new ImageHeader(width, height, colours(types.next().getColorModel()));
            } finally {
                reader.dispose();
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            // The platform's readers answer damaged bytes with whatever their loops run into, and believe lengths.
            throw new IOException("it is damaged (" + e + ")", e);
        }
    }

    /** The first bytes of a stream. */
    private static final class Start extends FilterInputStream {
        private long left = LONGEST;

        Start(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            return left-- > 0 ? super.read() : -1;
        }

        @Override
        public int read(byte[] out, int offset, int length) throws IOException {
            if (left <= 0) {
                return -1;
            }
            int count = super.read(out, offset, (int) Math.min(length, left));
            left -= Math.max(0, count);
            return count;
        }
    }

    private static Colours colours(ColorModel model) {
        if (model instanceof IndexColorModel) {
            return Colours.PALETTE;
        }
        if (model.getNumColorComponents() == 1) {
            return Colours.GRAY;
        }
        if (model.hasAlpha()) {
            return Colours.TRANSPARENT;
        }
        return model.getComponentSize(0) > 8 ? Colours.WIDE : Colours.RGB;
    }
}
