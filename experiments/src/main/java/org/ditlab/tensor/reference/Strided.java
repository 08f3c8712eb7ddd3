package org.ditlab.tensor.reference;

import org.ditlab.tensor.Shape;

/**
 * A walk over an array by strides, as pair of a gather and its adjoint scatter. Broadcasting is a stride of 0, a
 * permutation is permuted strides, a slice is an offset: each arrangement is one gather forwards and one scatter
 * backwards, a sum over axes the other way round.
 *
 * @param dims extents of the dense side
 * @param strides steps on the strided side, one per extent
 * @param offset first element on the strided side
 */
record Strided(int[] dims, int[] strides, int offset) {
    /** Row-major strides. */
    static int[] rowMajor(Shape shape) {
        int[] strides = new int[shape.rank()];
        int step = 1;
        for (int i = shape.rank() - 1; i >= 0; i--) {
            strides[i] = step;
            step *= shape.dim(i);
        }
        return strides;
    }

    /** Reads {@code from} as if it were repeated to {@code to}. */
    static Strided broadcast(Shape from, Shape to) {
        int[] own = rowMajor(from);
        int[] strides = new int[to.rank()];
        for (int i = 1; i <= from.rank(); i++) {
            strides[to.rank() - i] = from.dim(-i) == 1 ? 0 : own[from.rank() - i];
        }
        return new Strided(to.toArray(), strides, 0);
    }

    /** Dense values read from the strided side. */
    double[] gather(double[] strided) {
        double[] dense = new double[size()];
        walk((at, from, step, length) -> {
            for (int i = 0; i < length; i++) {
                dense[at + i] = strided[from + i * step];
            }
        });
        return dense;
    }

    /** Adds dense values to the strided side. */
    void scatter(double[] dense, double[] strided) {
        walk((at, to, step, length) -> {
            if (step == 0) {
                double sum = strided[to];
                for (int i = 0; i < length; i++) {
                    sum += dense[at + i];
                }
                strided[to] = sum;
            } else {
                for (int i = 0; i < length; i++) {
                    strided[to + i * step] += dense[at + i];
                }
            }
        });
    }

    private int size() {
        int size = 1;
        for (int dim : dims) {
            size *= dim;
        }
        return size;
    }

    /** One row of the innermost axis: dense elements from {@code at}, strided ones from {@code from} by {@code step}. */
    private interface Row {
        void visit(int at, int from, int step, int length);
    }

    private void walk(Row row) {
        int size = size();
        int last = dims.length - 1;
        if (size == 0) {
            return;
        }
        if (last < 0) {
            row.visit(0, offset, 1, 1);
            return;
        }
        int[] index = new int[dims.length];
        int from = offset;
        for (int at = 0; at < size; at += dims[last]) {
            row.visit(at, from, strides[last], dims[last]);
            for (int axis = last - 1; axis >= 0; axis--) {
                from += strides[axis];
                if (++index[axis] < dims[axis]) {
                    break;
                }
                from -= strides[axis] * dims[axis];
                index[axis] = 0;
            }
        }
    }
}
