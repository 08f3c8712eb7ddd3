package org.ditlab.data;

import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
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
        try (ImageInputStream in = new MemoryCacheImageInputStream(encoded)) {
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
        } catch (RuntimeException e) {
            // The platform's readers answer damaged bytes with whatever their loops run into.
            throw new IOException("it is damaged (" + e + ")", e);
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
