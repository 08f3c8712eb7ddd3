package org.ditlab.data;

import java.util.Arrays;

/**
 * Rows, then columns, on bytes.
 *
 * @param height rows of the input
 * @param width columns of the input
 */
record ByteResize(int height, int width, Resampler vertical, Resampler horizontal) implements Resize {
    static ByteResize antialiased(Resampler.Kernel kernel, int height, int width, int toHeight, int toWidth) {
        return new ByteResize(
                height,
                width,
                Resampler.antialiased(kernel, height, toHeight),
                Resampler.antialiased(kernel, width, toWidth));
    }

    @Override
    public void plane(byte[] in, int from, float[] out, int to) {
        int wide = horizontal.length();
        byte[] rows = new byte[height * wide];
        byte[] all = new byte[vertical.length() * wide];
        byte[] image = Arrays.copyOfRange(in, from, from + height * width);
        horizontal.bytes(image, 1, width, height, rows, 1, wide);
        vertical.bytes(rows, wide, 1, wide, all, wide, 1);
        for (int i = 0; i < all.length; i++) {
            out[to + i] = all[i] & 0xff;
        }
    }
}
