package org.ditlab.tensor.reference;

import org.ditlab.tensor.DType;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Shapes;
import org.jspecify.annotations.Nullable;

/** Grouped two-dimensional convolution by direct loops. */
final class Convolution {
    private final Tape tape;

    Convolution(Tape tape) {
        this.tape = tape;
    }

    ReferenceTensor conv2d(
            ReferenceTensor x,
            ReferenceTensor weight,
            @Nullable ReferenceTensor bias,
            int stride,
            int padHeight,
            int padWidth,
            int groups) {
        Shape shape = Shapes.conv2d(
                x.shape(), weight.shape(), bias == null ? null : bias.shape(), stride, padHeight, padWidth, groups);
        DType type = DType.floating("conv2d", DType.promote(x.dtype(), weight.dtype()));
        Taps taps = new Taps(x.shape(), weight.shape(), shape, stride, padHeight, padWidth, groups);
        double[] input = x.values();
        double[] kernel = weight.values();
        double[] out = new double[Math.toIntExact(shape.elements())];
        int plane = shape.dim(2) * shape.dim(3);
        if (bias != null) {
            for (int i = 0; i < out.length; i++) {
                out[i] = bias.values()[i / plane % shape.dim(1)];
            }
        }
        taps.visit((tap, from, to, length) -> {
            double factor = kernel[tap];
            for (int i = 0; i < length; i++) {
                out[to + i] += factor * input[from + i * stride];
            }
        });
        Step.Pullback pullback = (gradient, flow) -> {
            if (flow.wanted(x)) {
                double[] byX = new double[input.length];
                taps.visit((tap, from, to, length) -> {
                    double factor = kernel[tap];
                    for (int i = 0; i < length; i++) {
                        byX[from + i * stride] += factor * gradient[to + i];
                    }
                });
                flow.add(x, byX);
            }
            if (flow.wanted(weight)) {
                double[] byWeight = new double[kernel.length];
                taps.visit((tap, from, to, length) -> {
                    double sum = 0;
                    for (int i = 0; i < length; i++) {
                        sum += input[from + i * stride] * gradient[to + i];
                    }
                    byWeight[tap] += sum;
                });
                flow.add(weight, byWeight);
            }
            if (bias != null && flow.wanted(bias)) {
                double[] byBias = new double[bias.size()];
                for (int i = 0; i < gradient.length; i++) {
                    byBias[i / plane % byBias.length] += gradient[i];
                }
                flow.add(bias, byBias);
            }
        };
        return bias == null
                ? tape.result(shape, type, out, pullback, x, weight)
                : tape.result(shape, type, out, pullback, x, weight, bias);
    }

    /** Which input rows meet which output rows under which weight, the padding left out. */
    private record Taps(Shape x, Shape weight, Shape out, int stride, int padHeight, int padWidth, int groups) {
        /** One weight over one row: inputs from {@code from} by the stride, outputs from {@code to} by one. */
        private interface Visitor {
            void visit(int tap, int from, int to, int length);
        }

        private void visit(Visitor visitor) {
            int perGroup = weight.dim(1);
            int outputsPerGroup = weight.dim(0) / groups;
            for (int n = 0; n < x.dim(0); n++) {
                for (int o = 0; o < weight.dim(0); o++) {
                    int to = (n * weight.dim(0) + o) * out.dim(2) * out.dim(3);
                    for (int c = 0; c < perGroup; c++) {
                        int channel = o / outputsPerGroup * perGroup + c;
                        int from = (n * x.dim(1) + channel) * x.dim(2) * x.dim(3);
                        plane((o * perGroup + c) * weight.dim(2) * weight.dim(3), from, to, visitor);
                    }
                }
            }
        }

        private void plane(int tap, int from, int to, Visitor visitor) {
            for (int kx = 0; kx < weight.dim(3); kx++) {
                int first = first(kx, padWidth);
                int last = last(kx, padWidth, x.dim(3), out.dim(3));
                if (first > last) {
                    continue;
                }
                for (int ky = 0; ky < weight.dim(2); ky++) {
                    int bottom = last(ky, padHeight, x.dim(2), out.dim(2));
                    for (int row = first(ky, padHeight); row <= bottom; row++) {
                        int source = from + (row * stride + ky - padHeight) * x.dim(3) + first * stride + kx - padWidth;
                        int target = to + row * out.dim(3) + first;
                        visitor.visit(tap + ky * weight.dim(3) + kx, source, target, last - first + 1);
                    }
                }
            }
        }

        /** The first output position whose input under this tap is not left of the image. */
        private int first(int tap, int padding) {
            return Math.max(0, -Math.floorDiv(tap - padding, stride));
        }

        /** The last output position whose input under this tap is not right of the image; -1 for none. */
        private int last(int tap, int padding, int extent, int outputs) {
            return Math.min(outputs - 1, Math.floorDiv(extent - 1 + padding - tap, stride));
        }
    }
}
