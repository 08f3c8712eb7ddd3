package org.ditlab.data;

import java.io.IOException;

/** One image of a source, before it is decoded. Reading and decoding are safe beside other images' in other threads. */
interface RawImage {
    /** Tells it apart within its source, equal wherever the source lies; part of the fingerprint. */
    String name();

    /** Where it is, for messages: a file, or a file and a number in it. */
    String place();

    /** Its class, from 0. */
    int label();

    /**
     * Its bytes as they are stored.
     *
     * @throws IOException when they cannot be read or cannot be right
     */
    byte[] bytes() throws IOException;

    /**
     * Turns stored bytes into pixels.
     *
     * @param size side of the result
     * @return bytes 0..255, (3, size, size)
     * @throws IOException when they are damaged
     */
    byte[] pixels(byte[] stored, int size) throws IOException;
}
