package org.ditlab.train;

import org.ditlab.data.Dataset;
import org.ditlab.data.EpochOrder;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;

/**
 * The training images in the order of the stream {@code data}: a fresh permutation each epoch, so that what a step sees
 * is a function of the seed and the step alone.
 */
final class Batches {
    private final Dataset data;
    private final boolean flip;
    private final EpochOrder order;
    private final RandomStream mirror;
    private final byte[] image;

    Batches(Dataset data, boolean flip, Streams streams) {
        this.data = data;
        this.flip = flip;
        order = new EpochOrder(streams.stream("data").named("order"), data.size());
        mirror = streams.stream("data").named("flip");
        image = new byte[data.channels() * data.height() * data.width()];
    }

    /**
     * Fills one image and gives its label.
     *
     * @param position how many images training has seen before this one
     * @param out (C, H, W) in [-1, 1], from {@code offset}
     */
    int fill(long position, float[] out, int offset) {
        int index = order.index(position);
        data.read(index, image, 0);
        boolean mirrored = flip && mirror.uniform(position, 0, 0) < 0.5;
        int width = data.width();
        for (int row = 0; row < image.length; row += width) {
            for (int x = 0; x < width; x++) {
                int value = image[row + (mirrored ? width - 1 - x : x)] & 0xff;
                out[offset + row + x] = value / 127.5f - 1;
            }
        }
        return data.label(index);
    }
}
