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

    /** The type of a result of two operands: the wider floating type; a floating type before INT64. */
    public static DType promote(DType a, DType b) {
        return a.breadth() >= b.breadth() ? a : b;
    }

    /**
     * The type, when it is a floating one.
     *
     * @throws IllegalArgumentException for INT64, which holds indices: arithmetic on them needs a cast
     */
    public static DType floating(String op, DType type) {
        if (!type.isFloating()) {
            throw new IllegalArgumentException(op + ": needs floating values, got " + type + "; cast first");
        }
        return type;
    }

    /**
     * The type, when it is INT64.
     *
     * @throws IllegalArgumentException for floating types
     */
    public static DType integer(String op, DType type) {
        if (type.isFloating()) {
            throw new IllegalArgumentException(op + ": needs indices of INT64, got " + type);
        }
        return type;
    }

    private int breadth() {
        return this == INT64 ? 0 : bytes;
    }
}
