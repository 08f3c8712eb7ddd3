package org.ditlab.data;

/**
 * Rows, then columns, on floats.
 *
 * @param height rows of the input
 * @param width columns of the input
 * @param clipped whether the result is limited to 0..255, beyond which a cubic overshoots
 */
record KernelResize(int height, int width, Resampler vertical, Resampler horizontal, boolean clipped)
        implements Resize {
    static KernelResize antialiased(
            Resampler.Kernel kernel, int height, int width, int toHeight, int toWidth, boolean clipped) {
        return new KernelResize(
                height,
                width,
                Resampler.antialiased(kernel, height, toHeight),
                Resampler.antialiased(kernel, width, toWidth),
                clipped);
    }

    @Override
    public void plane(byte[] in, int from, float[] out, int to) {
        float[] values = new float[height * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = in[from + i] & 0xff;
        }
        float[] resized = vertical.alongColumns(horizontal.alongRows(values, height, width), horizontal.length());
        for (int i = 0; i < resized.length; i++) {
            out[to + i] = clipped ? Math.max(0, Math.min(255, resized[i])) : resized[i];
        }
    }
}
