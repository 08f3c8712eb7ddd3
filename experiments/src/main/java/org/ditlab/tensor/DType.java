package org.ditlab.tensor;

/** The element type of a tensor. */
public enum DType {
    FLOAT32(4),
    FLOAT64(8),
    BFLOAT16(2),
    INT64(8);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes per element. */
    public int bytes() {
        return bytes;
    }

    public boolean isFloating() {
        return this != INT64;
    }
}
