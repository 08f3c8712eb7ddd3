package org.ditlab.tensor.reference;

import java.util.ArrayList;
import java.util.List;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Shapes;

/** The same values in another order, shape or type. */
final class Arrangement {
    private final Tape tape;

    Arrangement(Tape tape) {
        this.tape = tape;
    }

    ReferenceTensor reshape(ReferenceTensor x, int... dims) {
        Shape shape = Shapes.reshape(x.shape(), dims);
        return tape.view(shape, x.dtype(), x.values(), (gradient, flow) -> flow.add(x, gradient.clone()), x);
    }

    ReferenceTensor permute(ReferenceTensor x, int... axes) {
        Shape shape = Shapes.permute(x.shape(), axes);
        int[] own = Strided.rowMajor(x.shape());
        int[] order = Shapes.order(x.shape(), axes);
        int[] strides = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            strides[i] = own[order[i]];
        }
        return gathered(x, shape, new Strided(shape.toArray(), strides, 0));
    }

    ReferenceTensor slice(ReferenceTensor x, int axis, int start, int end) {
        Shape shape = Shapes.slice(x.shape(), axis, start, end);
        return gathered(x, shape, part(x.shape(), shape, x.shape().axis(axis), start));
    }

    ReferenceTensor broadcastTo(ReferenceTensor x, Shape target) {
        Shape shape = Shapes.broadcastTo(x.shape(), target);
        return gathered(x, shape, Strided.broadcast(x.shape(), shape));
    }

    private ReferenceTensor gathered(ReferenceTensor x, Shape shape, Strided strided) {
        return tape.view(
                shape,
                x.dtype(),
                strided.gather(x.values()),
                (gradient, flow) -> {
                    double[] share = new double[x.size()];
                    strided.scatter(gradient, share);
                    flow.add(x, share);
                },
                x);
    }

    ReferenceTensor concat(List<ReferenceTensor> parts, int axis) {
        Shape shape = Shapes.concat(parts.stream().map(ReferenceTensor::shape).toList(), axis);
        DType type = parts.stream().map(ReferenceTensor::dtype).reduce(DType.INT64, DType::promote);
        int at = shape.axis(axis);
        double[] out = new double[Math.toIntExact(shape.elements())];
        List<Strided> places = new ArrayList<>();
        int start = 0;
        for (ReferenceTensor part : parts) {
            Strided place = part(shape, part.shape(), at, start);
            place.scatter(part.values(), out);
            places.add(place);
            start += part.dim(at);
        }
        return tape.view(
                shape,
                type,
                out,
                (gradient, flow) -> {
                    for (int i = 0; i < places.size(); i++) {
                        flow.add(parts.get(i), places.get(i).gather(gradient));
                    }
                },
                parts.toArray(ReferenceTensor[]::new));
    }

    /** A part of a whole that begins at {@code start} of an axis. */
    private static Strided part(Shape whole, Shape part, int axis, int start) {
        int[] strides = Strided.rowMajor(whole);
        return new Strided(part.toArray(), strides, start * strides[axis]);
    }

    ReferenceTensor cast(ReferenceTensor x, DType type) {
        return tape.result(x.shape(), type, x.values().clone(), (gradient, flow) -> flow.add(x, gradient.clone()), x);
    }
}
