package org.ditlab.train;

import java.util.Arrays;

/**
 * What a step needs of the data set and of the stream {@code noise}.
 *
 * @param step from 0
 * @param images (N, C, H, W)
 * @param noises (N, C, H, W)
 * @param labels classes (N)
 */
record PreparedBatch(long step, float[] images, float[] noises, int[] labels) {
    /** Some images with their noise and labels; the whole batch as it is. */
    PreparedBatch part(int first, int count) {
        if (count == labels.length) {
            return this;
        }
        int size = images.length / labels.length;
        return new PreparedBatch(
                step,
                Arrays.copyOfRange(images, first * size, (first + count) * size),
                Arrays.copyOfRange(noises, first * size, (first + count) * size),
                Arrays.copyOfRange(labels, first, first + count));
    }
}
