package org.ditlab.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** Pairs of images, the two of a pair side by side and pairs apart, in one PNG. */
public final class PairGrid {
    private static final int COMFORTABLE_SIDE = 64;
    private static final int COLUMNS = 5;

    private PairGrid() {}

    /**
     * Writes pairs row by row on white, small images enlarged by a whole factor to about 64 pixels.
     *
     * @param pairs bytes 0..255, (N, 2, 3, H, W)
     */
    public static void write(Path path, byte[] pairs, int count, int height, int width) throws IOException {
        int scale = Math.max(1, Math.round((float) COMFORTABLE_SIDE / Math.max(height, width)));
        int tall = height * scale;
        int one = width * scale;
        int wide = 2 * one + Math.max(1, one / 5);
        byte[] pictures = new byte[Math.multiplyExact(count, 3 * tall * wide)];
        Arrays.fill(pictures, (byte) 255);
        for (int image = 0; image < 2 * count; image++) {
            for (int channel = 0; channel < 3; channel++) {
                int from = (image * 3 + channel) * height * width;
                int to = (image / 2 * 3 + channel) * tall * wide + image % 2 * one;
                for (int y = 0; y < tall; y++) {
                    for (int x = 0; x < one; x++) {
                        pictures[to + y * wide + x] = pairs[from + y / scale * width + x / scale];
                    }
                }
            }
        }
        ImageGrid.write(path, pictures, count, 3, tall, wide, COLUMNS);
    }
}
