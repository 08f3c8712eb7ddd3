package org.ditlab.backend.libtorch;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Memory of a native tensor as oneDNN reads or writes it. The tensor must outlive the call it is used in.
 *
 * @param address of the first element
 * @param type oneDNN's element type
 * @param dims extents
 * @param strides in elements
 */
record Operand(long address, int type, long[] dims, long[] strides) {
    /** A tensor as it lies in memory. */
    static Operand of(Tensor tensor) {
        int rank = (int) tensor.dim();
        long[] dims = new long[rank];
        long[] strides = new long[rank];
        for (int i = 0; i < rank; i++) {
            dims[i] = tensor.size(i);
            strides[i] = tensor.stride(i);
        }
        return new Operand(address(tensor), type(tensor), dims, strides);
    }

    /** The memory of a dense tensor, row by row, under other extents. */
    static Operand dense(Tensor tensor, long... dims) {
        return new Operand(address(tensor), type(tensor), dims, strides(dims));
    }

    /** Some of it: from an element on, under other extents and strides. */
    Operand part(long first, long[] extents, long[] steps) {
        return new Operand(address + first * width(), type, extents, steps);
    }

    /** The same form with elements of another of oneDNN's types. */
    Operand as(int other) {
        return new Operand(address, other, dims, strides);
    }

    /** The last two axes exchanged. */
    Operand transposed() {
        long[] extents = dims.clone();
        long[] steps = strides.clone();
        int last = dims.length - 1;
        extents[last] = dims[last - 1];
        extents[last - 1] = dims[last];
        steps[last] = strides[last - 1];
        steps[last - 1] = strides[last];
        return new Operand(address, type, extents, steps);
    }

    private int width() {
        return type == dnnl.dnnl_bf16 ? 2 : 4;
    }

    private static long[] strides(long[] dims) {
        long[] strides = new long[dims.length];
        long step = 1;
        for (int i = dims.length - 1; i >= 0; i--) {
            strides[i] = step;
            step *= dims[i];
        }
        return strides;
    }

    /** Whether oneDNN's kernels here know the type. */
    static boolean fits(Tensor tensor) {
        ScalarType type = Natives.type(tensor);
        return type == ScalarType.Float || type == ScalarType.BFloat16;
    }

    private static int type(Tensor tensor) {
        return Natives.type(tensor) == ScalarType.BFloat16 ? dnnl.dnnl_bf16 : dnnl.dnnl_f32;
    }

    /** Of a tensor's first element. */
    static long address(Tensor tensor) {
        try (PointerScope scope = new PointerScope()) {
            Pointer data = tensor.data_ptr();
            return data.address();
        }
    }
}
