package org.ditlab.tensor.reference;

import org.ditlab.tensor.DType;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Shapes;

/** Mean and largest over square windows of (N, C, H, W). */
final class Windows {
    private final Tape tape;

    Windows(Tape tape) {
        this.tape = tape;
    }

    ReferenceTensor average(ReferenceTensor x, int kernel, int stride, int padding) {
        Shape shape = Shapes.pool2d("avgPool2d", x.shape(), kernel, stride, padding);
        DType type = DType.floating("avgPool2d", x.dtype());
        double[] in = x.values();
        double[] out = new double[Math.toIntExact(shape.elements())];
        Frames frames = new Frames(x.shape(), shape, kernel, stride, padding);
        frames.visit((at, plane, top, bottom, left, right) -> {
            double sum = 0;
            for (int row = top; row < bottom; row++) {
                for (int column = left; column < right; column++) {
                    sum += in[plane + row * frames.width() + column];
                }
            }
            out[at] = sum / ((bottom - top) * (right - left));
        });
        return tape.result(
                shape,
                type,
                out,
                (gradient, flow) -> {
                    double[] share = new double[in.length];
                    frames.visit((at, plane, top, bottom, left, right) -> {
                        double each = gradient[at] / ((bottom - top) * (right - left));
                        for (int row = top; row < bottom; row++) {
                            for (int column = left; column < right; column++) {
                                share[plane + row * frames.width() + column] += each;
                            }
                        }
                    });
                    flow.add(x, share);
                },
                x);
    }

    ReferenceTensor largest(ReferenceTensor x, int kernel, int stride, int padding) {
        Shape shape = Shapes.pool2d("maxPool2d", x.shape(), kernel, stride, padding);
        DType type = DType.floating("maxPool2d", x.dtype());
        double[] in = x.values();
        double[] out = new double[Math.toIntExact(shape.elements())];
        int[] winners = new int[out.length];
        Frames frames = new Frames(x.shape(), shape, kernel, stride, padding);
        frames.visit((at, plane, top, bottom, left, right) -> {
            int winner = plane + top * frames.width() + left;
            for (int row = top; row < bottom; row++) {
                for (int column = left; column < right; column++) {
                    int candidate = plane + row * frames.width() + column;
                    if (in[candidate] > in[winner] || Double.isNaN(in[candidate])) {
                        winner = candidate;
                    }
                }
            }
            winners[at] = winner;
            out[at] = in[winner];
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

    /** The windows, clipped to the image. */
    private record Frames(Shape x, Shape out, int kernel, int stride, int padding) {
        /** One window: output element, start of its input plane, rows and columns (ends exclusive). */
        private interface Visitor {
            void visit(int at, int plane, int top, int bottom, int left, int right);
        }

        private int width() {
            return x.dim(3);
        }

        private void visit(Visitor visitor) {
            int at = 0;
            for (int plane = 0; plane < x.dim(0) * x.dim(1); plane++) {
                for (int row = 0; row < out.dim(2); row++) {
                    int top = row * stride - padding;
                    for (int column = 0; column < out.dim(3); column++) {
                        int left = column * stride - padding;
                        visitor.visit(
                                at++,
                                plane * x.dim(2) * x.dim(3),
                                Math.max(0, top),
                                Math.min(x.dim(2), top + kernel),
                                Math.max(0, left),
                                Math.min(x.dim(3), left + kernel));
                    }
                }
            }
        }
    }
}
