package org.ditlab.tensor;

import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.spi.Backend;

/** How to draw one operand of a {@link PrimitiveCase}. Floating values are exact in float32. */
record Operand(Shape shape, Kind kind, double parameter) {
    enum Kind {
        /** Standard normal. */
        NORMAL,
        /** From 0.5 to 2.5. */
        POSITIVE,
        /** Distinct, at least 0.1 apart, none nearer to zero than 0.05: no kink or tie is near. */
        SPACED,
        /** 0 or 1, no gradient. */
        BIT,
        /** Rows of a table, INT64. */
        INDEX
    }

    static Operand normal(int... dims) {
        return new Operand(Shape.of(dims), Kind.NORMAL, 0);
    }

    static Operand positive(int... dims) {
        return new Operand(Shape.of(dims), Kind.POSITIVE, 0);
    }

    static Operand spaced(int... dims) {
        return new Operand(Shape.of(dims), Kind.SPACED, 0);
    }

    /** Spaced values moved by 0.03, so that none equals one of the others. */
    static Operand shifted(int... dims) {
        return new Operand(Shape.of(dims), Kind.SPACED, 0.03);
    }

    static Operand bits(int... dims) {
        return new Operand(Shape.of(dims), Kind.BIT, 0);
    }

    static Operand indices(int rows, int... dims) {
        return new Operand(Shape.of(dims), Kind.INDEX, rows);
    }

    /** Whether a gradient is asked for. */
    boolean differentiable() {
        return kind != Kind.BIT && kind != Kind.INDEX;
    }

    /** Fresh values. */
    double[] draw(RandomStream stream) {
        int n = Math.toIntExact(shape.elements());
        float[] normal = new float[n];
        stream.normal(0, 0, normal, 0, n);
        int[] order = stream.permutation(n, 1);
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = switch (kind) {
                case NORMAL -> normal[i];
                case POSITIVE -> (float) (0.5 + 2 * stream.uniform(2, 0, i));
                case SPACED -> (float) ((order[i] - n / 2 + 0.5) * 0.1 + parameter);
                case BIT -> stream.integer(2, 0, i, 2);
                case INDEX -> stream.integer(2, 0, i, (int) parameter);
            };
        }
        return values;
    }

    /** The values as a tensor: a leaf that asks for gradients where the operand has them. */
    Tensor on(Backend backend, double[] values, DType type) {
        if (kind == Kind.INDEX) {
            long[] rows = new long[values.length];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = (long) values[i];
            }
            return backend.indices(rows, shape);
        }
        return backend.leaf(backend.tensor(values, shape, type), differentiable());
    }
}
