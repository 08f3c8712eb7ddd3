package org.ditlab.backend.libtorch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Shape;

/** Java arrays to native tensors and back. */
final class NativeArrays {
    private NativeArrays() {}

    static ScalarType type(DType dtype) {
        return switch (dtype) {
            case FLOAT32 -> ScalarType.Float;
            case FLOAT64 -> ScalarType.Double;
            case BFLOAT16 -> ScalarType.BFloat16;
            case INT64 -> ScalarType.Long;
        };
    }

    static DType type(Tensor tensor) {
        ScalarType type = Natives.type(tensor);
        return switch (type) {
            case Float -> DType.FLOAT32;
            case Double -> DType.FLOAT64;
            case BFloat16 -> DType.BFLOAT16;
            case Long -> DType.INT64;
            default -> throw new IllegalStateException("no element type for " + type);
        };
    }

    static long[] longs(int... values) {
        long[] out = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            out[i] = values[i];
        }
        return out;
    }

    static long[] extents(Shape shape) {
        return longs(shape.toArray());
    }

    static Shape shape(Tensor tensor) {
        int[] dims = new int[(int) tensor.dim()];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = Math.toIntExact(tensor.size(i));
        }
        return Shape.of(dims);
    }

    static Tensor empty(Shape shape, ScalarType type) {
        return Natives.empty(type, extents(shape));
    }

    static Tensor floats(float[] values, Shape shape) {
        check(values.length, shape);
        return floats(values, 0, shape);
    }

    /** Of some values of a longer array. */
    static Tensor floats(float[] values, int from, Shape shape) {
        int count = Math.toIntExact(shape.elements());
        Tensor tensor = empty(shape, ScalarType.Float);
        if (count > 0) {
            tensor.data_ptr_float().put(values, from, count);
        }
        return tensor;
    }

    static Tensor doubles(double[] values, Shape shape) {
        check(values.length, shape);
        Tensor tensor = empty(shape, ScalarType.Double);
        if (values.length > 0) {
            tensor.data_ptr_double().put(values, 0, values.length);
        }
        return tensor;
    }

    static Tensor longs(long[] values, Shape shape) {
        check(values.length, shape);
        Tensor tensor = empty(shape, ScalarType.Long);
        if (values.length > 0) {
            tensor.data_ptr_long().put(values, 0, values.length);
        }
        return tensor;
    }

    static float[] toFloats(Tensor tensor, Shape shape) {
        float[] out = new float[Math.toIntExact(shape.elements())];
        if (out.length > 0) {
            try (PointerScope scope = new PointerScope()) {
                dense(tensor, ScalarType.Float).data_ptr_float().get(out, 0, out.length);
            }
        }
        return out;
    }

    static double[] toDoubles(Tensor tensor, Shape shape) {
        double[] out = new double[Math.toIntExact(shape.elements())];
        if (out.length == 0) {
            return out;
        }
        if (Natives.type(tensor) == ScalarType.Long) {
            long[] values = new long[out.length];
            try (PointerScope scope = new PointerScope()) {
                dense(tensor, ScalarType.Long).data_ptr_long().get(values, 0, values.length);
            }
            for (int i = 0; i < out.length; i++) {
                out[i] = values[i];
            }
            return out;
        }
        try (PointerScope scope = new PointerScope()) {
            dense(tensor, ScalarType.Double).data_ptr_double().get(out, 0, out.length);
        }
        return out;
    }

    private static Tensor dense(Tensor tensor, ScalarType type) {
        return tensor.detach().cpu().to(type).contiguous();
    }

    private static void check(int length, Shape shape) {
        if (length != shape.elements()) {
            throw new IllegalArgumentException(length + " values do not fill " + shape);
        }
    }
}
