package org.ditlab.study.spi;

/**
 * What the planner needs of a data set.
 *
 * @param name for protocols and captions, {@code shapes-16}
 * @param fingerprint hash of the content (never of a path); part of every stage's hash
 * @param count training images
 */
public record DataSummary(
        String name, String fingerprint, int channels, int height, int width, int classes, int count) {}
