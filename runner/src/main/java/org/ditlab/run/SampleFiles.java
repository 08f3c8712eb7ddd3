package org.ditlab.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ditlab.data.ImageGrid;
import org.ditlab.data.NpyArray;
import org.ditlab.data.Npz;
import org.ditlab.data.PixelOrder;

/** Drawn images as files: an {@code .npz} in ADM's layout, and the first of them as a grid. */
public final class SampleFiles {
    /** So many images the grid shows at most. */
    public static final int GRID = 40;

    private static final int GRID_COLUMNS = 10;

    private SampleFiles() {}

    /**
     * Writes both; the grid only of 1 or 3 channels.
     *
     * @param npz arr_0 bytes (N, H, W, C), arr_1 labels (N)
     * @param planar (N, C, H, W)
     */
    public static void write(Path npz, Path png, byte[] planar, long[] labels, int channels, int height, int width)
            throws IOException {
        int plane = height * width;
        byte[] interleaved = new byte[planar.length]; // (N, H, W, C)
        for (int at = 0; at < planar.length; at += channels * plane) {
            PixelOrder.interleave(planar, at, channels, plane, interleaved, at);
        }
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        arrays.put("arr_0", NpyArray.of(interleaved, labels.length, height, width, channels));
        arrays.put("arr_1", NpyArray.of(labels, labels.length));
        Npz.write(npz, arrays);
        if (shown(channels)) {
            ImageGrid.write(png, planar, Math.min(GRID, labels.length), channels, height, width, GRID_COLUMNS);
        }
    }

    /** Whether so many channels are an image to look at. */
    public static boolean shown(int channels) {
        return channels == 1 || channels == 3;
    }

    /** Writes latents as they are: arr_0 float32 (N, C, H, W), arr_1 labels (N). */
    public static void writeLatents(Path npz, float[] values, long[] labels, int channels, int height, int width)
            throws IOException {
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        arrays.put("arr_0", NpyArray.of(values, labels.length, channels, height, width));
        arrays.put("arr_1", NpyArray.of(labels, labels.length));
        Npz.write(npz, arrays);
    }
}
