package org.ditlab.metric;

/**
 * Images of one size.
 *
 * @param pixels bytes 0..255, (N, C, H, W)
 */
public record ImageBatch(byte[] pixels, int count, int channels, int height, int width) {
    public ImageBatch {
        if (count < 0 || pixels.length != (long) count * channels * height * width) {
            throw new IllegalArgumentException(
                    pixels.length + " bytes are not " + count + " images of " + channels + "x" + height + "x" + width);
        }
    }

    /** Bytes of one image. */
    public int length() {
        return channels * height * width;
    }
}
