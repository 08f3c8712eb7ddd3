package org.ditlab.tensor.reference;

import java.util.Arrays;
import java.util.List;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Shapes;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;
import org.jspecify.annotations.Nullable;

/**
 * Tensors computed in plain Java: sums in double, each result rounded once to its type. Deterministic, on the calling
 * thread; memory belongs to the garbage collector, so that scopes free nothing.
 */
public final class ReferenceBackend implements Backend {
    private final Tape tape = new Tape(this);
    private final Elementwise elementwise = new Elementwise(tape);
    private final Products products = new Products(tape);
    private final Convolution convolution = new Convolution(tape);
    private final Windows windows = new Windows(tape);
    private final Reductions reductions = new Reductions(tape);
    private final Arrangement arrangement = new Arrangement(tape);

    @Override
    public String name() {
        return "reference";
    }

    @Override
    public Device device() {
        return Device.CPU;
    }

    private static ReferenceTensor of(Tensor x) {
        return (ReferenceTensor) x;
    }

    private static @Nullable ReferenceTensor optional(@Nullable Tensor x) {
        return (ReferenceTensor) x;
    }

    // ---- from and to Java ----

    @Override
    public Tensor tensor(float[] values, Shape shape, DType dtype) {
        Shapes.filled("tensor", shape, values.length);
        double[] copy = new double[values.length];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = values[i];
        }
        return tape.constant(shape, dtype, copy);
    }

    @Override
    public Tensor tensor(double[] values, Shape shape, DType dtype) {
        Shapes.filled("tensor", shape, values.length);
        return tape.constant(shape, dtype, values.clone());
    }

    /** Indices, INT64; exact up to 2^53. */
    @Override
    public Tensor indices(long[] values, Shape shape) {
        Shapes.filled("indices", shape, values.length);
        double[] copy = new double[values.length];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = values[i];
        }
        return tape.constant(shape, DType.INT64, copy);
    }

    @Override
    public Tensor full(double value, Shape shape, DType dtype) {
        double[] values = new double[Math.toIntExact(shape.elements())];
        Arrays.fill(values, value);
        return tape.constant(shape, dtype, values);
    }

    @Override
    public float[] toFloats(Tensor x) {
        double[] values = of(x).values();
        float[] copy = new float[values.length];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = (float) values[i];
        }
        return copy;
    }

    @Override
    public double[] toDoubles(Tensor x) {
        return of(x).values().clone();
    }

    // ---- element-wise, broadcasting ----

    @Override
    public Tensor add(Tensor a, Tensor b) {
        return elementwise.combine("add", of(a), of(b), Double::sum, (x, y) -> 1, (x, y) -> 1);
    }

    @Override
    public Tensor sub(Tensor a, Tensor b) {
        return elementwise.combine("sub", of(a), of(b), (x, y) -> x - y, (x, y) -> 1, (x, y) -> -1);
    }

    @Override
    public Tensor mul(Tensor a, Tensor b) {
        return elementwise.combine("mul", of(a), of(b), (x, y) -> x * y, (x, y) -> y, (x, y) -> x);
    }

    @Override
    public Tensor div(Tensor a, Tensor b) {
        DType.floating("div", DType.promote(a.dtype(), b.dtype()));
        return elementwise.combine("div", of(a), of(b), (x, y) -> x / y, (x, y) -> 1 / y, (x, y) -> -x / (y * y));
    }

    @Override
    public Tensor add(Tensor x, double scalar) {
        return elementwise.map("add", of(x), v -> v + scalar, (v, y) -> 1);
    }

    @Override
    public Tensor mul(Tensor x, double scalar) {
        return elementwise.map("mul", of(x), v -> v * scalar, (v, y) -> scalar);
    }

    @Override
    public Tensor maximum(Tensor a, Tensor b) {
        return elementwise.combine(
                "maximum",
                of(a),
                of(b),
                Math::max,
                (x, y) -> x > y ? 1 : x == y ? 0.5 : 0,
                (x, y) -> y > x ? 1 : x == y ? 0.5 : 0);
    }

    @Override
    public Tensor less(Tensor a, Tensor b) {
        return elementwise.less(of(a), of(b));
    }

    @Override
    public Tensor where(Tensor condition, Tensor yes, Tensor no) {
        return elementwise.where(of(condition), of(yes), of(no));
    }

    // ---- element-wise, one operand ----

    @Override
    public Tensor exp(Tensor x) {
        return elementwise.map("exp", of(x), Math::exp, (v, y) -> y);
    }

    @Override
    public Tensor log(Tensor x) {
        return elementwise.map("log", of(x), Math::log, (v, y) -> 1 / v);
    }

    @Override
    public Tensor sqrt(Tensor x) {
        return elementwise.map("sqrt", of(x), Math::sqrt, (v, y) -> 0.5 / y);
    }

    @Override
    public Tensor rsqrt(Tensor x) {
        return elementwise.map("rsqrt", of(x), v -> 1 / Math.sqrt(v), (v, y) -> -0.5 * y / v);
    }

    @Override
    public Tensor sin(Tensor x) {
        return elementwise.map("sin", of(x), Math::sin, (v, y) -> Math.cos(v));
    }

    @Override
    public Tensor cos(Tensor x) {
        return elementwise.map("cos", of(x), Math::cos, (v, y) -> -Math.sin(v));
    }

    @Override
    public Tensor tanh(Tensor x) {
        return elementwise.map("tanh", of(x), Math::tanh, (v, y) -> 1 - y * y);
    }

    @Override
    public Tensor erf(Tensor x) {
        return elementwise.map("erf", of(x), ErrorFunction::erf, (v, y) -> ErrorFunction.derivative(v));
    }

    @Override
    public Tensor sigmoid(Tensor x) {
        return elementwise.map("sigmoid", of(x), v -> 1 / (1 + Math.exp(-v)), (v, y) -> y * (1 - y));
    }

    @Override
    public Tensor relu(Tensor x) {
        return elementwise.map("relu", of(x), v -> Math.max(v, 0), (v, y) -> v > 0 ? 1 : 0);
    }

    @Override
    public Tensor abs(Tensor x) {
        return elementwise.map("abs", of(x), Math::abs, (v, y) -> Math.signum(v));
    }

    @Override
    public Tensor square(Tensor x) {
        return elementwise.map("square", of(x), v -> v * v, (v, y) -> 2 * v);
    }

    @Override
    public Tensor clamp(Tensor x, double min, double max) {
        return elementwise.map(
                "clamp", of(x), v -> Math.min(Math.max(v, min), max), (v, y) -> v >= min && v <= max ? 1 : 0);
    }

    // ---- products ----

    @Override
    public Tensor matmul(Tensor a, Tensor b) {
        return products.matmul(of(a), of(b));
    }

    @Override
    public Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
        return products.linear(of(x), of(weight), optional(bias));
    }

    @Override
    public Tensor conv2d(
            Tensor x, Tensor weight, @Nullable Tensor bias, int stride, int padHeight, int padWidth, int groups) {
        return convolution.conv2d(of(x), of(weight), optional(bias), stride, padHeight, padWidth, groups);
    }

    @Override
    public Tensor embedding(Tensor table, Tensor indices) {
        return products.embedding(of(table), of(indices));
    }

    // ---- reductions and windows ----

    @Override
    public Tensor sum(Tensor x, boolean keep, int... axes) {
        return reductions.sum(of(x), keep, axes);
    }

    @Override
    public Tensor mean(Tensor x, boolean keep, int... axes) {
        return reductions.mean(of(x), keep, axes);
    }

    @Override
    public Tensor max(Tensor x, boolean keep, int axis) {
        return reductions.max(of(x), keep, axis);
    }

    @Override
    public Tensor softmax(Tensor x, int axis) {
        return reductions.softmax(of(x), axis);
    }

    @Override
    public Tensor logSoftmax(Tensor x, int axis) {
        return reductions.logSoftmax(of(x), axis);
    }

    @Override
    public Tensor avgPool2d(Tensor x, int kernel, int stride, int padding) {
        return windows.average(of(x), kernel, stride, padding);
    }

    @Override
    public Tensor maxPool2d(Tensor x, int kernel, int stride, int padding) {
        return windows.largest(of(x), kernel, stride, padding);
    }

    // ---- arrangement ----

    @Override
    public Tensor reshape(Tensor x, int... dims) {
        return arrangement.reshape(of(x), dims);
    }

    @Override
    public Tensor permute(Tensor x, int... axes) {
        return arrangement.permute(of(x), axes);
    }

    @Override
    public Tensor slice(Tensor x, int axis, int start, int end) {
        return arrangement.slice(of(x), axis, start, end);
    }

    @Override
    public Tensor concat(List<Tensor> parts, int axis) {
        return arrangement.concat(parts.stream().map(ReferenceBackend::of).toList(), axis);
    }

    @Override
    public Tensor broadcastTo(Tensor x, Shape shape) {
        return arrangement.broadcastTo(of(x), shape);
    }

    @Override
    public Tensor cast(Tensor x, DType type) {
        return arrangement.cast(of(x), type);
    }

    // ---- gradients ----

    @Override
    public Tensor detach(Tensor x) {
        return tape.leaf(of(x), false);
    }

    @Override
    public Tensor leaf(Tensor x, boolean requiresGrad) {
        return tape.leaf(of(x), requiresGrad);
    }

    @Override
    public void backward(Tensor loss) {
        tape.backward(of(loss));
    }

    @Override
    public @Nullable Tensor grad(Tensor leaf) {
        double[] gradient = of(leaf).gradient();
        return gradient == null ? null : tape.constant(leaf.shape(), leaf.dtype(), gradient);
    }

    @Override
    public void clearGrad(Tensor leaf) {
        of(leaf).gradient(null);
    }

    @Override
    public void scaleGrad(Tensor leaf, double factor) {
        double[] gradient = of(leaf).gradient();
        if (gradient != null) {
            double[] scaled = Arrays.stream(gradient).map(g -> g * factor).toArray();
            of(leaf).gradient(Rounding.inPlace(scaled, leaf.dtype()));
        }
    }

    @Override
    public Guard noGrad() {
        return tape.pause();
    }

    @Override
    public void assign(Tensor target, Tensor values) {
        Shapes.same("assign", target.shape(), values.shape());
        of(target).assign(Rounding.inPlace(of(values).values().clone(), target.dtype()));
    }

    // ---- memory ----

    @Override
    public Scope scope(String name) {
        return new Scope() {
            @Override
            public Tensor keep(Tensor tensor) {
                return tensor;
            }

            @Override
            public void close() {}
        };
    }
}
