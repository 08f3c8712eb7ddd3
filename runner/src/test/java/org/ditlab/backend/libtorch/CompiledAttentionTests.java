package org.ditlab.backend.libtorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.Random;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attention on tiles against libtorch's own operations in float32 on the same numbers. */
class CompiledAttentionTests {
    /** Relative to all numbers together: rounding of queries, keys, weights and results to 8 bits. */
    private static final double ROUNDING = 0.012;

    /** The same of scales' gradients, sums of terms that cancel. */
    private static final double ROUNDING_OF_SUMS = 0.05;

    private final CpuBackend fused = new CpuBackend(2);
    private final LibtorchBackend plain = new LibtorchBackend(Device.CPU, 2);

    /** One call: its operands' values and what it gives. */
    private record Case(int images, int heads, int tokens, int width, boolean rotates, boolean normalises) {
        Shape shape() {
            return Shape.of(images, tokens, 3 * heads * width);
        }

        float[] projections() {
            return normal((int) shape().elements(), 1);
        }

        /** {result, gradient of the projections, gradient of the scales or nothing} */
        float[][] run(Backend backend, DType type, boolean tracked) {
            return run(backend, type, tracked, projections());
        }

        float[][] run(Backend backend, DType type, boolean tracked, float[] values) {
            int c = heads * width;
            try (Scope scope = backend.scope()) {
                int count = values.length / (tokens * 3 * c);
                Tensor qkv = backend.leaf(cast(backend, values, Shape.of(count, tokens, 3 * c), type), tracked);
                Tensor scales = !normalises ? null : backend.leaf(scales(backend), tracked);
                Tensor y = attend(backend, qkv, scales);
                if (!tracked) {
                    return new float[][] {y.toFloats()};
                }
                Tensor weights = cast(backend, normal(count * tokens * c, 2), Shape.of(count, tokens, c), type);
                y.mul(weights).sum().backward();
                float[] toScales = scales == null ? new float[0] : scales.grad().toFloats();
                return new float[][] {y.toFloats(), qkv.grad().toFloats(), toScales};
            }
        }

        private Tensor attend(Backend backend, Tensor qkv, @Nullable Tensor scales) {
            double factor = 1 / Math.sqrt(width);
            if (!rotates && !normalises) {
                return backend.selfAttention(qkv, heads, factor);
            }
            return backend.packedAttention(
                    qkv,
                    heads,
                    factor,
                    scales,
                    rotates ? table(backend, 0) : null,
                    rotates ? table(backend, Math.PI / 2) : null);
        }

        private Tensor scales(Backend backend) {
            float[] values = new float[heads];
            for (int i = 0; i < heads; i++) {
                values[i] = 3 + i;
            }
            return backend.tensor(values, Shape.of(heads, 1, 1), DType.FLOAT32);
        }

        private Tensor table(Backend backend, double phase) {
            float[] values = new float[tokens * width / 2];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) Math.cos(0.7 * i - phase);
            }
            return backend.tensor(values, Shape.of(tokens, width / 2), DType.FLOAT32);
        }

        /** Numbers of 8 bits, in a type. */
        private static Tensor cast(Backend backend, float[] values, Shape shape, DType type) {
            Tensor rounded = backend.cast(backend.tensor(values, shape, DType.FLOAT32), DType.BFLOAT16);
            return backend.cast(rounded, type);
        }
    }

    private static float[] normal(int count, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @BeforeEach
    void onTiles() {
        assumeTrue(CompiledKernels.tilesServe(), () -> "no products on tiles here: " + CompiledKernels.build());
    }

    @ParameterizedTest
    @CsvSource({
        "2, 6, 256, 64",
        "1, 2, 1, 8",
        "2, 2, 3, 4",
        "2, 3, 33, 24",
        "4, 2, 64, 48",
        "1, 1, 100, 72",
        "1, 2, 160, 96",
        "1, 1, 47, 128",
        "1, 1, 1030, 40",
        "3, 1, 31, 6"
    })
    void agreesWithFloat32(int images, int heads, int tokens, int width) {
        for (int form = 0; form < 4; form++) {
            Case some = new Case(images, heads, tokens, width, form % 2 == 1, form / 2 == 1);
            float[][] expected = some.run(plain, DType.FLOAT32, true);
            float[][] actual = some.run(fused, DType.BFLOAT16, true);
            for (int i = 0; i < expected.length; i++) {
                assertThat(apart(actual[i], expected[i]))
                        .as(some + ", " + i)
                        .isLessThan(i == 2 ? ROUNDING_OF_SUMS : ROUNDING);
            }
        }
    }

    /** The root of the squared differences over that of the squares; one key has no gradient of its queries. */
    private static double apart(float[] actual, float[] expected) {
        double off = 0;
        double all = 1e-6;
        for (int i = 0; i < expected.length; i++) {
            off += Math.pow(actual[i] - expected[i], 2);
            all += Math.pow(expected[i], 2);
        }
        return Math.sqrt(off / all);
    }

    @Test
    void gradientsChangeNothingInTheResult() {
        Case some = new Case(2, 2, 70, 24, true, true);
        assertThat(some.run(fused, DType.BFLOAT16, false)[0]).isEqualTo(some.run(fused, DType.BFLOAT16, true)[0]);
    }

    @Test
    void threadsChangeNothing() {
        Case some = new Case(5, 3, 70, 24, true, true);
        assertThat(some.run(new CpuBackend(1), DType.BFLOAT16, true))
                .isDeepEqualTo(some.run(new CpuBackend(2), DType.BFLOAT16, true));
    }

    @Test
    void anImageComesOutTheSameAlone() {
        Case some = new Case(3, 2, 130, 48, false, false);
        float[] all = some.projections();
        float[] together = some.run(fused, DType.BFLOAT16, false, all)[0];
        int size = all.length / 3;
        float[] alone = some.run(fused, DType.BFLOAT16, false, Arrays.copyOfRange(all, size, 2 * size))[0];
        assertThat(alone).isEqualTo(Arrays.copyOfRange(together, size / 3, 2 * size / 3));
    }

    @Test
    void whatIsNoNumberStaysInItsImage() {
        Case some = new Case(2, 1, 40, 16, false, false);
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            float[] values = some.projections();
            values[0] = bad; // of the first query
            float[][] actual = some.run(fused, DType.BFLOAT16, true, values);
            for (int i = 0; i < actual[0].length; i++) {
                assertThat(Float.isNaN(actual[0][i])).as("result " + i).isEqualTo(i < 16);
            }
            int perImage = values.length / 2;
            assertThat(actual[1][0]).isNaN();
            for (int i = perImage; i < 2 * perImage; i++) {
                assertThat(actual[1][i]).isFinite();
            }
        }
    }

    @Test
    void logitsFarApartWeighNothingOrAll() {
        Case some = new Case(1, 1, 40, 16, false, false);
        float[] values = some.projections();
        for (int i = 0; i < values.length; i++) {
            values[i] *= i % 48 < 32 ? 300 : 1; // queries and keys
        }
        float[][] expected = some.run(plain, DType.FLOAT32, true, values);
        float[][] actual = some.run(fused, DType.BFLOAT16, true, values);
        assertThat(apart(actual[0], expected[0])).isLessThan(ROUNDING);
        for (float gradient : actual[1]) {
            assertThat(gradient).isFinite();
        }
    }
}
