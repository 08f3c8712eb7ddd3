package org.ditlab.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * An array as NumPy stores it, of at most 2 GiB.
 *
 * @param shape extents, outermost first; empty for a scalar
 * @param data the elements in row-major order from position 0 to the limit, in the buffer's byte order
 */
public record NpyArray(NpyType type, int[] shape, ByteBuffer data) {
    public NpyArray {
        if (Math.multiplyExact(elements(shape), (long) type.bytes()) != data.limit()) {
            throw new IllegalArgumentException(
                    "shape " + Arrays.toString(shape) + " of " + type.code() + " is not " + data.limit() + " bytes");
        }
    }

    /** UINT8. */
    public static NpyArray of(byte[] values, int... shape) {
        return new NpyArray(NpyType.UINT8, shape, ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN));
    }

    /** FLOAT32. */
    public static NpyArray of(float[] values, int... shape) {
        ByteBuffer data = allocate(values.length, 4);
        data.asFloatBuffer().put(values);
        return new NpyArray(NpyType.FLOAT32, shape, data);
    }

    /** FLOAT64. */
    public static NpyArray of(double[] values, int... shape) {
        ByteBuffer data = allocate(values.length, 8);
        data.asDoubleBuffer().put(values);
        return new NpyArray(NpyType.FLOAT64, shape, data);
    }

    /** INT64. */
    public static NpyArray of(long[] values, int... shape) {
        ByteBuffer data = allocate(values.length, 8);
        data.asLongBuffer().put(values);
        return new NpyArray(NpyType.INT64, shape, data);
    }

    /** INT32. */
    public static NpyArray of(int[] values, int... shape) {
        ByteBuffer data = allocate(values.length, 4);
        data.asIntBuffer().put(values);
        return new NpyArray(NpyType.INT32, shape, data);
    }

    private static ByteBuffer allocate(int elements, int bytes) {
        return ByteBuffer.allocate(Math.multiplyExact(elements, bytes)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long elements(int[] shape) {
        long elements = 1;
        for (int extent : shape) {
            elements = Math.multiplyExact(elements, (long) extent);
        }
        return elements;
    }

    public int rank() {
        return shape.length;
    }

    /** Number of elements. */
    public int size() {
        return data.limit() / type.bytes();
    }

    /** The elements of a one-byte type, as bits. */
    public byte[] bytes() {
        if (type.bytes() != 1) {
            throw new IllegalStateException("elements of type " + type.code() + " are wider than a byte");
        }
        byte[] values = new byte[size()];
        data.duplicate().rewind().get(values);
        return values;
    }

    /** All elements, converted to double. */
    public double[] doubles() {
        double[] values = new double[size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = type.real(data, i);
        }
        return values;
    }

    /** All elements, rounded to float. */
    public float[] floats() {
        float[] values = new float[size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) type.real(data, i);
        }
        return values;
    }

    /** All elements of a type of whole numbers. */
    public long[] longs() {
        long[] values = new long[size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = type.whole(data, i);
        }
        return values;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NpyArray array
                && type == array.type
                && Arrays.equals(shape, array.shape)
                && (type.floating()
                        ? Arrays.equals(doubles(), array.doubles())
                        : Arrays.equals(longs(), array.longs()));
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(shape) + type.hashCode();
    }

    /** {@code f4 (3, 5)}. */
    @Override
    public String toString() {
        return type.code() + " " + Arrays.toString(shape).replace('[', '(').replace(']', ')');
    }
}
