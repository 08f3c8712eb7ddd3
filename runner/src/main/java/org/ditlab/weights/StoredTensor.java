package org.ditlab.weights;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.ditlab.data.ElementType;
import org.ditlab.tensor.Shape;

/**
 * A view of a storage: element (i, j, ...) is number offset + i strides[0] + j strides[1] + ... of it. Made by {@link #of},
 * which checks that every element lies in the storage.
 *
 * @param strides in elements, outermost first
 */
record StoredTensor(Storage storage, long offset, Shape shape, List<Long> strides) {
    /**
     * Checks and makes a view.
     *
     * @param size extents, outermost first
     */
    static StoredTensor of(Storage storage, long offset, List<Long> size, List<Long> strides)
            throws BadWeightsException {
        if (size.size() != strides.size()) {
            throw new BadWeightsException(told(offset, size, strides) + " is none");
        }
        int[] extents = new int[size.size()];
        long elements = 1;
        long last = offset;
        boolean inside = offset >= 0 && offset <= storage.elements();
        try {
            for (int axis = 0; axis < extents.length; axis++) {
                long extent = size.get(axis);
                long stride = strides.get(axis);
                inside &= extent >= 0 && stride >= 0;
                extents[axis] = Math.toIntExact(extent);
                elements = Math.multiplyExact(elements, extent);
                last = Math.addExact(last, Math.multiplyExact(Math.max(0, extent - 1), stride));
            }
        } catch (ArithmeticException e) {
            inside = false;
        }
        if (!inside || (elements > 0 && last >= storage.elements())) {
            throw new BadWeightsException(told(offset, size, strides) + " reaches outside its storage of "
                    + storage.elements() + " elements");
        }
        if (elements > storage.elements()) {
            throw new BadWeightsException(
                    told(offset, size, strides) + " repeats the " + storage.elements() + " elements of its storage",
                    "save it after .contiguous()");
        }
        return new StoredTensor(storage, offset, Shape.of(extents), List.copyOf(strides));
    }

    private static String told(long offset, List<Long> size, List<Long> strides) {
        return "a tensor of shape " + size + ", strides " + strides + " and offset " + offset;
    }

    /** A whole storage as a tensor. */
    static StoredTensor whole(Storage storage, Shape shape) {
        return new StoredTensor(storage, 0, shape, rowMajor(shape));
    }

    /** Bytes of the elements, each counted once. */
    long bytes() {
        return shape.elements() * storage.type().bytes();
    }

    /**
     * The elements, row-major.
     *
     * @param data all of the storage
     */
    float[] values(ByteBuffer data) {
        float[] values = new float[(int) shape.elements()];
        if (strides.equals(rowMajor(shape))) {
            contiguous(data, values);
        } else {
            strided(data, values);
        }
        return values;
    }

    private void contiguous(ByteBuffer data, float[] values) {
        if (storage.type() == ElementType.F32) {
            data.asFloatBuffer().position((int) offset).get(values);
            return;
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = storage.type().at(data, (int) offset + i);
        }
    }

    private void strided(ByteBuffer data, float[] values) {
        int[] extents = shape.toArray();
        int[] steps = strides.stream().mapToInt(Long::intValue).toArray();
        int[] index = new int[extents.length];
        int at = (int) offset;
        for (int i = 0; i < values.length; i++) {
            values[i] = storage.type().at(data, at);
            for (int axis = extents.length - 1; axis >= 0; axis--) {
                at += steps[axis];
                if (++index[axis] < extents[axis]) {
                    break;
                }
                at -= steps[axis] * extents[axis];
                index[axis] = 0;
            }
        }
    }

    private static List<Long> rowMajor(Shape shape) {
        int[] extents = shape.toArray();
        List<Long> strides = new ArrayList<>();
        long stride = 1;
        for (int axis = extents.length - 1; axis >= 0; axis--) {
            strides.add(0, stride);
            stride *= extents[axis];
        }
        return strides;
    }
}
