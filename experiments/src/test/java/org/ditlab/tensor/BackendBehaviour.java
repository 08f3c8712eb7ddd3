package org.ditlab.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.data.Offset;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.tensor.spi.Matrix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The part of {@link BackendContract} that is not one operation: types, gradients, state, memory. */
abstract class BackendBehaviour {
    static final Offset<Double> CLOSE = within(1e-5);

    private Scope everything = unopened();

    /** The backend under test; the same one at every call, never closed by the contract. */
    protected abstract Backend backend();

    @BeforeEach
    void openScope() {
        everything = backend().scope();
    }

    @AfterEach
    void closeScope() {
        everything.close();
    }

    private static Scope unopened() {
        return new Scope() {
            @Override
            public Tensor keep(Tensor tensor) {
                return tensor;
            }

            @Override
            public void close() {}
        };
    }

    Tensor vector(double... values) {
        return backend().tensor(values, Shape.of(values.length), DType.FLOAT32);
    }

    Tensor trained(double... values) {
        return backend().leaf(vector(values), true);
    }

    @Test
    @Covers({"name()", "device()", "computes()"})
    void describesItself() {
        assertThat(backend().name()).matches("[a-z]+");
        assertThat(backend().device()).isNotNull();
        assertThat(backend().computes()).isTrue();
    }

    @Test
    @Covers("outOfMemory(Throwable)")
    void aMistakeIsNoLackOfMemory() {
        assertThatThrownBy(() -> trained(1, 2, 3).add(trained(1, 2)))
                .satisfies(thrown -> assertThat(backend().outOfMemory(thrown)).isFalse());
    }

    // ---- from and to Java ----

    @Test
    @Covers({
        "tensor(float[],Shape,DType)",
        "tensor(double[],Shape,DType)",
        "indices(long[],Shape)",
        "full(double,Shape,DType)",
        "toFloats(Tensor)",
        "toDoubles(Tensor)"
    })
    void valuesComeBackAsTheyWent() {
        float[] floats = {0.1f, -3e20f, 1e-30f, Float.POSITIVE_INFINITY, -0f, 7};
        double[] doubles = {0.1, 1e200, -1e-200, Math.PI};

        assertThat(backend().tensor(floats, Shape.of(2, 3), DType.FLOAT32).toFloats())
                .containsExactly(floats);
        assertThat(backend().tensor(doubles, Shape.of(4, 1), DType.FLOAT64).toDoubles())
                .containsExactly(doubles);
        assertThat(backend()
                        .tensor(new double[] {0.1}, Shape.of(), DType.FLOAT32)
                        .item())
                .isEqualTo(0.1f);
        assertThat(backend().indices(new long[] {0, -7, 1L << 40}, Shape.of(3)).toDoubles())
                .containsExactly(0, -7, 1L << 40);
        assertThat(backend().full(2.5, Shape.of(2, 2), DType.FLOAT32).toFloats())
                .containsExactly(2.5f, 2.5f, 2.5f, 2.5f);
        assertThat(backend().full(3, Shape.of(2), DType.INT64).dtype()).isEqualTo(DType.INT64);
        assertThat(backend().tensor(new float[0], Shape.of(0, 3), DType.FLOAT32).toFloats())
                .isEmpty();
    }

    @Test
    void bfloat16RoundsToNearestEven() {
        double[] values = {1 + 0x1p-8, 1 + 3 * 0x1p-8, 1 + 0x1p-8 + 0x1p-20, -(1 + 0x1p-8), 3e38};
        double[] rounded = {1, 1 + 0x1p-6, 1 + 0x1p-7, -1, 0x1.c4p127};

        Tensor tensor = backend().tensor(values, Shape.of(5), DType.BFLOAT16);

        assertThat(tensor.dtype()).isEqualTo(DType.BFLOAT16);
        assertThat(tensor.toDoubles()).containsExactly(rounded);
        assertThat(backend()
                        .tensor(values, Shape.of(5), DType.FLOAT64)
                        .cast(DType.BFLOAT16)
                        .toDoubles())
                .containsExactly(rounded);
    }

    @Test
    void castToIndicesTruncates() {
        assertThat(vector(2.7, -2.7, 3).cast(DType.INT64).toDoubles()).containsExactly(2, -2, 3);
        assertThat(backend()
                        .indices(new long[] {5}, Shape.of(1))
                        .cast(DType.FLOAT32)
                        .dtype())
                .isEqualTo(DType.FLOAT32);
    }

    @Test
    void mixedTypesPromoteToTheWiderAndScalarsNeverWiden() {
        DType[] types = {DType.BFLOAT16, DType.FLOAT32, DType.FLOAT64};
        for (int a = 0; a < types.length; a++) {
            Tensor left = backend().full(1.5, Shape.of(2), types[a]);
            for (int b = 0; b < types.length; b++) {
                Tensor right = backend().full(2, Shape.of(2), types[b]);
                assertThat(left.mul(right).dtype()).isEqualTo(types[Math.max(a, b)]);
                assertThat(left.less(right).dtype()).isEqualTo(types[a]);
            }
            assertThat(left.mul(0.1).dtype()).isEqualTo(types[a]);
            assertThat(left.add(0.1).dtype()).isEqualTo(types[a]);
            assertThat(left.exp().sum().dtype()).isEqualTo(types[a]);
        }
    }

    @Test
    void notANumberIsNotLost() {
        Tensor x = vector(1, Double.NaN, 2);

        assertThat(x.max(false, 0).item()).isNaN();
        assertThat(x.relu().toDoubles()[1]).isNaN();
        assertThat(x.clamp(0, 1).toDoubles()[1]).isNaN();
        assertThat(x.maximum(vector(3, 3, 3)).toDoubles()[1]).isNaN();
        assertThat(x.mean().item()).isNaN();
    }

    // ---- gradients ----

    @Test
    @Covers({"backward(Tensor)", "grad(Tensor)", "clearGrad(Tensor)"})
    void gradientsAccumulateUntilCleared() {
        Tensor x = trained(1, 2, 3);
        assertThat(x.grad()).isNull();

        x.mul(x).sum().backward();
        assertThat(x.grad().toDoubles()).containsExactly(2, 4, 6);
        x.mul(10).sum().backward();
        assertThat(x.grad().toDoubles()).containsExactly(12, 14, 16);
        backend().clearGrad(x);
        assertThat(x.grad()).isNull();
        x.sum().backward();
        assertThat(x.grad().toDoubles()).containsExactly(1, 1, 1);
    }

    @Test
    void gradientReachesALeafOverManyPaths() {
        Tensor x = trained(2);
        Tensor y = x.square();

        y.mul(x).add(y).add(x.broadcastTo(3).sum()).sum().backward();

        assertThat(x.grad().item()).isEqualTo(3 * 4 + 2 * 2 + 3);
    }

    @Test
    void lossMustBeOneElement() {
        Tensor x = trained(1, 2);

        assertThatThrownBy(() -> x.mul(2).backward()).isInstanceOf(ShapeException.class);
    }

    @Test
    @Covers("detach(Tensor)")
    void detachedValuesAreConstants() {
        Tensor x = trained(3, 5);

        x.square().detach().mul(x).sum().backward();

        assertThat(x.grad().toDoubles()).containsExactly(9, 25);
    }

    @Test
    @Covers("noGrad()")
    void nothingIsRecordedUntilTheGuardCloses() {
        Tensor x = trained(3, 5);
        Tensor y;
        try (Backend.Guard outer = backend().noGrad()) {
            try (Backend.Guard inner = backend().noGrad()) {
                y = x.square();
            }
            y = y.add(x);
        }

        y.mul(x).sum().backward();

        assertThat(x.grad().toDoubles()).containsExactly(12, 30);
    }

    @Test
    void tieOfMaximumSharesTheGradient() {
        Tensor a = trained(1, 2, 3);
        Tensor b = trained(1, 3, 2);

        a.maximum(b).sum().backward();

        assertThat(a.grad().toDoubles()).containsExactly(0.5, 0, 1);
        assertThat(b.grad().toDoubles()).containsExactly(0.5, 1, 0);
    }

    @Test
    void tieOfMaxSendsTheGradientToOneElement() {
        Tensor x = trained(4, 4, 1);

        x.max(false, 0).backward();

        assertThat(x.grad().toDoubles()).containsExactlyInAnyOrder(1, 0, 0);
        assertThat(x.grad().toDoubles()[2]).isZero();
    }

    @Test
    @Covers("scaleGrad(Tensor,double)")
    void aGradientIsScaledInPlace() {
        Tensor x = trained(3, -4);
        Tensor unused = trained(1);
        x.square().sum().backward();

        backend().scaleGrad(x, 0.25);
        backend().scaleGrad(unused, 0.25);

        assertThat(x.grad().toDoubles()).containsExactly(1.5, -2);
        assertThat(unused.grad()).isNull();
        x.sum().backward();
        assertThat(x.grad().toDoubles()).containsExactly(2.5, -1);
    }

    /** Two parts in series share s, which the rest uses too; the first part's output skips the second. */
    private List<double[]> gradientsThroughParts(boolean recomputed) {
        Tensor x = trained(0.5, -1, 2);
        Tensor w = trained(1, 2, -0.5);
        Tensor v = trained(0.3, 0.1, -2);
        Tensor whole;
        try (Backend.Guard guard = backend().recompute(recomputed)) {
            Tensor s = backend().recomputed(List.of(v.sigmoid()), in -> in.get(0));
            Tensor h = backend()
                    .recomputed(
                            List.of(x.mul(2), s), in -> in.get(0).mul(w).tanh().add(in.get(1)));
            Tensor g = backend()
                    .recomputed(
                            List.of(h.exp(), s), in -> in.get(0).mul(in.get(1)).square());
            whole = g.mul(h).add(s).sum();
            whole.backward();
        }
        return List.of(
                whole.toDoubles(),
                x.grad().toDoubles(),
                w.grad().toDoubles(),
                v.grad().toDoubles());
    }

    @Test
    @Covers({"recompute(boolean)", "recomputed(List,Function)"})
    void partsThatAreComputedAgainHaveTheSameGradients() {
        List<double[]> expected = gradientsThroughParts(false);
        List<double[]> actual = gradientsThroughParts(true);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i)).containsExactly(expected.get(i), within(1e-6));
        }
        assertThat(gradientsThroughParts(true).get(3)).containsExactly(actual.get(3));
    }

    @Test
    @Covers({"channelsLast(boolean)", "deterministic(boolean)"})
    void layoutAndAlgorithmsChangeNoValue() {
        RandomStream random = new Streams(3).stream("modes");
        Tensor tokens = backend()
                .tensor(Operand.normal(2, 5, 4, 6).draw(random.named("x")), Shape.of(2, 5, 4, 6), DType.FLOAT32);
        Tensor image = tokens.permute(0, 3, 1, 2); // (N, C, H, W), channels last in memory
        Tensor weight = backend()
                .tensor(Operand.normal(3, 6, 3, 3).draw(random.named("w")), Shape.of(3, 6, 3, 3), DType.FLOAT32);
        double[] expected = image.conv2d(weight, null, 1, 1, 1, 1).toDoubles();
        try (Backend.Guard layout = backend().channelsLast(false);
                Backend.Guard algorithms = backend().deterministic(true)) {
            assertThat(image.conv2d(weight, null, 1, 1, 1, 1).toDoubles()).containsExactly(expected, within(1e-4));
        }
        assertThat(image.conv2d(weight, null, 1, 1, 1, 1).toDoubles()).containsExactly(expected);
    }

    // ---- leaves and their values ----

    @Test
    @Covers({"leaf(Tensor,boolean)", "assign(Tensor,Tensor)"})
    void assignChangesTheLeafAlone() {
        Tensor source = vector(1, 2);
        Tensor leaf = backend().leaf(source, true);

        backend().assign(leaf, vector(5, 7));
        assertThat(leaf.toDoubles()).containsExactly(5, 7);
        assertThat(source.toDoubles()).containsExactly(1, 2);
        leaf.square().sum().backward();
        assertThat(leaf.grad().toDoubles()).containsExactly(10, 14);
        backend().assign(leaf, leaf.add(1));
        assertThat(leaf.toDoubles()).containsExactly(6, 8);
        assertThat(leaf.grad().toDoubles()).containsExactly(10, 14);
        assertThatThrownBy(() -> backend().assign(leaf, vector(1, 2, 3))).isInstanceOf(ShapeException.class);
    }

    @Test
    @Covers("linearAlgebra()")
    void factorsWithinItsScopes() {
        Matrix s = Matrix.square(2, new double[] {4, 2, 2, 10});

        assertThat(backend().linearAlgebra().cholesky(s).orElseThrow().values()).containsExactly(2, 0, 1, 3);
    }

    // ---- memory and precision ----

    @Test
    @Covers("release(Tensor)")
    void whatIsReleasedLeavesGradientsAndOtherTensorsAlone() {
        Tensor leaf = trained(1, 2);
        Tensor square = leaf.square();
        Tensor sum = square.sum();
        backend().release(square);
        sum.backward();
        assertThat(leaf.grad().toDoubles()).containsExactly(2, 4);

        try (Scope scope = backend().scope();
                Backend.Guard guard = backend().noGrad()) {
            Tensor before = vector(1, 2);
            Tensor view = before.reshape(2, 1);
            Tensor after = before.mul(3);
            backend().release(before);
            assertThat(after.toDoubles()).containsExactly(3, 6);
            assertThat(view.toDoubles()).containsExactly(1, 2);
        }
    }

    @Test
    @Covers({"scope()", "scope(String)"})
    void keptTensorsOutliveTheirScope() {
        Tensor kept;
        try (Scope outer = backend().scope("blocks.0")) {
            Tensor inOuter;
            try (Scope inner = backend().scope()) {
                inOuter = inner.keep(vector(1, 2).mul(3));
                vector(9, 9).exp();
            }
            kept = outer.keep(inOuter.add(1));
        }

        assertThat(kept.add(kept).toDoubles()).containsExactly(8, 14);
    }

    @Test
    void gradientsOutliveTheScopeOfTheForwardPass() {
        Tensor x = trained(2, 3);
        try (Scope scope = backend().scope()) {
            x.square().sum().backward();
        }

        assertThat(x.grad().toDoubles()).containsExactly(4, 6);
    }

    @Test
    @Covers("compute(DType)")
    void productsInBfloat16AreCloseAndEndWithTheGuard() {
        RandomStream random = new Streams(2).stream("compute");
        int n = 33;
        double[] a = Operand.normal(n, n).draw(random.named("a"));
        double[] b = Operand.normal(n, n).draw(random.named("b"));
        Tensor left = backend().tensor(a, Shape.of(n, n), DType.FLOAT32);
        Tensor right = backend().tensor(b, Shape.of(n, n), DType.FLOAT32);
        double[] product;
        try (Backend.Guard guard = backend().compute(DType.BFLOAT16)) {
            product = left.matmul(right).toDoubles();
        }
        Tensor after = left.matmul(right);

        assertThat(after.dtype()).isEqualTo(DType.FLOAT32);
        double[] exact = after.toDoubles();
        for (int i = 0; i < product.length; i++) {
            double size = 0;
            for (int k = 0; k < n; k++) {
                size += Math.abs(a[i / n * n + k] * b[k * n + i % n]);
            }
            assertThat(product[i]).isCloseTo(exact[i], within(3 * 0x1p-8 * size));
        }
    }
}
