package org.ditlab.data;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An image out of a file of many, as bytes plane after plane.
 *
 * @param name its number, of fixed width, so that sorting keeps the order
 * @param stored its bytes, perhaps with labels before them
 * @param skip bytes before the pixels
 * @param planes 1 (gray) or 3 (red, green, blue)
 * @param problem what is wrong with it, or null
 */
record RecordImage(
        String name,
        String place,
        int label,
        byte[] stored,
        int skip,
        int planes,
        int height,
        int width,
        @Nullable String problem)
        implements RawImage {

    /** A name by number. */
    static String name(int number) {
        return "%010d".formatted(number);
    }

    @Override
    public byte[] bytes() throws IOException {
        if (problem != null) {
            throw new IOException(problem);
        }
        return stored;
    }

    @Override
    public byte[] pixels(byte[] bytes, int size) {
        int plane = height * width;
        byte[][] colours = new byte[3][];
        for (int channel = 0; channel < 3; channel++) {
            int from = skip + (planes == 1 ? 0 : channel * plane);
            colours[channel] = Arrays.copyOfRange(bytes, from, from + plane);
        }
        return ImageDecoder.fit(colours, height, width, size);
    }
}
