package org.ditlab.tensor.reference;

import org.ditlab.tensor.DType;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Shapes;
import org.jspecify.annotations.Nullable;

/** Matrix products, linear layers and table look-ups. */
final class Products {
    private final Tape tape;

    Products(Tape tape) {
        this.tape = tape;
    }

    ReferenceTensor matmul(ReferenceTensor a, ReferenceTensor b) {
        Shape shape = Shapes.matmul(a.shape(), b.shape());
        DType type = DType.floating("matmul", DType.promote(a.dtype(), b.dtype()));
        // Without leading extents on the right, all rows of the left are one matrix.
        boolean shared = b.shape().rank() == 2;
        int k = a.dim(-1);
        int n = b.dim(-1);
        int m = shared ? (k == 0 ? rows(shape) : a.size() / k) : a.dim(-2);
        int batches = shared ? 1 : rows(shape) / Math.max(1, m);
        double[] left = a.values();
        double[] right = b.values();
        double[] out = new double[Math.toIntExact(shape.elements())];
        for (int i = 0; i < batches; i++) {
            MatrixProduct.add(left, i * m * k, right, i * k * n, out, i * m * n, m, k, n);
        }
        return tape.result(
                shape,
                type,
                out,
                (gradient, flow) -> {
                    double[] byA = new double[left.length];
                    double[] byB = new double[right.length];
                    for (int i = 0; i < batches; i++) {
                        if (flow.wanted(a)) {
                            double[] turned = MatrixProduct.transpose(right, i * k * n, k, n);
                            MatrixProduct.add(gradient, i * m * n, turned, 0, byA, i * m * k, m, n, k);
                        }
                        if (flow.wanted(b)) {
                            MatrixProduct.addTransposed(left, i * m * k, gradient, i * m * n, byB, i * k * n, k, m, n);
                        }
                    }
                    flow.add(a, byA);
                    flow.add(b, byB);
                },
                a,
                b);
    }

    ReferenceTensor linear(ReferenceTensor x, ReferenceTensor weight, @Nullable ReferenceTensor bias) {
        Shape shape = Shapes.linear(x.shape(), weight.shape(), bias == null ? null : bias.shape());
        DType type = DType.floating("linear", DType.promote(x.dtype(), weight.dtype()));
        int in = weight.dim(1);
        int out = weight.dim(0);
        int rows = rows(shape);
        double[] input = x.values();
        double[] matrix = weight.values();
        double[] result = new double[rows * out];
        if (bias != null) {
            for (int row = 0; row < rows; row++) {
                System.arraycopy(bias.values(), 0, result, row * out, out);
            }
        }
        MatrixProduct.add(input, 0, MatrixProduct.transpose(matrix, 0, out, in), 0, result, 0, rows, in, out);
        Step.Pullback pullback = (gradient, flow) -> {
            if (flow.wanted(x)) {
                double[] byX = new double[input.length];
                MatrixProduct.add(gradient, 0, matrix, 0, byX, 0, rows, out, in);
                flow.add(x, byX);
            }
            if (flow.wanted(weight)) {
                double[] byWeight = new double[matrix.length];
                MatrixProduct.addTransposed(gradient, 0, input, 0, byWeight, 0, out, rows, in);
                flow.add(weight, byWeight);
            }
            if (bias != null && flow.wanted(bias)) {
                double[] byBias = new double[out];
                for (int i = 0; i < gradient.length; i++) {
                    byBias[i % out] += gradient[i];
                }
                flow.add(bias, byBias);
            }
        };
        return bias == null
                ? tape.result(shape, type, result, pullback, x, weight)
                : tape.result(shape, type, result, pullback, x, weight, bias);
    }

    ReferenceTensor embedding(ReferenceTensor table, ReferenceTensor indices) {
        DType.integer("embedding", indices.dtype());
        Shape shape = Shapes.embedding(table.shape(), indices.shape());
        int rows = table.dim(0);
        int width = table.dim(1);
        double[] chosen = indices.values();
        double[] out = new double[chosen.length * width];
        for (int i = 0; i < chosen.length; i++) {
            if (chosen[i] < 0 || chosen[i] >= rows) {
                throw new IllegalArgumentException(
                        "embedding: index " + (long) chosen[i] + " is outside a table of " + rows + " rows");
            }
            System.arraycopy(table.values(), (int) chosen[i] * width, out, i * width, width);
        }
        return tape.view(
                shape,
                table.dtype(),
                out,
                (gradient, flow) -> {
                    double[] share = new double[rows * width];
                    for (int i = 0; i < gradient.length; i++) {
                        share[(int) chosen[i / width] * width + i % width] += gradient[i];
                    }
                    flow.add(table, share);
                },
                table);
    }

    /** How many rows of the last axis a result has. */
    private static int rows(Shape shape) {
        int rows = 1;
        for (int i = 0; i < shape.rank() - 1; i++) {
            rows *= shape.dim(i);
        }
        return rows;
    }
}
