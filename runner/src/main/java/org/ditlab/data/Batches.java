package org.ditlab.data;

import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;

/**
 * The training images in the order of the stream {@code data}: a fresh permutation each epoch, so that what a step sees
 * is a function of the seed and the step alone. One thread uses an instance.
 */
public final class Batches {
    private final Dataset data;
    private final boolean flip;
    private final EpochOrder order;
    private final RandomStream mirror;
    private final int length;

    /** An order over the images of a data set. */
    public Batches(Dataset data, boolean flip, Streams streams) {
        this.data = data;
        this.flip = flip;
        order = new EpochOrder(streams.stream("data").named("order"), data.size());
        mirror = streams.stream("data").named("flip");
        length = data.channels() * data.height() * data.width();
    }

    /**
     * Fills one sample and gives its label.
     *
     * @param position how many images training has seen before this one
     * @param out (C, H, W), from {@code offset}
     */
    public int fill(long position, float[] out, int offset) {
        int index = order.index(position);
        data.read(index, out, offset);
        if (flip && mirror.uniform(position, 0, 0) < 0.5) {
            reverseRows(out, offset);
        }
        return data.label(index);
    }

    private void reverseRows(float[] out, int offset) {
        int width = data.width();
        for (int row = offset; row < offset + length; row += width) {
            for (int left = row, right = row + width - 1; left < right; left++, right--) {
                float value = out[left];
                out[left] = out[right];
                out[right] = value;
            }
        }
    }
}
