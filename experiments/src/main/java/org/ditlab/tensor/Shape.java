package org.ditlab.tensor;

import java.util.Arrays;

/** The extents of a tensor, outermost first; immutable. A scalar has rank 0 and one element. */
public final class Shape {
    private final int[] dims;

    private Shape(int[] dims) {
        this.dims = dims;
    }

    public static Shape of(int... dims) {
        for (int dim : dims) {
            if (dim < 0) {
                throw new IllegalArgumentException("negative extent in " + Arrays.toString(dims));
            }
        }
        return new Shape(dims.clone());
    }

    public int rank() {
        return dims.length;
    }

    /** The extent of an axis; negative axes count from the end. */
    public int dim(int axis) {
        return dims[axis(axis)];
    }

    /** The axis as a number from 0; negative axes count from the end. */
    public int axis(int axis) {
        int normal = axis < 0 ? axis + dims.length : axis;
        if (normal < 0 || normal >= dims.length) {
            throw new IllegalArgumentException("axis " + axis + " is outside " + this);
        }
        return normal;
    }

    public int[] toArray() {
        return dims.clone();
    }

    /** Number of elements. */
    public long elements() {
        long n = 1;
        for (int dim : dims) {
            n = Math.multiplyExact(n, (long) dim);
        }
        return n;
    }

    /** This shape with one extent replaced. */
    public Shape with(int axis, int extent) {
        int[] copy = dims.clone();
        copy[axis(axis)] = extent;
        return of(copy);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    /** {@code (16, 64, 384)}. */
    @Override
    public String toString() {
        String inner = Arrays.toString(dims);
        return "(" + inner.substring(1, inner.length() - 1) + ")";
    }
}
