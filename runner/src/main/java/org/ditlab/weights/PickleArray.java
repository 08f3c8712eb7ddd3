package org.ditlab.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.ditlab.data.NpyArray;
import org.ditlab.data.NpyType;
import org.ditlab.weights.PickleGlobal.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A NumPy array of a pickle: made empty, then given (version, shape, type, Fortran order?, bytes). Its bytes are those of the
 * pickle, never a copy. Source: NumPy, ndarray.__reduce__ and __reduce_ex__.
 */
final class PickleArray {
    private @Nullable NpyArray content;

    /** A {@code numpy.dtype}, whose byte order is told after its code. */
    static final class Type {
        private final NpyType type;
        private ByteOrder order = ByteOrder.LITTLE_ENDIAN;

        private Type(NpyType type) {
            this.type = type;
        }

        /** (version, byte order, no subtype, no names, no fields, -1, -1, 0). */
        void build(List<@Nullable Object> state) throws BadWeightsException {
            boolean plain = state.size() >= 5 && state.get(2) == null && state.get(3) == null && state.get(4) == null;
            if (!plain
                    || !(state.get(1) instanceof String mark)
                    || !List.of("<", ">", "|", "=").contains(mark)) {
                throw PickleCalls.wrong(Callable.ARRAY_TYPE);
            }
            order = mark.equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        }
    }

    /** The value of a call of NumPy's. */
    static Object call(Callable callable, List<@Nullable Object> items) throws BadWeightsException {
        if (callable == Callable.ARRAY && items.size() == 3 && items.get(0) == PickleGlobal.ArrayClass.NDARRAY) {
            return new PickleArray();
        }
        if (callable == Callable.ARRAY_TYPE && !items.isEmpty() && items.get(0) instanceof String code) {
            return new Type(type(code));
        }
        if (callable == Callable.NUMBER
                && items.size() == 2
                && items.get(0) instanceof Type type
                && items.get(1) instanceof byte[] bytes) {
            NpyArray number = array(type, new int[0], bytes);
            boolean whole = !type.type.code().startsWith("f");
            return whole ? (Object) number.longs()[0] : (Object) number.doubles()[0];
        }
        if (callable == Callable.ARRAY_FROM_BUFFER
                && items.size() == 4
                && items.get(0) instanceof byte[] bytes
                && items.get(1) instanceof Type type
                && items.get(2) instanceof PickleTuple shape
                && "C".equals(items.get(3))) {
            PickleArray made = new PickleArray();
            made.content = array(type, extents(shape), bytes);
            return made;
        }
        throw PickleCalls.wrong(callable);
    }

    /** (version, shape, type, Fortran order?, bytes). */
    void build(List<@Nullable Object> state) throws BadWeightsException {
        if (content != null
                || state.size() != 5
                || !(state.get(1) instanceof PickleTuple shape)
                || !(state.get(2) instanceof Type type)
                || !(state.get(4) instanceof byte[] bytes)) {
            throw PickleCalls.wrong(Callable.ARRAY);
        }
        if (!Boolean.FALSE.equals(state.get(3))) {
            throw new BadWeightsException(
                    "it holds an array in Fortran order", "save numpy.ascontiguousarray of its arrays");
        }
        content = array(type, extents(shape), bytes);
    }

    /** The array; empty ones are refused. */
    NpyArray content() throws BadWeightsException {
        if (content == null) {
            throw new BadWeightsException("it holds an array without content");
        }
        return content;
    }

    private static NpyType type(String code) throws BadWeightsException {
        for (NpyType type : NpyType.values()) {
            if (type.code().equals(code)) {
                return type;
            }
        }
        throw new BadWeightsException(
                "it holds an array of type " + code + ", which cannot be read", "save it as float64");
    }

    private static int[] extents(PickleTuple shape) throws BadWeightsException {
        List<Long> extents = shape.extents();
        for (Long extent : extents) {
            if (extent < 0 || extent > Integer.MAX_VALUE) {
                throw new BadWeightsException("it holds an array of shape " + extents);
            }
        }
        return extents.stream().mapToInt(Long::intValue).toArray();
    }

    private static NpyArray array(Type type, int[] extents, byte[] bytes) throws BadWeightsException {
        try {
            return new NpyArray(type.type, extents, ByteBuffer.wrap(bytes).order(type.order));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new BadWeightsException("it holds an array that has not the bytes of its shape");
        }
    }
}
