package org.ditlab.backend.libtorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.ditlab.tensor.Composites;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Norms, gates and activations of the CPU backend against libtorch's own operations, in odd extents and both types. */
class FusedNormsTests {
    private final CpuBackend fused = new CpuBackend(2);
    private final LibtorchBackend plain = new LibtorchBackend(Device.CPU, 2);

    /** An activation under test. */
    enum Activation {
        GELU_TANH {
            @Override
            Tensor of(Tensor x) {
                return Composites.geluTanh(x);
            }
        },
        GELU_ERF {
            @Override
            Tensor of(Tensor x) {
                return Composites.geluErf(x);
            }
        },
        SILU {
            @Override
            Tensor of(Tensor x) {
                return Composites.silu(x);
            }
        };

        abstract Tensor of(Tensor x);
    }

    private static float[] waves(int count, double step, double height) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (height * Math.sin(step * (i + 1)));
        }
        return values;
    }

    private static Tensor leaf(Backend backend, Shape shape, double step) {
        return backend.leaf(backend.tensor(waves((int) shape.elements(), step, 1.5), shape, DType.FLOAT32), true);
    }

    /** The block's pattern, {@code x + gate f(norm(x) (1 + scale) + shift)}: result and gradients of x and the factors. */
    private static List<float[]> block(Backend backend, int n, int t, int d, DType stream, DType branch) {
        try (Scope scope = backend.scope()) {
            Tensor x = leaf(backend, Shape.of(n, t, d), 0.37);
            Tensor factors = leaf(backend, Shape.of(n, 1, 3 * d), 0.71);
            List<Tensor> parts = factors.cast(branch).chunk(3, 2);
            Tensor h = x.cast(stream);
            Tensor normal = backend.adaptiveNorm(h, parts.get(0), parts.get(1), 1e-6);
            Tensor y = Composites.gatedAdd(h, parts.get(2), normal.cast(branch));
            Tensor weights = backend.tensor(waves(n * t * d, 0.13, 1), Shape.of(n, t, d), DType.FLOAT32);
            y.cast(DType.FLOAT32).mul(weights).sum(false, 0, 1, 2).backward();
            return List.of(y.toFloats(), x.grad().toFloats(), factors.grad().toFloats());
        }
    }

    static Stream<Arguments> forms() {
        return Stream.of(
                Arguments.of(2, 1, 20, DType.FLOAT32, DType.FLOAT32),
                Arguments.of(3, 33, 72, DType.FLOAT32, DType.FLOAT32),
                Arguments.of(2, 70, 384, DType.FLOAT32, DType.FLOAT32),
                Arguments.of(2, 5, 3, DType.FLOAT32, DType.FLOAT32),
                Arguments.of(3, 33, 20, DType.FLOAT32, DType.BFLOAT16),
                Arguments.of(2, 67, 72, DType.BFLOAT16, DType.BFLOAT16),
                Arguments.of(1, 1, 50, DType.BFLOAT16, DType.BFLOAT16));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void aBlockAgreesWithLibtorch(int n, int t, int d, DType stream, DType branch) {
        boolean narrow = branch == DType.BFLOAT16;
        List<float[]> expected = block(plain, n, t, d, DType.FLOAT32, DType.FLOAT32);
        List<float[]> actual = block(fused, n, t, d, stream, branch);
        for (int i = 0; i < expected.size(); i++) {
            float[] truth = expected.get(i);
            double most = 1;
            for (float value : truth) {
                most = Math.max(most, Math.abs(value));
            }
            double tolerance = (narrow ? 4e-2 : 1e-5) * most;
            for (int j = 0; j < truth.length; j++) {
                assertThat((double) actual.get(i)[j])
                        .as("result " + i + " at " + j)
                        .isCloseTo(truth[j], within(tolerance));
            }
        }
    }

    @Test
    void aSampleDoesNotDependOnItsNeighbours() {
        int t = 37;
        int d = 72;
        float[] all = waves(5 * t * d, 0.37, 2);
        float[] factors = waves(5 * d, 0.11, 1);
        try (Scope scope = fused.scope();
                Backend.Guard guard = fused.noGrad()) {
            float[] batch = normed(all, factors, 5, t, d);
            float[] alone = normed(
                    Arrays.copyOfRange(all, 3 * t * d, 4 * t * d), Arrays.copyOfRange(factors, 3 * d, 4 * d), 1, t, d);
            assertThat(Arrays.copyOfRange(batch, 3 * t * d, 4 * t * d)).isEqualTo(alone);
        }
    }

    private float[] normed(float[] values, float[] factors, int n, int t, int d) {
        Tensor x = fused.tensor(values, Shape.of(n, t, d), DType.FLOAT32);
        Tensor each = fused.tensor(factors, Shape.of(n, 1, d), DType.FLOAT32);
        return Composites.gatedAdd(x, each, fused.adaptiveNorm(x, each, each, 1e-6))
                .toFloats();
    }

    @Test
    void aNumberThatIsNoneSpoilsItsRowOnly() {
        try (Scope scope = fused.scope();
                Backend.Guard guard = fused.noGrad()) {
            float[] values = waves(3 * 20, 0.37, 1);
            values[25] = Float.NaN;
            values[45] = Float.POSITIVE_INFINITY;
            Tensor x = fused.tensor(values, Shape.of(1, 3, 20), DType.FLOAT32);
            Tensor none = fused.full(0, Shape.of(1, 1, 20), DType.FLOAT32);
            float[] y = fused.adaptiveNorm(x, none, none, 1e-6).toFloats();
            for (int j = 0; j < 20; j++) {
                assertThat(y[j]).isFinite();
                assertThat(y[20 + j]).isNaN();
                assertThat(y[40 + j]).isNaN();
            }
        }
    }

    private static List<float[]> activated(Backend backend, Activation activation, float[] values, DType type) {
        try (Scope scope = backend.scope()) {
            Tensor x = backend.leaf(backend.tensor(values, Shape.of(values.length), DType.FLOAT32), true);
            Tensor y = activation.of(x.cast(type)).cast(DType.FLOAT32);
            y.sum(false, 0).backward();
            return List.of(y.toFloats(), x.grad().toFloats());
        }
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void anActivationAgreesWithLibtorch(Activation activation) {
        float[] values = waves(20_011, 0.37, 11);
        for (DType type : List.of(DType.FLOAT32, DType.BFLOAT16)) {
            double relative = type == DType.FLOAT32 ? 3e-6 : 8e-3;
            List<float[]> expected = activated(plain, activation, values, type);
            List<float[]> actual = activated(fused, activation, values, type);
            for (int i = 0; i < 2; i++) {
                for (int j = 0; j < values.length; j++) {
                    float truth = expected.get(i)[j];
                    assertThat(actual.get(i)[j])
                            .as(type + ", result " + i + " at " + values[j])
                            .isCloseTo(truth, within((float) (relative * (0.5 + Math.abs(truth)))));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void anActivationIsExactWhereItIsLinearAndKeepsWhatIsNoNumber(Activation activation) {
        assumeTrue(
                CompiledKernels.serve(), "oneDNN's activations are no numbers at infinity, nor their slopes at 1e20");
        float[] values = {0, 1e20f, -1e20f, Float.POSITIVE_INFINITY, Float.NaN};
        for (DType type : List.of(DType.FLOAT32, DType.BFLOAT16)) {
            List<float[]> results = activated(fused, activation, values, type);
            float[] y = results.get(0);
            assertThat(y[0]).isZero();
            assertThat(y[1] / values[1]).isCloseTo(1, within(4e-3f));
            assertThat(y[2]).isZero();
            assertThat(y[3]).isEqualTo(Float.POSITIVE_INFINITY);
            assertThat(y[4]).isNaN();
            float[] slope = results.get(1);
            assertThat(slope[0]).isEqualTo(0.5f);
            assertThat(slope[1]).isEqualTo(1);
            assertThat(slope[2]).isZero();
            assertThat(slope[4]).isNaN();
        }
    }
}
