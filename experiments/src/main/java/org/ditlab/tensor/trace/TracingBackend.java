package org.ditlab.tensor.trace;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Product;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Shapes;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.tensor.spi.LinearAlgebra;
import org.jspecify.annotations.Nullable;

/**
 * A backend that computes shapes and costs instead of numbers. Every operation goes through {@link #emit}, which asks for
 * a shape, a type and a cost. Tensors hold no values, so that a model of any size is planned without memory for its
 * weights. Used by one thread.
 *
 * <p>Multiply-accumulates are those of {@code matmul}, {@code linear} and {@code conv2d} (positions in the padding
 * included); everything else costs none and reports its {@link Product}s.
 */
public final class TracingBackend implements Backend {
    private final List<TracedOperation> operations = new ArrayList<>();
    private final Map<String, Map<Product, Long>> products = new LinkedHashMap<>();
    private final List<Trace.Part> recomputed = new ArrayList<>();
    private int sources;
    private String module = "";

    /** What ran so far. */
    public Trace trace() {
        return new Trace(operations, products, recomputed);
    }

    /** How {@link TracedOperation#inputs} names a tensor of a trace. */
    public static int producer(Tensor tensor) {
        return ((TracedTensor) tensor).producer();
    }

    @Override
    public String name() {
        return "trace";
    }

    @Override
    public Device device() {
        return Device.CPU;
    }

    @Override
    public boolean computes() {
        return false;
    }

    @Override
    public LinearAlgebra linearAlgebra() {
        throw new UnsupportedOperationException("a traced tensor has no numbers to factor");
    }

    // ---- the one way to record ----

    private Tensor emit(String op, Shape shape, DType type, long macs, Tensor... inputs) {
        return record(op, shape, type, macs, Math.multiplyExact(shape.elements(), (long) type.bytes()), inputs);
    }

    /** An operation whose result shares its operand's memory. */
    private Tensor view(String op, Shape shape, Tensor input) {
        return record(op, shape, input.dtype(), 0, 0, input);
    }

    private Tensor record(String op, Shape shape, DType type, long macs, long bytes, Tensor... inputs) {
        List<Shape> shapes = new ArrayList<>(inputs.length);
        List<Integer> producers = new ArrayList<>(inputs.length);
        for (Tensor input : inputs) {
            shapes.add(input.shape());
            producers.add(producer(input));
        }
        int index = operations.size();
        operations.add(new TracedOperation(index, op, module, shapes, shape, type, macs, bytes, producers));
        return new TracedTensor(this, shape, type, index);
    }

    private Tensor source(Shape shape, DType type) {
        return new TracedTensor(this, shape, type, --sources);
    }

    private Tensor elementwise(String op, Tensor x) {
        return emit(op, x.shape(), floating(op, x), 0, x);
    }

    private Tensor elementwise(String op, Tensor a, Tensor b) {
        return emit(op, Shapes.broadcast(op, a.shape(), b.shape()), DType.promote(a.dtype(), b.dtype()), 0, a, b);
    }

    private static DType floating(String op, Tensor x) {
        return DType.floating(op, x.dtype());
    }

    private static Tensor[] operands(Tensor a, Tensor b, @Nullable Tensor c) {
        return c == null ? new Tensor[] {a, b} : new Tensor[] {a, b, c};
    }

    @Override
    public Tensor recomputed(List<Tensor> inputs, Function<List<Tensor>, Tensor> part) {
        int first = operations.size();
        Tensor result = part.apply(inputs);
        if (operations.size() > first) {
            recomputed.add(new Trace.Part(first, operations.size()));
        }
        return result;
    }

    // ---- from and to Java ----

    @Override
    public Tensor tensor(float[] values, Shape shape, DType dtype) {
        return source(Shapes.filled("tensor", shape, values.length), dtype);
    }

    @Override
    public Tensor tensor(double[] values, Shape shape, DType dtype) {
        return source(Shapes.filled("tensor", shape, values.length), dtype);
    }

    @Override
    public Tensor indices(long[] values, Shape shape) {
        return source(Shapes.filled("indices", shape, values.length), DType.INT64);
    }

    @Override
    public Tensor full(double value, Shape shape, DType dtype) {
        return source(shape, dtype);
    }

    @Override
    public float[] toFloats(Tensor x) {
        throw new UnsupportedOperationException("toFloats: a trace has shapes only, no values");
    }

    @Override
    public double[] toDoubles(Tensor x) {
        throw new UnsupportedOperationException("toDoubles: a trace has shapes only, no values");
    }

    // ---- element-wise ----

    @Override
    public Tensor add(Tensor a, Tensor b) {
        return elementwise("add", a, b);
    }

    @Override
    public Tensor sub(Tensor a, Tensor b) {
        return elementwise("sub", a, b);
    }

    @Override
    public Tensor add(Tensor x, double scalar) {
        return elementwise("add", x);
    }

    @Override
    public Tensor mul(Tensor x, double scalar) {
        return elementwise("mul", x);
    }

    @Override
    public Tensor mul(Tensor a, Tensor b) {
        return elementwise("mul", a, b);
    }

    @Override
    public Tensor div(Tensor a, Tensor b) {
        return emit(
                "div",
                Shapes.broadcast("div", a.shape(), b.shape()),
                DType.floating("div", DType.promote(a.dtype(), b.dtype())),
                0,
                a,
                b);
    }

    @Override
    public Tensor maximum(Tensor a, Tensor b) {
        return elementwise("maximum", a, b);
    }

    @Override
    public Tensor less(Tensor a, Tensor b) {
        return emit("less", Shapes.broadcast("less", a.shape(), b.shape()), a.dtype(), 0, a, b);
    }

    @Override
    public Tensor where(Tensor condition, Tensor yes, Tensor no) {
        Shape shape = Shapes.broadcast("where", condition.shape(), yes.shape(), no.shape());
        return emit("where", shape, DType.promote(yes.dtype(), no.dtype()), 0, condition, yes, no);
    }

    @Override
    public Tensor exp(Tensor x) {
        return elementwise("exp", x);
    }

    @Override
    public Tensor log(Tensor x) {
        return elementwise("log", x);
    }

    @Override
    public Tensor sqrt(Tensor x) {
        return elementwise("sqrt", x);
    }

    @Override
    public Tensor rsqrt(Tensor x) {
        return elementwise("rsqrt", x);
    }

    @Override
    public Tensor sin(Tensor x) {
        return elementwise("sin", x);
    }

    @Override
    public Tensor cos(Tensor x) {
        return elementwise("cos", x);
    }

    @Override
    public Tensor tanh(Tensor x) {
        return elementwise("tanh", x);
    }

    @Override
    public Tensor erf(Tensor x) {
        return elementwise("erf", x);
    }

    @Override
    public Tensor sigmoid(Tensor x) {
        return elementwise("sigmoid", x);
    }

    @Override
    public Tensor relu(Tensor x) {
        return elementwise("relu", x);
    }

    @Override
    public Tensor abs(Tensor x) {
        return elementwise("abs", x);
    }

    @Override
    public Tensor square(Tensor x) {
        return elementwise("square", x);
    }

    @Override
    public Tensor clamp(Tensor x, double min, double max) {
        return elementwise("clamp", x);
    }

    // ---- products ----

    @Override
    public Tensor matmul(Tensor a, Tensor b) {
        Shape shape = Shapes.matmul(a.shape(), b.shape());
        DType type = DType.floating("matmul", DType.promote(a.dtype(), b.dtype()));
        return emit("matmul", shape, type, shape.elements() * a.dim(-1), a, b);
    }

    @Override
    public Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
        Shape shape = Shapes.linear(x.shape(), weight.shape(), bias == null ? null : bias.shape());
        DType type = DType.floating("linear", DType.promote(x.dtype(), weight.dtype()));
        return emit("linear", shape, type, shape.elements() * x.dim(-1), operands(x, weight, bias));
    }

    @Override
    public Tensor conv2d(
            Tensor x, Tensor weight, @Nullable Tensor bias, int stride, int padHeight, int padWidth, int groups) {
        Shape shape = Shapes.conv2d(
                x.shape(), weight.shape(), bias == null ? null : bias.shape(), stride, padHeight, padWidth, groups);
        DType type = DType.floating("conv2d", DType.promote(x.dtype(), weight.dtype()));
        long perOutput = (long) weight.dim(1) * weight.dim(2) * weight.dim(3);
        return emit("conv2d", shape, type, shape.elements() * perOutput, operands(x, weight, bias));
    }

    @Override
    public Tensor embedding(Tensor table, Tensor indices) {
        DType.integer("embedding", indices.dtype());
        return emit("embedding", Shapes.embedding(table.shape(), indices.shape()), table.dtype(), 0, table, indices);
    }

    // ---- reductions and windows ----

    @Override
    public Tensor sum(Tensor x, boolean keep, int... axes) {
        return emit("sum", Shapes.reduce("sum", x.shape(), keep, axes), floating("sum", x), 0, x);
    }

    @Override
    public Tensor mean(Tensor x, boolean keep, int... axes) {
        return emit("mean", Shapes.reduce("mean", x.shape(), keep, axes), floating("mean", x), 0, x);
    }

    @Override
    public Tensor max(Tensor x, boolean keep, int axis) {
        return emit("max", Shapes.reduce("max", x.shape(), keep, axis), floating("max", x), 0, x);
    }

    @Override
    public Tensor softmax(Tensor x, int axis) {
        Shapes.axis("softmax", x.shape(), axis);
        return elementwise("softmax", x);
    }

    @Override
    public Tensor logSoftmax(Tensor x, int axis) {
        Shapes.axis("logSoftmax", x.shape(), axis);
        return elementwise("logSoftmax", x);
    }

    @Override
    public Tensor avgPool2d(Tensor x, int kernel, int stride, int padding) {
        Shape shape = Shapes.pool2d("avgPool2d", x.shape(), kernel, stride, padding);
        return emit("avgPool2d", shape, floating("avgPool2d", x), 0, x);
    }

    @Override
    public Tensor maxPool2d(Tensor x, int kernel, int stride, int padding) {
        Shape shape = Shapes.pool2d("maxPool2d", x.shape(), kernel, stride, padding);
        return emit("maxPool2d", shape, floating("maxPool2d", x), 0, x);
    }

    // ---- arrangement ----

    @Override
    public Tensor reshape(Tensor x, int... dims) {
        return view("reshape", Shapes.reshape(x.shape(), dims), x);
    }

    @Override
    public Tensor permute(Tensor x, int... axes) {
        return view("permute", Shapes.permute(x.shape(), axes), x);
    }

    @Override
    public Tensor slice(Tensor x, int axis, int start, int end) {
        return view("slice", Shapes.slice(x.shape(), axis, start, end), x);
    }

    @Override
    public Tensor concat(List<Tensor> parts, int axis) {
        Shape shape = Shapes.concat(parts.stream().map(Tensor::shape).toList(), axis);
        DType type = parts.stream().map(Tensor::dtype).reduce(DType.INT64, DType::promote);
        return emit("concat", shape, type, 0, parts.toArray(Tensor[]::new));
    }

    @Override
    public Tensor broadcastTo(Tensor x, Shape shape) {
        return view("broadcastTo", Shapes.broadcastTo(x.shape(), shape), x);
    }

    @Override
    public Tensor cast(Tensor x, DType type) {
        return type == x.dtype() ? view("cast", x.shape(), x) : emit("cast", x.shape(), type, 0, x);
    }

    // ---- gradients: none are computed ----

    @Override
    public Tensor detach(Tensor x) {
        return view("detach", x.shape(), x);
    }

    @Override
    public Tensor leaf(Tensor x, boolean requiresGrad) {
        return source(x.shape(), x.dtype());
    }

    @Override
    public void backward(Tensor loss) {
        throw new UnsupportedOperationException("backward: a trace records forward passes only");
    }

    @Override
    public @Nullable Tensor grad(Tensor leaf) {
        return null;
    }

    @Override
    public void clearGrad(Tensor leaf) {}

    @Override
    public void scaleGrad(Tensor leaf, double factor) {}

    @Override
    public Guard noGrad() {
        return () -> {};
    }

    @Override
    public void assign(Tensor target, Tensor values) {
        Shapes.same("assign", target.shape(), values.shape());
    }

    // ---- naming and counting ----

    /** The name is a module's full path and replaces the enclosing one; an empty name leaves it. */
    @Override
    public Scope scope(String name) {
        String enclosing = module;
        module = name.isEmpty() ? enclosing : name;
        return new Scope() {
            @Override
            public Tensor keep(Tensor tensor) {
                return tensor;
            }

            @Override
            public void close() {
                module = enclosing;
            }
        };
    }

    @Override
    public void count(Product kind, long elements) {
        products.computeIfAbsent(module, path -> new EnumMap<>(Product.class)).merge(kind, elements, Long::sum);
    }

    // ---- fused: one operation each ----

    @Override
    public Tensor layerNorm(Tensor x, double epsilon) {
        Shapes.axis("layerNorm", x.shape(), -1);
        return elementwise("layerNorm", x);
    }

    @Override
    public Tensor geluTanh(Tensor x) {
        return elementwise("geluTanh", x);
    }

    @Override
    public Tensor geluErf(Tensor x) {
        return elementwise("geluErf", x);
    }

    @Override
    public Tensor silu(Tensor x) {
        return elementwise("silu", x);
    }

    @Override
    public Tensor rotate(Tensor x, Tensor cos, Tensor sin) {
        Shapes.rotate(x.shape(), cos.shape(), sin.shape());
        return emit("rotate", x.shape(), DType.promote(floating("rotate", x), cos.dtype()), 0, x, cos, sin);
    }

    @Override
    public Tensor modulate(Tensor x, Tensor shift, Tensor scale) {
        Shape shape = Shapes.broadcast("modulate", x.shape(), shift.shape(), scale.shape());
        DType type = DType.promote(DType.promote(floating("modulate", x), shift.dtype()), scale.dtype());
        return emit("modulate", shape, type, 0, x, shift, scale);
    }

    @Override
    public Tensor gatedAdd(Tensor x, Tensor gate, Tensor branch) {
        Shape shape = Shapes.broadcast("gatedAdd", x.shape(), gate.shape(), branch.shape());
        DType type = DType.promote(DType.promote(floating("gatedAdd", x), gate.dtype()), branch.dtype());
        return emit("gatedAdd", shape, type, 0, x, gate, branch);
    }
}
