package org.ditlab.data;

import java.util.List;

/** Labelled images of one size, addressed by index; safe for use by several threads. */
public interface Dataset {
    /** For protocols and captions, {@code shapes-16}. */
    String name();

    /** Number of images of this split. */
    int size();

    int channels();

    int height();

    int width();

    List<String> classNames();

    /** Class of an image, from 0. */
    int label(int index);

    /** Writes one image, bytes 0..255, channels first (C, H, W). */
    void read(int index, byte[] out, int offset);

    /** How pictures came to this size, for protocols: {@code none} when they were made at it. */
    default String resize() {
        return "none";
    }

    /** SHA-256 in hex over everything that determines the content of this data set (all splits), never over a path. */
    String fingerprint();
}
