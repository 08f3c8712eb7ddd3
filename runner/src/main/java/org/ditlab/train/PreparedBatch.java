package org.ditlab.train;

/**
 * What a step needs of the data set and of the stream {@code noise}.
 *
 * @param step from 0
 * @param images (N, C, H, W)
 * @param noises (N, C, H, W)
 * @param labels classes (N)
 */
record PreparedBatch(long step, float[] images, float[] noises, int[] labels) {}
