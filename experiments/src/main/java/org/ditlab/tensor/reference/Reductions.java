package org.ditlab.tensor.reference;

import org.ditlab.tensor.DType;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Shapes;

/** Sums, means, largest elements and softmax along axes. */
final class Reductions {
    private final Tape tape;

    Reductions(Tape tape) {
        this.tape = tape;
    }

    ReferenceTensor sum(ReferenceTensor x, boolean keep, int... axes) {
        return scaledSum("sum", x, 1, keep, axes);
    }

    ReferenceTensor mean(ReferenceTensor x, boolean keep, int... axes) {
        Shape reduced = Shapes.reduce("mean", x.shape(), true, axes);
        return scaledSum("mean", x, (double) reduced.elements() / x.size(), keep, axes);
    }

    private ReferenceTensor scaledSum(String op, ReferenceTensor x, double scale, boolean keep, int... axes) {
        DType type = DType.floating(op, x.dtype());
        Shape kept = Shapes.reduce(op, x.shape(), true, axes);
        Strided spread = Strided.broadcast(kept, x.shape());
        double[] out = new double[Math.toIntExact(kept.elements())];
        spread.scatter(x.values(), out);
        scale(out, scale);
        return tape.result(
                Shapes.reduce(op, x.shape(), keep, axes),
                type,
                out,
                (gradient, flow) -> flow.add(x, scale(spread.gather(gradient), scale)),
                x);
    }

    ReferenceTensor max(ReferenceTensor x, boolean keep, int axis) {
        DType type = DType.floating("max", x.dtype());
        Shape shape = Shapes.reduce("max", x.shape(), keep, axis);
        Lines lines = Lines.along("max", x.shape(), axis);
        double[] in = x.values();
        double[] out = new double[Math.toIntExact(shape.elements())];
        int[] winners = new int[out.length];
        lines.visit((line, start) -> {
            int winner = start;
            for (int i = 0; i < lines.length(); i++) {
                int candidate = start + i * lines.step();
                if (in[candidate] > in[winner] || (Double.isNaN(in[candidate]) && !Double.isNaN(in[winner]))) {
                    winner = candidate;
                }
            }
            winners[line] = winner;
            out[line] = in[winner];
        });
        return tape.result(
                shape,
                type,
                out,
                (gradient, flow) -> {
                    double[] share = new double[in.length];
                    for (int i = 0; i < gradient.length; i++) {
                        share[winners[i]] += gradient[i];
                    }
                    flow.add(x, share);
                },
                x);
    }

    ReferenceTensor softmax(ReferenceTensor x, int axis) {
        DType type = DType.floating("softmax", x.dtype());
        Lines lines = Lines.along("softmax", x.shape(), axis);
        double[] out = logSoftmax(x.values(), lines);
        for (int i = 0; i < out.length; i++) {
            out[i] = Math.exp(out[i]);
        }
        return tape.result(
                x.shape(),
                type,
                out,
                (gradient, flow) -> {
                    double[] share = new double[out.length];
                    lines.visit((line, start) -> {
                        double mean = 0;
                        for (int i = 0; i < lines.length(); i++) {
                            int at = start + i * lines.step();
                            mean += gradient[at] * out[at];
                        }
                        for (int i = 0; i < lines.length(); i++) {
                            int at = start + i * lines.step();
                            share[at] = out[at] * (gradient[at] - mean);
                        }
                    });
                    flow.add(x, share);
                },
                x);
    }

    ReferenceTensor logSoftmax(ReferenceTensor x, int axis) {
        DType type = DType.floating("logSoftmax", x.dtype());
        Lines lines = Lines.along("logSoftmax", x.shape(), axis);
        double[] out = logSoftmax(x.values(), lines);
        return tape.result(
                x.shape(),
                type,
                out,
                (gradient, flow) -> {
                    double[] share = new double[out.length];
                    lines.visit((line, start) -> {
                        double total = 0;
                        for (int i = 0; i < lines.length(); i++) {
                            total += gradient[start + i * lines.step()];
                        }
                        for (int i = 0; i < lines.length(); i++) {
                            int at = start + i * lines.step();
                            share[at] = gradient[at] - Math.exp(out[at]) * total;
                        }
                    });
                    flow.add(x, share);
                },
                x);
    }

    private static double[] logSoftmax(double[] in, Lines lines) {
        double[] out = new double[in.length];
        lines.visit((line, start) -> {
            double largest = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < lines.length(); i++) {
                largest = Math.max(largest, in[start + i * lines.step()]);
            }
            double sum = 0;
            for (int i = 0; i < lines.length(); i++) {
                sum += Math.exp(in[start + i * lines.step()] - largest);
            }
            double logSum = largest + Math.log(sum);
            for (int i = 0; i < lines.length(); i++) {
                int at = start + i * lines.step();
                out[at] = in[at] - logSum;
            }
        });
        return out;
    }

    private static double[] scale(double[] values, double factor) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
        return values;
    }

    /** All lines of elements along one axis. */
    private record Lines(int outer, int length, int step) {
        private interface Visitor {
            void visit(int line, int start);
        }

        private static Lines along(String op, Shape shape, int axis) {
            int at = Shapes.axis(op, shape, axis);
            int outer = 1;
            for (int i = 0; i < at; i++) {
                outer *= shape.dim(i);
            }
            return new Lines(outer, shape.dim(at), Strided.rowMajor(shape)[at]);
        }

        private void visit(Visitor visitor) {
            for (int line = 0; line < outer * step; line++) {
                visitor.visit(line, line / step * length * step + line % step);
            }
        }
    }
}
