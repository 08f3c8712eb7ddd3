package org.ditlab.backend.libtorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.AdamWState;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The compiled step against libtorch's, for parameters of any extent, and the casts that it leaves behind. */
class CompiledOptimizerTests {
    /** Less than a vector, a vector, a block and its neighbours, several blocks and a rest. */
    private static final int[] EXTENTS = {1, 16, 17, 16_383, 16_384, 16_385, 70_001};

    private final CpuBackend ours = new CpuBackend(2);
    private final LibtorchBackend theirs = new LibtorchBackend(Device.CPU, 2);

    @BeforeEach
    void kernelsServe() {
        assumeTrue(CompiledKernels.serve(), CompiledKernels.build());
    }

    @AfterEach
    void close() {
        ours.close();
        theirs.close();
    }

    private static float[] values(String name, int extent) {
        float[] values = new float[extent];
        new Streams(3).stream(name).normal(extent, 0, values, 0, extent);
        return values;
    }

    private static List<Tensor> made(Backend backend, String name, boolean leaves) {
        List<Tensor> tensors = new ArrayList<>();
        for (int extent : EXTENTS) {
            Tensor values = backend.tensor(values(name, extent), Shape.of(extent), DType.FLOAT32);
            tensors.add(leaves ? backend.leaf(values, true) : values);
        }
        return tensors;
    }

    /** Everything that three steps have left: parameters, moments, averages, and the norms of the gradients. */
    private static List<float[]> trained(Backend backend) {
        try (Scope scope = backend.scope()) {
            List<Tensor> parameters = made(backend, "weight", true);
            AdamWState state = new AdamWState(
                    parameters,
                    made(backend, "first", false),
                    made(backend, "second", false).stream().map(Tensor::square).toList(),
                    List.of(
                            new AdamWState.Average(made(backend, "slow", false), 0.9999),
                            new AdamWState.Average(made(backend, "fast", false), 0.3)),
                    0.9,
                    0.95,
                    1e-8,
                    0.1);
            List<float[]> left = new ArrayList<>();
            for (int step = 1; step <= 3; step++) {
                for (int i = 0; i < parameters.size(); i++) {
                    backend.clearGrad(parameters.get(i));
                    if (i != 3) { // one without gradient
                        parameters.get(i).square().mul(0.5).sum().backward();
                    }
                }
                left.add(new float[] {(float) backend.gradientNorm(parameters)});
                backend.adamW(state, 0.01, step);
            }
            List<List<Tensor>> all = List.of(
                    parameters,
                    state.firstMoments(),
                    state.secondMoments(),
                    state.averages().get(0).tensors(),
                    state.averages().get(1).tensors());
            all.forEach(tensors -> tensors.forEach(tensor -> left.add(tensor.toFloats())));
            return left;
        }
    }

    @Test
    void stepsAreThoseOfLibtorch() {
        List<float[]> found = trained(ours);
        List<float[]> expected = trained(theirs);
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            for (int j = 0; j < found.get(i).length; j++) {
                float wanted = expected.get(i)[j];
                if (Math.abs(found.get(i)[j] - wanted) > 2e-6f * (1 + Math.abs(wanted))) {
                    assertThat(found.get(i)[j])
                            .as("tensor %d, element %d", i, j)
                            .isEqualTo(wanted);
                }
            }
        }
    }

    @Test
    void theNextProductReadsTheWeightsThatTheStepHasLeft() {
        int in = 37;
        int out = 29;
        try (Scope scope = ours.scope();
                Backend.Guard guard = ours.compute(DType.BFLOAT16)) {
            Tensor weight = ours.leaf(ours.tensor(values("weight", in * out), Shape.of(out, in), DType.FLOAT32), true);
            Tensor x = ours.tensor(values("x", 5 * in), Shape.of(5, in), DType.FLOAT32);
            AdamWState state = new AdamWState(
                    List.of(weight),
                    List.of(ours.full(0, weight.shape(), DType.FLOAT32)),
                    List.of(ours.full(0, weight.shape(), DType.FLOAT32)),
                    List.of(),
                    0.9,
                    0.99,
                    1e-8,
                    0);
            for (int step = 1; step <= 3; step++) {
                x.linear(weight, null).square().mean().backward();
                ours.adamW(state, 0.1, step);
                ours.clearGrad(weight);
                assertThat(x.linear(weight, null).toFloats())
                        .containsExactly(x.linear(weight.detach(), null).toFloats());
            }
        }
    }

    @Test
    void aStepLeavesAloneWhatABackwardPassStillReads() {
        try (Scope scope = ours.scope();
                Backend.Guard guard = ours.compute(DType.BFLOAT16)) {
            Tensor weight = ours.leaf(ours.full(2, Shape.of(1, 1), DType.FLOAT32), true);
            Tensor x = ours.leaf(ours.full(1, Shape.of(1, 1), DType.FLOAT32), true);
            Tensor later = x.linear(weight, null);
            x.linear(weight, null).sum().backward();
            ours.clearGrad(x);
            AdamWState state = new AdamWState(
                    List.of(weight),
                    List.of(ours.full(0, weight.shape(), DType.FLOAT32)),
                    List.of(ours.full(0, weight.shape(), DType.FLOAT32)),
                    List.of(),
                    0.9,
                    0.99,
                    1e-8,
                    0);

            ours.adamW(state, 0.5, 1);
            later.sum().backward();

            assertThat(x.grad().toDoubles()).containsExactly(2);
            assertThat(x.linear(weight, null).item()).isCloseTo(1.5, within(1e-6));
        }
    }
}
