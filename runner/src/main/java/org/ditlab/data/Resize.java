package org.ditlab.data;

/** Resizes planes of one size to another by a {@link ResizeMethod}; used by any number of threads. */
@FunctionalInterface
public interface Resize {
    /**
     * Resizes one plane of one image.
     *
     * @param in bytes 0..255, (H, W) from {@code from} on
     * @param out values on the scale 0..255, (H', W') from {@code to} on
     */
    void plane(byte[] in, int from, float[] out, int to);
}
