package org.ditlab.data;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * RGB images of one size from outside, as they are stored, in a fixed order: what an evaluator reads. Images are decoded when
 * they are asked for, so that memory does not grow with their number.
 */
public interface ImageSet extends Closeable {
    /** The path it was opened by. */
    String name();

    /** N. */
    int count();

    int height();

    int width();

    /**
     * Reads images {@code from} to {@code from + count - 1}.
     *
     * @param out bytes 0..255, (count, 3, H, W), from its front
     */
    void read(int from, int count, byte[] out) throws IOException;

    /** The class of each image (N), where the file or its folders tell: a folder's name, or the number in a file. */
    Optional<List<String>> labels();

    /** SHA-256 in hex over the stored content, for protocols and caches. */
    String fingerprint();

    /** What a person should know of the images: gray files made RGB, say. */
    default List<String> notes() {
        return List.of();
    }

    @Override
    void close() throws IOException;
}
