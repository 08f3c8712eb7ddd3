package org.ditlab.data;

import java.nio.ByteBuffer;

/** An element type of NumPy that can be read; its code is what stands in a header behind the byte order. */
public enum NpyType {
    BOOL("b1", 1),
    INT8("i1", 1),
    UINT8("u1", 1),
    INT16("i2", 2),
    UINT16("u2", 2),
    INT32("i4", 4),
    UINT32("u4", 4),
    INT64("i8", 8),
    FLOAT16("f2", 2),
    FLOAT32("f4", 4),
    FLOAT64("f8", 8);

    private final String code;
    private final int bytes;

    NpyType(String code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    public String code() {
        return code;
    }

    /** Bytes per element. */
    public int bytes() {
        return bytes;
    }

    boolean floating() {
        return this == FLOAT16 || this == FLOAT32 || this == FLOAT64;
    }

    /** The i-th element as a double. */
    double real(ByteBuffer data, int i) {
        switch (this) {
            case FLOAT16:
                return HalfFloat.toFloat(data.getShort(2 * i));
            case FLOAT32:
                return data.getFloat(4 * i);
            case FLOAT64:
                return data.getDouble(8 * i);
            default:
                return whole(data, i);
        }
    }

    /** The i-th element as a long; floating types are refused. */
    long whole(ByteBuffer data, int i) {
        switch (this) {
            case BOOL:
                return data.get(i) == 0 ? 0 : 1;
            case INT8:
                return data.get(i);
            case UINT8:
                return data.get(i) & 0xff;
            case INT16:
                return data.getShort(2 * i);
            case UINT16:
                return data.getShort(2 * i) & 0xffff;
            case INT32:
                return data.getInt(4 * i);
            case UINT32:
                return data.getInt(4 * i) & 0xffffffffL;
            case INT64:
                return data.getLong(8 * i);
            default:
                throw new IllegalStateException("elements of type " + code + " are no whole numbers");
        }
    }
}
