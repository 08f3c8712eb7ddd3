package org.ditlab.tensor;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shape rules of the primitives: what shape an operation gives, or why its operands do not fit. Backends that
 * compute in Java and the tracing backend share them.
 *
 * <p>Every method throws {@link ShapeException}, naming the operation and the shapes, when the operands do not fit.
 */
public final class Shapes {
    private Shapes() {}

    /** The common shape of operands that broadcast as in NumPy: aligned at the last axis, extents of 1 repeat. */
    public static Shape broadcast(String op, Shape... shapes) {
        int rank = 0;
        for (Shape shape : shapes) {
            rank = Math.max(rank, shape.rank());
        }
        int[] dims = new int[rank];
        Arrays.fill(dims, 1);
        for (Shape shape : shapes) {
            for (int i = 1; i <= shape.rank(); i++) {
                int extent = shape.dim(-i);
                int at = rank - i;
                if (dims[at] == 1) {
                    dims[at] = extent;
                } else if (extent != 1 && extent != dims[at]) {
                    throw new ShapeException(op + ": " + listed(shapes) + " do not broadcast");
                }
            }
        }
        return Shape.of(dims);
    }

    /** {@code (..., m, k) x (..., k, n) -> (..., m, n)}; leading extents equal, or absent on the right. */
    public static Shape matmul(Shape a, Shape b) {
        boolean fits = a.rank() >= 2 && b.rank() >= 2 && a.dim(-1) == b.dim(-2);
        if (fits && b.rank() > 2) {
            fits = a.rank() == b.rank();
            for (int i = 0; fits && i < a.rank() - 2; i++) {
                fits = a.dim(i) == b.dim(i);
            }
        }
        if (!fits) {
            throw new ShapeException("matmul: " + a + " x " + b + " do not fit; expected (..., m, k) x (..., k, n)");
        }
        return a.with(-1, b.dim(-1));
    }

    /** Checks (..., T, d) against cosines and sines (T, d / 2). */
    public static void rotate(Shape x, Shape cos, Shape sin) {
        boolean fits = x.rank() >= 2
                && cos.equals(sin)
                && cos.rank() == 2
                && cos.dim(0) == x.dim(-2)
                && 2 * cos.dim(1) == x.dim(-1);
        if (!fits) {
            throw new ShapeException("rotate: " + x + " with cosines " + cos + " and sines " + sin
                    + " do not fit; expected (..., T, d) and (T, d / 2)");
        }
    }

    /** {@code (..., in) -> (..., out)} with weight (out, in) and bias (out), or null for none. */
    public static Shape linear(Shape x, Shape weight, @Nullable Shape bias) {
        boolean fits = x.rank() >= 1 && weight.rank() == 2 && x.dim(-1) == weight.dim(1);
        if (!fits || !isBias(bias, weight.dim(0))) {
            throw new ShapeException("linear: x " + x + ", weight " + weight + ", bias " + bias
                    + " do not fit; expected (..., in), (out, in), (out)");
        }
        return x.with(-1, weight.dim(0));
    }

    /** {@code (N, C, H, W) -> (N, O, H', W')} with weight (O, C / groups, kh, kw) and bias (O), or null for none. */
    public static Shape conv2d(
            Shape x, Shape weight, @Nullable Shape bias, int stride, int padHeight, int padWidth, int groups) {
        boolean fits = x.rank() == 4
                && weight.rank() == 4
                && groups >= 1
                && stride >= 1
                && padHeight >= 0
                && padWidth >= 0
                && x.dim(1) % groups == 0
                && weight.dim(0) % groups == 0
                && weight.dim(1) == x.dim(1) / groups
                && isBias(bias, weight.dim(0));
        if (fits) {
            int height = windows(x.dim(2), weight.dim(2), stride, padHeight);
            int width = windows(x.dim(3), weight.dim(3), stride, padWidth);
            if (height >= 1 && width >= 1) {
                return Shape.of(x.dim(0), weight.dim(0), height, width);
            }
        }
        throw new ShapeException("conv2d: x " + x + ", weight " + weight + ", bias " + bias + ", stride " + stride
                + ", padding (" + padHeight + ", " + padWidth + "), groups " + groups
                + " do not fit; expected (N, C, H, W), (O, C / groups, kh, kw), (O)");
    }

    /** {@code (N, C, H, W) -> (N, C, H', W')} over square windows; the padding is at most half the kernel. */
    public static Shape pool2d(String op, Shape x, int kernel, int stride, int padding) {
        if (x.rank() == 4 && kernel >= 1 && stride >= 1 && padding >= 0 && 2 * padding <= kernel) {
            int height = windows(x.dim(2), kernel, stride, padding);
            int width = windows(x.dim(3), kernel, stride, padding);
            if (height >= 1 && width >= 1) {
                return Shape.of(x.dim(0), x.dim(1), height, width);
            }
        }
        throw new ShapeException(op + ": " + x + " with kernel " + kernel + ", stride " + stride + ", padding "
                + padding + " does not fit; expected (N, C, H, W) and padding of at most half the kernel");
    }

    /** Rows of a table (rows, D): the indices' shape and D. */
    public static Shape embedding(Shape table, Shape indices) {
        if (table.rank() != 2) {
            throw new ShapeException("embedding: table " + table + " with indices " + indices
                    + " does not fit; expected a table (rows, D)");
        }
        int[] dims = Arrays.copyOf(indices.toArray(), indices.rank() + 1);
        dims[indices.rank()] = table.dim(1);
        return Shape.of(dims);
    }

    /** The shape after the given axes are reduced: to 1 when kept, else left out. */
    public static Shape reduce(String op, Shape x, boolean keep, int... axes) {
        boolean[] reduced = reduced(op, x, axes);
        int[] dims = new int[x.rank()];
        int rank = 0;
        for (int i = 0; i < x.rank(); i++) {
            if (keep || !reduced[i]) {
                dims[rank++] = reduced[i] ? 1 : x.dim(i);
            }
        }
        return Shape.of(Arrays.copyOf(dims, rank));
    }

    /** Which axes of x are among the given ones; an axis that is named twice is refused. */
    public static boolean[] reduced(String op, Shape x, int... axes) {
        boolean[] reduced = new boolean[x.rank()];
        for (int axis : axes) {
            int at = axis(op, x, axis);
            if (reduced[at]) {
                throw new ShapeException(op + ": " + x + " names axis " + axis + " twice");
            }
            reduced[at] = true;
        }
        return reduced;
    }

    /** The same elements in other extents; one of them may be -1. */
    public static Shape reshape(Shape x, int... dims) {
        int[] result = dims.clone();
        int open = -1;
        long known = 1;
        boolean fits = true;
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] == -1) {
                fits &= open < 0;
                open = i;
            } else {
                fits &= dims[i] >= 0;
                known *= dims[i];
            }
        }
        if (fits && open >= 0) {
            fits = known > 0 && x.elements() % known == 0;
            result[open] = fits ? Math.toIntExact(x.elements() / known) : 0;
        } else {
            fits &= known == x.elements();
        }
        if (!fits) {
            throw new ShapeException("reshape: " + x + " does not fit into " + Arrays.toString(dims));
        }
        return Shape.of(result);
    }

    /** The axes in a new order; each is named once. */
    public static Shape permute(Shape x, int... axes) {
        int[] order = order(x, axes);
        int[] dims = new int[order.length];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = x.dim(order[i]);
        }
        return Shape.of(dims);
    }

    /** A permutation's axes counted from 0. */
    public static int[] order(Shape x, int... axes) {
        boolean[] seen = reduced("permute", x, axes);
        int[] order = new int[axes.length];
        for (int i = 0; i < axes.length; i++) {
            order[i] = x.axis(axes[i]);
        }
        if (axes.length != seen.length) {
            throw new ShapeException("permute: " + x + " needs all of its axes, got " + Arrays.toString(axes));
        }
        return order;
    }

    /** Elements start (inclusive) to end (exclusive) of an axis. */
    public static Shape slice(Shape x, int axis, int start, int end) {
        int at = axis("slice", x, axis);
        if (start < 0 || end < start || end > x.dim(at)) {
            throw new ShapeException("slice: " + start + " to " + end + " is outside axis " + axis + " of " + x);
        }
        return x.with(at, end - start);
    }

    /** Parts laid one after another along an axis; their other extents are equal. */
    public static Shape concat(List<Shape> parts, int axis) {
        if (parts.isEmpty()) {
            throw new ShapeException("concat: no parts");
        }
        Shape first = parts.get(0);
        int at = axis("concat", first, axis);
        int extent = 0;
        for (Shape part : parts) {
            if (part.rank() != first.rank() || !part.with(at, 0).equals(first.with(at, 0))) {
                throw new ShapeException("concat: " + parts + " differ in more than axis " + axis);
            }
            extent += part.dim(at);
        }
        return first.with(at, extent);
    }

    /** The target shape, when x broadcasts to it. */
    public static Shape broadcastTo(Shape x, Shape target) {
        boolean fits = x.rank() <= target.rank();
        for (int i = 1; fits && i <= x.rank(); i++) {
            fits = x.dim(-i) == 1 || x.dim(-i) == target.dim(-i);
        }
        if (!fits) {
            throw new ShapeException("broadcastTo: " + x + " does not broadcast to " + target);
        }
        return target;
    }

    /** The axis counted from 0; negative axes count from the end. */
    public static int axis(String op, Shape x, int axis) {
        int normal = axis < 0 ? axis + x.rank() : axis;
        if (normal < 0 || normal >= x.rank()) {
            throw new ShapeException(op + ": axis " + axis + " is outside " + x);
        }
        return normal;
    }

    /** Checks that so many values fill the shape. */
    public static Shape filled(String op, Shape shape, long values) {
        if (shape.elements() != values) {
            throw new ShapeException(op + ": " + values + " values do not fill " + shape);
        }
        return shape;
    }

    /** Checks that two shapes are equal. */
    public static Shape same(String op, Shape a, Shape b) {
        if (!a.equals(b)) {
            throw new ShapeException(op + ": " + a + " and " + b + " differ");
        }
        return a;
    }

    private static boolean isBias(@Nullable Shape bias, int outputs) {
        return bias == null || (bias.rank() == 1 && bias.dim(0) == outputs);
    }

    private static int windows(int extent, int kernel, int stride, int padding) {
        int room = extent + 2 * padding - kernel;
        return room < 0 ? 0 : room / stride + 1;
    }

    private static String listed(Shape... shapes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < shapes.length; i++) {
            text.append(i == 0 ? "" : i == shapes.length - 1 ? " and " : ", ").append(shapes[i]);
        }
        return text.toString();
    }
}
