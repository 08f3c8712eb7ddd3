package org.ditlab.tensor;

import static org.ditlab.tensor.Operand.bits;
import static org.ditlab.tensor.Operand.indices;
import static org.ditlab.tensor.Operand.normal;
import static org.ditlab.tensor.Operand.positive;
import static org.ditlab.tensor.Operand.shifted;
import static org.ditlab.tensor.Operand.spaced;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.tensor.spi.PreparedConvolution;

/** Uses of every numeric method of {@link Backend}: broadcasting, size-1 axes, odd sizes, negative axes. */
final class PrimitiveCases {
    private final List<PrimitiveCase> cases = new ArrayList<>();

    private PrimitiveCases() {}

    static List<PrimitiveCase> all() {
        PrimitiveCases all = new PrimitiveCases();
        all.binary();
        all.unary();
        all.products();
        all.convolutions();
        all.reductions();
        all.windows();
        all.arrangement();
        all.fused();
        return all.cases;
    }

    private void add(String method, PrimitiveCase.Program program, Operand... operands) {
        cases.add(PrimitiveCase.of(method, program, operands));
    }

    private void binary() {
        pairs("add", Backend::add, normal(2, 3), normal(3));
        pairs("sub", Backend::sub, normal(2, 1, 3), normal(5, 1));
        pairs("mul", Backend::mul, normal(1), normal(2, 3, 5));
        pairs("div", Backend::div, normal(4, 1), positive(4, 7));
        pairs("maximum", Backend::maximum, spaced(3, 1), shifted(1, 5));
        for (Operand[] shapes :
                List.of(new Operand[] {spaced(3, 5), shifted(3, 5)}, new Operand[] {spaced(7), shifted(2, 1)})) {
            cases.add(PrimitiveCase.of("less(Tensor,Tensor)", (b, in) -> b.less(in.get(0), in.get(1)), shapes)
                    .withoutGradient());
        }
        PrimitiveCase.Program where = (b, in) -> b.where(in.get(0), in.get(1), in.get(2));
        add("where(Tensor,Tensor,Tensor)", where, bits(2, 3), normal(2, 3), normal(2, 3));
        add("where(Tensor,Tensor,Tensor)", where, bits(5, 1), normal(1, 3), normal());
        add("add(Tensor,double)", (b, in) -> b.add(in.get(0), -1.5), normal(3, 5));
        add("mul(Tensor,double)", (b, in) -> b.mul(in.get(0), 0.75), normal(1, 7));
    }

    /** Operands of equal shape, of broadcasting shapes both ways round, and scalars. */
    private void pairs(String name, Pair operation, Operand a, Operand b) {
        String method = name + "(Tensor,Tensor)";
        PrimitiveCase.Program program = (backend, in) -> operation.apply(backend, in.get(0), in.get(1));
        add(method, program, a, b);
        add(method, program, reshaped(a, b.shape()), reshaped(b, a.shape()));
        add(method, program, reshaped(a, Shape.of(3, 1, 5)), reshaped(b, Shape.of(3, 1, 5)));
        add(method, program, reshaped(a, Shape.of()), reshaped(b, Shape.of()));
    }

    @FunctionalInterface
    private interface Pair {
        Tensor apply(Backend backend, Tensor a, Tensor b);
    }

    private static Operand reshaped(Operand operand, Shape shape) {
        return new Operand(shape, operand.kind(), operand.parameter());
    }

    private void unary() {
        Map<String, BiFunction<Backend, Tensor, Tensor>> smooth = Map.of(
                "exp", Backend::exp,
                "sin", Backend::sin,
                "cos", Backend::cos,
                "tanh", Backend::tanh,
                "erf", Backend::erf,
                "sigmoid", Backend::sigmoid,
                "square", Backend::square);
        Map<String, BiFunction<Backend, Tensor, Tensor>> ofPositive =
                Map.of("log", Backend::log, "sqrt", Backend::sqrt, "rsqrt", Backend::rsqrt);
        Map<String, BiFunction<Backend, Tensor, Tensor>> bent = Map.of(
                "relu", Backend::relu,
                "abs", Backend::abs);
        for (int[] dims : new int[][] {{}, {7}, {3, 1, 5}}) {
            smooth.forEach((name, f) -> single(name, f, normal(dims)));
            ofPositive.forEach((name, f) -> single(name, f, positive(dims)));
            bent.forEach((name, f) -> single(name, f, spaced(dims)));
            add("clamp(Tensor,double,double)", (b, in) -> b.clamp(in.get(0), -0.3, 0.4), spaced(dims));
        }
    }

    private void single(String name, BiFunction<Backend, Tensor, Tensor> f, Operand operand) {
        add(name + "(Tensor)", (b, in) -> f.apply(b, in.get(0)), operand);
    }

    private void products() {
        matmul(normal(4, 3), normal(3, 5));
        matmul(normal(1, 1), normal(1, 1));
        matmul(normal(2, 4, 3), normal(2, 3, 5));
        matmul(normal(2, 4, 3), normal(3, 5));
        matmul(normal(2, 3, 1, 4), normal(2, 3, 4, 7));
        linear(normal(2, 3), normal(5, 3), normal(5));
        linear(normal(2, 1, 7, 3), normal(1, 3), normal(1));
        linear(normal(3), normal(4, 3));
        PrimitiveCase.Program embedding = (b, in) -> b.embedding(in.get(0), in.get(1));
        add("embedding(Tensor,Tensor)", embedding, normal(5, 3), indices(5, 7));
        add("embedding(Tensor,Tensor)", embedding, normal(3, 1), indices(3, 2, 3));
        add("embedding(Tensor,Tensor)", embedding, normal(2, 4), indices(2));
    }

    private void matmul(Operand a, Operand b) {
        cases.add(PrimitiveCase.of("matmul(Tensor,Tensor)", (k, in) -> k.matmul(in.get(0), in.get(1)), a, b)
                .costing(NaiveCount.matmul(a.shape(), b.shape())));
    }

    private void linear(Operand... operands) {
        cases.add(PrimitiveCase.of(
                        "linear(Tensor,Tensor,Tensor)",
                        (b, in) -> b.linear(in.get(0), in.get(1), in.size() > 2 ? in.get(2) : null),
                        operands)
                .costing(NaiveCount.linear(operands[0].shape(), operands[1].shape())));
    }

    private void convolutions() {
        convolution(1, 1, 1, 1, normal(2, 3, 5, 7), normal(4, 3, 3, 3), normal(4));
        convolution(2, 0, 1, 1, normal(1, 2, 6, 5), normal(3, 2, 2, 3));
        convolution(1, 2, 2, 4, normal(1, 4, 6, 5), normal(4, 1, 5, 5), normal(4));
        convolution(1, 0, 0, 2, normal(2, 4, 3, 3), normal(6, 2, 1, 1), normal(6));
        convolution(4, 0, 0, 1, normal(1, 3, 8, 8), normal(5, 3, 4, 4), normal(5));
        convolution(3, 1, 0, 1, normal(1, 1, 7, 1), normal(2, 1, 3, 1));
        convolution(1, 4, 4, 1, normal(1, 1, 2, 2), normal(1, 1, 3, 3));
        convolutionRelu(2, 0, 0, normal(2, 3, 9, 8), normal(4, 3, 3, 3), normal(4));
        convolutionRelu(1, 0, 3, normal(1, 20, 5, 6), normal(17, 20, 1, 7), normal(17));
        convolutionRelu(1, 0, 0, normal(3, 16, 4, 4), normal(32, 16, 1, 1), normal(32));
    }

    private void convolution(int stride, int padHeight, int padWidth, int groups, Operand... operands) {
        cases.add(PrimitiveCase.of(
                        "conv2d(Tensor,Tensor,Tensor,int,int,int,int)",
                        (b, in) -> b.conv2d(
                                in.get(0),
                                in.get(1),
                                in.size() > 2 ? in.get(2) : null,
                                stride,
                                padHeight,
                                padWidth,
                                groups),
                        operands)
                .costing(NaiveCount.conv2d(operands[0].shape(), operands[1].shape(), stride, padHeight, padWidth)));
    }

    private void convolutionRelu(int stride, int padHeight, int padWidth, Operand... operands) {
        cases.add(PrimitiveCase.of(
                        "convolutionRelu(Tensor,Tensor,int,int,int)",
                        (b, in) -> {
                            PreparedConvolution prepared =
                                    b.convolutionRelu(in.get(1), in.get(2), stride, padHeight, padWidth);
                            prepared.apply(in.get(0).mul(2)); // what runs twice is prepared once
                            return prepared.apply(in.get(0));
                        },
                        operands)
                .costing(2 * NaiveCount.conv2d(operands[0].shape(), operands[1].shape(), stride, padHeight, padWidth))
                .withoutGradient());
    }

    private void reductions() {
        for (boolean keep : new boolean[] {true, false}) {
            for (int[] axes : new int[][] {{-1}, {0, 2}, {1}, {-3, -2, -1}}) {
                add("sum(Tensor,boolean,int[])", (b, in) -> b.sum(in.get(0), keep, axes), normal(3, 1, 5));
                add("mean(Tensor,boolean,int[])", (b, in) -> b.mean(in.get(0), keep, axes), normal(2, 7, 1));
            }
            for (int axis : new int[] {0, -1, 1}) {
                add("max(Tensor,boolean,int)", (b, in) -> b.max(in.get(0), keep, axis), spaced(3, 5, 1));
            }
        }
        for (int axis : new int[] {0, 1, -1}) {
            for (Operand x : List.of(normal(2, 5, 3), normal(1, 7, 1))) {
                add("softmax(Tensor,int)", (b, in) -> b.softmax(in.get(0), axis), x);
                add("logSoftmax(Tensor,int)", (b, in) -> b.logSoftmax(in.get(0), axis), x);
            }
        }
    }

    private void windows() {
        for (int[] window : new int[][] {{2, 2, 0}, {3, 2, 1}, {3, 1, 1}, {1, 1, 0}, {2, 3, 1}}) {
            for (int[] dims : new int[][] {{2, 1, 4, 4}, {1, 3, 7, 5}}) {
                add(
                        "avgPool2d(Tensor,int,int,int)",
                        (b, in) -> b.avgPool2d(in.get(0), window[0], window[1], window[2]),
                        normal(dims));
                add(
                        "maxPool2d(Tensor,int,int,int)",
                        (b, in) -> b.maxPool2d(in.get(0), window[0], window[1], window[2]),
                        spaced(dims));
            }
        }
    }

    private void arrangement() {
        for (int[] dims : new int[][] {{-1}, {5, -1}, {1, 2, 15}}) {
            add("reshape(Tensor,int[])", (b, in) -> b.reshape(in.get(0), dims), normal(2, 3, 5));
        }
        add("reshape(Tensor,int[])", (b, in) -> b.reshape(in.get(0)), normal(1, 1));
        for (int[] axes : new int[][] {{2, 0, 1}, {-1, 1, 0}, {0, 1, 2}}) {
            add("permute(Tensor,int[])", (b, in) -> b.permute(in.get(0), axes), normal(2, 1, 5));
            // What follows a permutation reads it in its new order.
            add("reshape(Tensor,int[])", (b, in) -> b.reshape(b.permute(in.get(0), axes), 6, -1), normal(2, 3, 5));
        }
        add("permute(Tensor,int[])", (b, in) -> b.permute(in.get(0)), normal());
        add("slice(Tensor,int,int,int)", (b, in) -> b.slice(in.get(0), 0, 1, 3), normal(5, 2));
        add("slice(Tensor,int,int,int)", (b, in) -> b.slice(in.get(0), -1, 0, 1), normal(2, 3, 7));
        add("slice(Tensor,int,int,int)", (b, in) -> b.slice(in.get(0), -2, 0, 3), normal(2, 3, 1));
        add("concat(List,int)", (b, in) -> b.concat(in, 0), normal(2, 3), normal(1, 3), normal(4, 3));
        add("concat(List,int)", (b, in) -> b.concat(in, -1), normal(3, 1, 1), normal(3, 1, 5));
        add("concat(List,int)", (b, in) -> b.concat(in, 1), normal(2, 3));
        add("broadcastTo(Tensor,Shape)", (b, in) -> b.broadcastTo(in.get(0), Shape.of(2, 3)), normal(3));
        add("broadcastTo(Tensor,Shape)", (b, in) -> b.broadcastTo(in.get(0), Shape.of(2, 5, 3)), normal(2, 1, 1));
        add("broadcastTo(Tensor,Shape)", (b, in) -> b.broadcastTo(in.get(0), Shape.of(1, 7)), normal());
        add("cast(Tensor,DType)", (b, in) -> b.cast(in.get(0), DType.FLOAT64), normal(3, 5));
        add("cast(Tensor,DType)", (b, in) -> b.cast(in.get(0), in.get(0).dtype()), normal(7));
    }

    private void fused() {
        for (int[] dims : new int[][] {{7}, {2, 3, 5}}) {
            add("layerNorm(Tensor,double)", (b, in) -> b.layerNorm(in.get(0), 1e-6), normal(dims));
            single("geluTanh", Backend::geluTanh, normal(dims));
            single("geluErf", Backend::geluErf, normal(dims));
            single("silu", Backend::silu, normal(dims));
        }
        attention(normal(2, 3, 5, 4), 5);
        attention(normal(1, 7, 3), 1);
        PrimitiveCase.Program rotate = (b, in) -> b.rotate(in.get(0), in.get(1), in.get(2));
        add("rotate(Tensor,Tensor,Tensor)", rotate, normal(2, 3, 5, 4), normal(5, 2), normal(5, 2));
        add("rotate(Tensor,Tensor,Tensor)", rotate, normal(1, 6), normal(1, 3), normal(1, 3));
        PrimitiveCase.Program modulate = (b, in) -> b.modulate(in.get(0), in.get(1), in.get(2));
        add("modulate(Tensor,Tensor,Tensor)", modulate, normal(2, 3, 5), normal(2, 1, 5), normal(2, 1, 5));
        PrimitiveCase.Program gatedAdd = (b, in) -> b.gatedAdd(in.get(0), in.get(1), in.get(2));
        add("gatedAdd(Tensor,Tensor,Tensor)", gatedAdd, normal(2, 3, 5), normal(2, 1, 5), normal(2, 3, 5));
        PrimitiveCase.Program norm = (b, in) -> b.adaptiveNorm(in.get(0), in.get(1), in.get(2), 1e-6);
        add("adaptiveNorm(Tensor,Tensor,Tensor,double)", norm, normal(2, 3, 8), normal(2, 1, 8), normal(2, 1, 8));
        PrimitiveCase.Program self = (b, in) -> b.selfAttention(in.get(0), 2, 0.5);
        cases.add(PrimitiveCase.of("selfAttention(Tensor,int,double)", self, normal(2, 3, 24))
                .costing(2L * (2 * 2) * (3 * 3 * 4)));
        packed((b, in) -> b.packedAttention(in.get(0), 2, 0.5, null, null, null));
        packed((b, in) ->
                b.packedAttention(in.get(0), 2, 0.5, null, table(in.get(0), 0), table(in.get(0), Math.PI / 2)));
        packed(
                (b, in) -> b.packedAttention(
                        in.get(0), 2, 0.5, in.get(1), table(in.get(0), 0), table(in.get(0), Math.PI / 2)),
                normal(2, 1, 1));
        packed((b, in) -> b.packedAttention(in.get(0), 2, 0.5, in.get(1), null, null), normal(2, 1, 1));
        pair(normal(2, 3, 5), 4, 6);
        pair(normal(1, 40, 3), 2, 5, 1, 1); // fewer products as one
        PrimitiveCase.Program branches =
                (b, in) -> b.depthwiseBranches(in.get(0), List.of(in.get(1), in.get(2)), List.of(in.get(3), in.get(4)));
        for (int channels : new int[] {3, 16}) { // 16: a block of channels
            cases.add(PrimitiveCase.of(
                            "depthwiseBranches(Tensor,List,List)",
                            branches,
                            normal(2, channels, 6, 5),
                            normal(channels, 1, 5, 5),
                            normal(channels, 1, 3, 3),
                            normal(channels),
                            normal(channels))
                    .costing(2L * channels * 6 * 5 * (25 + 9)));
        }
    }

    /** Cosines of some angles (3, 2) less a phase. */
    private static Tensor table(Tensor like, double phase) {
        double[] values = new double[6];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.cos(0.7 * i - phase);
        }
        return like.backend().tensor(values, Shape.of(3, 2), like.dtype());
    }

    private void packed(PrimitiveCase.Program program, Operand... others) {
        List<Operand> operands = new ArrayList<>(List.of(normal(2, 3, 24)));
        operands.addAll(List.of(others));
        cases.add(PrimitiveCase.of(
                        "packedAttention(Tensor,int,double,Tensor,Tensor,Tensor)",
                        program,
                        operands.toArray(Operand[]::new))
                .costing(2L * (2 * 2) * (3 * 3 * 4)));
    }

    /** @param ones trailing extents of the weights */
    private void pair(Operand x, int middle, int out, int... ones) {
        int in = x.shape().dim(-1);
        boolean pointwise = ones.length == 2;
        cases.add(PrimitiveCase.of(
                        "linearPair(Tensor,Tensor,Tensor,Tensor,Tensor)",
                        (b, all) -> b.linearPair(all.get(0), all.get(1), all.get(2), all.get(3), all.get(4)),
                        x,
                        pointwise ? normal(middle, in, 1, 1) : normal(middle, in),
                        normal(middle),
                        pointwise ? normal(out, middle, 1, 1) : normal(out, middle),
                        normal(out))
                .costing(x.shape().elements() / in * ((long) in * middle + (long) middle * out)));
    }

    private void attention(Operand q, int keys) {
        Shape memory = q.shape().with(-2, keys);
        Operand k = reshaped(q, memory);
        Shape turned = memory.with(-1, memory.dim(-2)).with(-2, memory.dim(-1));
        Shape weights = q.shape().with(-1, keys);
        cases.add(PrimitiveCase.of(
                        "attention(Tensor,Tensor,Tensor,double)",
                        (b, in) -> b.attention(in.get(0), in.get(1), in.get(2), 0.7),
                        q,
                        k,
                        k)
                .costing(NaiveCount.matmul(q.shape(), turned) + NaiveCount.matmul(weights, memory)));
    }
}
