package org.ditlab.backend.libtorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Depthwise convolutions and their gradients are those of libtorch's own convolution. */
class CompiledDepthwiseTests {
    private static final double NARROW = 1.0 / 128;

    private static float[] values(long seed, Shape shape) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        float[] values = new float[(int) shape.elements()];
        for (int i = 0; i < values.length; i++) {
            // Exact in bfloat16.
            values[i] = random.nextInt(-64, 65) / 64f;
        }
        return values;
    }

    /** Images (N, C, H, W), channels last. */
    private static Tensor images(Backend backend, long seed, int n, int c, int h, int w, DType type) {
        Shape shape = Shape.of(n, h, w, c);
        return backend.tensor(values(seed, shape), shape, DType.FLOAT32)
                .cast(type)
                .permute(0, 3, 1, 2);
    }

    private static Tensor leaf(Backend backend, long seed, Shape shape) {
        return backend.leaf(backend.tensor(values(seed, shape), shape, DType.FLOAT32), true);
    }

    /** The result and all gradients. @param sides of the branches; of one, without x itself */
    private static List<float[]> results(Backend backend, int n, int c, int h, int w, DType type, int... sides) {
        try (Scope scope = backend.scope();
                Backend.Guard guard = backend.compute(type)) {
            Tensor image = images(backend, 1, n, c, h, w, type);
            Tensor x = backend.leaf(image, true);
            List<Tensor> weights = new ArrayList<>();
            List<Tensor> biases = new ArrayList<>();
            for (int side : sides) {
                weights.add(leaf(backend, 2 + side, Shape.of(c, 1, side, side)));
                biases.add(leaf(backend, 20 + side, Shape.of(c)));
            }
            Tensor y = sides.length == 1
                    ? backend.conv2d(x, weights.get(0), biases.get(0), 1, sides[0] / 2, sides[0] / 2, c)
                    : backend.depthwiseBranches(x, weights, biases);
            Tensor factors = images(backend, 3, n, c, h, w, DType.FLOAT32);
            List<float[]> results = new ArrayList<>();
            results.add(y.toFloats());
            y.cast(DType.FLOAT32).mul(factors).sum(false, 0, 1, 2, 3).backward();
            results.add(x.grad().toFloats());
            weights.forEach(weight -> results.add(weight.grad().toFloats()));
            biases.forEach(bias -> results.add(bias.grad().toFloats()));
            return results;
        }
    }

    private static void close(List<float[]> actual, List<float[]> expected, DType type) {
        double tolerance = type == DType.BFLOAT16 ? NARROW : 1e-5;
        for (int i = 0; i < expected.size(); i++) {
            for (int j = 0; j < expected.get(i).length; j++) {
                double wanted = expected.get(i)[j];
                assertThat((double) actual.get(i)[j])
                        .as("part %d, element %d", i, j)
                        .isCloseTo(wanted, within(tolerance * (1 + Math.abs(wanted))));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2, 32, 8, 8",
        "1, 20, 5, 7",
        "3, 48, 1, 1",
        "2, 3, 2, 9",
        "1, 16, 9, 65",
        "2, 40, 19, 34",
        "3, 1, 3, 2",
        "1, 272, 3, 4"
    })
    void agreesWithLibtorch(int n, int c, int h, int w) {
        Backend fused = new CpuBackend(2);
        Backend plain = new LibtorchBackend(Device.CPU, 2);
        for (DType type : new DType[] {DType.FLOAT32, DType.BFLOAT16}) {
            for (int[] sides : new int[][] {{3}, {5}, {7}, {3, 1}, {5, 3, 1}}) {
                // Values are exact in bfloat16: the reference computes in float32.
                List<float[]> expected = results(plain, n, c, h, w, DType.FLOAT32, sides);
                close(results(fused, n, c, h, w, type, sides), expected, type);
            }
        }
    }

    @Test
    void imagesDoNotDependOnTheirBatch() {
        Backend fused = new CpuBackend(2);
        int one = 40 * 9 * 6;
        try (Scope scope = fused.scope()) {
            Tensor weight = leaf(fused, 4, Shape.of(40, 1, 5, 5));
            Tensor bias = leaf(fused, 5, Shape.of(40));
            Tensor all = images(fused, 6, 3, 40, 9, 6, DType.FLOAT32);
            float[] together = fused.conv2d(all, weight, bias, 1, 2, 2, 40).toFloats();
            for (int i = 0; i < 3; i++) {
                float[] alone = fused.conv2d(all.slice(0, i, i + 1), weight, bias, 1, 2, 2, 40)
                        .toFloats();
                assertThat(alone).containsExactly(java.util.Arrays.copyOfRange(together, i * one, (i + 1) * one));
            }
        }
    }

    @Test
    void gradientsDoNotDependOnTheNumberOfThreads() {
        assumeTrue(CompiledKernels.serve(), "no compiled kernels here");
        List<float[]> one = results(new CpuBackend(1), 3, 40, 9, 6, DType.FLOAT32, 5, 3, 1);
        List<float[]> two = results(new CpuBackend(2), 3, 40, 9, 6, DType.FLOAT32, 5, 3, 1);
        for (int i = 0; i < one.size(); i++) {
            assertThat(two.get(i)).containsExactly(one.get(i));
        }
    }
}
