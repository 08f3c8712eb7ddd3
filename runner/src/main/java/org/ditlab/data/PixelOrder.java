package org.ditlab.data;

/** The two orders of an image's bytes: channels first (C, H, W), as networks read them, and last (H, W, C), as ADM stores them. */
public final class PixelOrder {
    private PixelOrder() {}

    /**
     * Writes one image with its channels last.
     *
     * @param planar holds the image, channels first, at {@code from}
     * @param plane H x W
     * @param out takes it at {@code to}
     */
    public static void interleave(byte[] planar, int from, int channels, int plane, byte[] out, int to) {
        for (int channel = 0; channel < channels; channel++) {
            for (int pixel = 0; pixel < plane; pixel++) {
                out[to + pixel * channels + channel] = planar[from + channel * plane + pixel];
            }
        }
    }

    /** Mirrors rows of a width in place: images (C, H, W) from left to right. */
    public static void mirror(byte[] pixels, int from, int length, int width) {
        for (int row = from; row < from + length; row += width) {
            for (int left = row, right = row + width - 1; left < right; left++, right--) {
                byte value = pixels[left];
                pixels[left] = pixels[right];
                pixels[right] = value;
            }
        }
    }
}
