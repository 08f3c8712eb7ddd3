package org.ditlab.data;

import java.util.List;

/** Labelled training samples of one shape, addressed by index; safe for use by several threads. */
public interface Dataset {
    /** For protocols and captions, {@code shapes-16}. */
    String name();

    /** Number of samples of this split. */
    int size();

    int channels();

    int height();

    int width();

    List<String> classNames();

    /** Class of a sample, from 0. */
    int label(int index);

    /** Writes one sample as a model sees it, (C, H, W): images in [-1, 1], latents as they are used. */
    void read(int index, float[] out, int offset);

    /** SHA-256 in hex over everything that determines the content of this data set (all splits), never over a path. */
    String fingerprint();

    /** What a person should know of the data: images that were left out, say. */
    default List<String> notes() {
        return List.of();
    }
}
