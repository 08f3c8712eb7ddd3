package org.ditlab.tensor.reference;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Shapes;

/** Functions of single elements, broadcasting, with their derivatives. */
final class Elementwise {
    private final Tape tape;

    Elementwise(Tape tape) {
        this.tape = tape;
    }

    /**
     * {@code y = f(x)}.
     *
     * @param derivative dy/dx as a function of x and y
     */
    ReferenceTensor map(String op, ReferenceTensor x, DoubleUnaryOperator f, DoubleBinaryOperator derivative) {
        DType type = DType.floating(op, x.dtype());
        double[] in = x.values();
        double[] out = new double[in.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = f.applyAsDouble(in[i]);
        }
        return tape.result(
                x.shape(),
                type,
                out,
                (gradient, flow) -> {
                    double[] share = new double[in.length];
                    for (int i = 0; i < share.length; i++) {
                        share[i] = gradient[i] * derivative.applyAsDouble(in[i], out[i]);
                    }
                    flow.add(x, share);
                },
                x);
    }

    /**
     * {@code y = f(a, b)}.
     *
     * @param byA dy/da as a function of a and b
     * @param byB dy/db as a function of a and b
     */
    ReferenceTensor combine(
            String op,
            ReferenceTensor a,
            ReferenceTensor b,
            DoubleBinaryOperator f,
            DoubleBinaryOperator byA,
            DoubleBinaryOperator byB) {
        Shape shape = Shapes.broadcast(op, a.shape(), b.shape());
        double[] left = spread(a, shape);
        double[] right = spread(b, shape);
        return tape.result(
                shape,
                DType.promote(a.dtype(), b.dtype()),
                zip(left, right, f),
                (gradient, flow) -> {
                    if (flow.wanted(a)) {
                        flow.add(a, fold(product(gradient, zip(left, right, byA)), shape, a.shape()));
                    }
                    if (flow.wanted(b)) {
                        flow.add(b, fold(product(gradient, zip(left, right, byB)), shape, b.shape()));
                    }
                },
                a,
                b);
    }

    /** 1 where a is less than b, else 0, in a's type. */
    ReferenceTensor less(ReferenceTensor a, ReferenceTensor b) {
        Shape shape = Shapes.broadcast("less", a.shape(), b.shape());
        return tape.constant(
                shape, a.dtype(), zip(spread(a, shape), spread(b, shape), (left, right) -> left < right ? 1 : 0));
    }

    ReferenceTensor where(ReferenceTensor condition, ReferenceTensor yes, ReferenceTensor no) {
        Shape shape = Shapes.broadcast("where", condition.shape(), yes.shape(), no.shape());
        double[] chosen = spread(condition, shape);
        double[] left = spread(yes, shape);
        double[] right = spread(no, shape);
        double[] out = new double[chosen.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = chosen[i] != 0 ? left[i] : right[i];
        }
        return tape.result(
                shape,
                DType.promote(yes.dtype(), no.dtype()),
                out,
                (gradient, flow) -> {
                    double[] kept = new double[gradient.length];
                    double[] rest = new double[gradient.length];
                    for (int i = 0; i < gradient.length; i++) {
                        (chosen[i] != 0 ? kept : rest)[i] = gradient[i];
                    }
                    flow.add(yes, fold(kept, shape, yes.shape()));
                    flow.add(no, fold(rest, shape, no.shape()));
                },
                yes,
                no);
    }

    /** The values of x repeated to the shape; x's own array when nothing repeats. */
    private static double[] spread(ReferenceTensor x, Shape shape) {
        return x.shape().equals(shape)
                ? x.values()
                : Strided.broadcast(x.shape(), shape).gather(x.values());
    }

    /** The sum over what {@link #spread} repeats. */
    private static double[] fold(double[] gradient, Shape from, Shape to) {
        if (from.equals(to)) {
            return gradient;
        }
        double[] sum = new double[Math.toIntExact(to.elements())];
        Strided.broadcast(to, from).scatter(gradient, sum);
        return sum;
    }

    private static double[] zip(double[] a, double[] b, DoubleBinaryOperator f) {
        double[] out = new double[a.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = f.applyAsDouble(a[i], b[i]);
        }
        return out;
    }

    private static double[] product(double[] gradient, double[] factor) {
        for (int i = 0; i < factor.length; i++) {
            factor[i] *= gradient[i];
        }
        return factor;
    }
}
