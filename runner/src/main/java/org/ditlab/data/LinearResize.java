package org.ditlab.data;

/**
 * Bilinear: along the two rows first, then between them, each operation rounded to float32.
 *
 * @param from columns of the input
 */
record LinearResize(int from, LinearAxis vertical, LinearAxis horizontal) implements Resize {
    @Override
    public void plane(byte[] in, int start, float[] out, int to) {
        int width = horizontal.length();
        float[] top = new float[width];
        float[] bottom = new float[width];
        int topRow = -1;
        int bottomRow = -1;
        for (int y = 0; y < vertical.length(); y++) {
            int lower = vertical.lower()[y];
            int upper = vertical.upper()[y];
            if (topRow != lower) {
                // What was below is often above for the next row.
                float[] spare = top;
                top = bottom;
                bottom = spare;
                topRow = bottomRow;
                bottomRow = -1;
            }
            if (topRow != lower) {
                along(in, start + lower * from, top);
                topRow = lower;
            }
            if (bottomRow != upper) {
                along(in, start + upper * from, bottom);
                bottomRow = upper;
            }
            between(top, bottom, vertical.fraction()[y], out, to + y * width);
        }
    }

    private void along(byte[] in, int row, float[] out) {
        int[] lower = horizontal.lower();
        int[] upper = horizontal.upper();
        float[] fraction = horizontal.fraction();
        for (int x = 0; x < out.length; x++) {
            float left = in[row + lower[x]] & 0xff;
            float right = in[row + upper[x]] & 0xff;
            out[x] = left + (right - left) * fraction[x];
        }
    }

    private static void between(float[] top, float[] bottom, float fraction, float[] out, int to) {
        for (int x = 0; x < top.length; x++) {
            out[to + x] = top[x] + (bottom[x] - top[x]) * fraction;
        }
    }
}
