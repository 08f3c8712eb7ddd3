package org.ditlab.weights;

import org.ditlab.data.ElementType;

/**
 * A run of elements in a file, which several tensors may share.
 *
 * @param key its name in the file
 */
record Storage(String key, ElementType type, long elements) {
    /** Bytes in the file. */
    long bytes() {
        return elements * type.bytes();
    }
}
