package org.ditlab.data;

import org.ditlab.tensor.random.RandomStream;

/**
 * The order in which training sees images: a fresh permutation each epoch, so that the image at a position is a function of
 * the stream and the position alone. Keeps the permutation of one epoch; one thread uses an instance.
 */
public final class EpochOrder {
    private final RandomStream stream;
    private final int size;
    private int[] permutation = {};
    private long epoch = -1;

    /** An order over images 0 to size - 1. */
    public EpochOrder(RandomStream stream, int size) {
        this.stream = stream;
        this.size = size;
    }

    /** The image at a position, which counts all images seen since training began. */
    public int index(long position) {
        long wanted = position / size;
        if (wanted != epoch) {
            permutation = stream.permutation(size, wanted);
            epoch = wanted;
        }
        return permutation[(int) (position % size)];
    }
}
