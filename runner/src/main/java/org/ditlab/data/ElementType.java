package org.ditlab.data;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** The element type of a stored weight, named as safetensors does; its values are read as float32. */
public enum ElementType {
    F64(NpyType.FLOAT64),
    F32(NpyType.FLOAT32),
    F16(NpyType.FLOAT16),
    BF16(NpyType.UINT16),
    I64(NpyType.INT64),
    I32(NpyType.INT32),
    I16(NpyType.INT16),
    I8(NpyType.INT8),
    U8(NpyType.UINT8),
    BOOL(NpyType.BOOL);

    private final NpyType bits;

    ElementType(NpyType bits) {
        this.bits = bits;
    }

    /** Bytes per element. */
    public int bytes() {
        return bits.bytes();
    }

    /** The i-th element in the buffer's byte order, rounded to float32. */
    public float at(ByteBuffer data, int i) {
        return this == BF16 ? Float.intBitsToFloat(data.getShort(2 * i) << 16) : (float) bits.real(data, i);
    }

    /** The type of a name; empty when it is none that can be read. */
    static Optional<ElementType> find(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }
}
