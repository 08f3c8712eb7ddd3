package org.ditlab.backend.libtorch;

import static org.assertj.core.api.Assertions.assertThat;

import org.ditlab.tensor.Composites;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.Test;

/** Where the tape and libtorch's engine meet: gradients are those of the engine alone. */
class GradientTapeTests {
    private final CpuBackend fused = new CpuBackend(1);
    private final LibtorchBackend plain = new LibtorchBackend(Device.CPU, 1);

    /** What is differentiated, with respect to a leaf. */
    private interface Program {
        Tensor loss(Tensor leaf);
    }

    private static float[] gradient(Backend backend, Program program) {
        try (Scope scope = backend.scope()) {
            float[] values = new float[2 * 3 * 8];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) Math.sin(i + 1);
            }
            Tensor leaf = backend.leaf(backend.tensor(values, Shape.of(2, 3, 8), DType.FLOAT32), true);
            program.loss(leaf).backward();
            return leaf.grad().toFloats();
        }
    }

    private void agrees(Program program) {
        float[] expected = gradient(plain, program);
        float[] actual = gradient(fused, program);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as("element " + i).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-5f));
        }
    }

    @Test
    void anInputThatTwoFusedOperationsShare() {
        agrees(x -> {
            Tensor inner = x.mul(2).tanh(); // of the engine
            return Composites.geluTanh(inner).mul(Composites.geluErf(inner)).mean();
        });
    }

    @Test
    void anInputThatBothTapeAndEngineUse() {
        agrees(x -> {
            Tensor inner = x.exp();
            Tensor before = inner.square();
            Tensor fusedOne = Composites.geluTanh(inner);
            return before.add(fusedOne).add(inner.sin()).mean();
        });
    }

    @Test
    void aFusedOperationBetweenEngineOperations() {
        agrees(x -> Composites.geluTanh(Composites.geluErf(x.square()).tanh().reshape(6, 8))
                .permute(1, 0)
                .slice(0, 2, 7)
                .square()
                .mean());
    }

    @Test
    void theSameTensorTwiceInASum() {
        agrees(x -> {
            Tensor y = Composites.geluTanh(x);
            return y.add(y).square().mean();
        });
    }

    @Test
    void slicesOfOneResultGatherTheirGradients() {
        agrees(x -> {
            Tensor y = Composites.geluTanh(x);
            return y.slice(2, 0, 4).mul(y.slice(2, 4, 8)).mul(y.slice(2, 2, 6)).mean();
        });
    }

    @Test
    void sumsOfTwoTypesAndOfATable() {
        agrees(x -> {
            Tensor narrow = Composites.geluTanh(x).cast(DType.FLOAT32);
            Tensor table = x.backend().full(0.25, Shape.of(1, 3, 8), DType.FLOAT32);
            Tensor y = Composites.silu(narrow).add(table);
            return y.add(x.square()).mul(Composites.silu(y)).mean();
        });
    }

    @Test
    void theEngineRunsOnceForATensorOfManyUsers() {
        try (Scope scope = fused.scope()) {
            Tensor leaf = fused.leaf(fused.full(1, Shape.of(2, 8), DType.FLOAT32), true);
            Tensor inner = leaf.square();
            Composites.geluTanh(inner);
            int one = fused.tape.size();
            Composites.geluTanh(inner);
            assertThat(fused.tape.size()).isEqualTo(one + 1);
        }
    }

    @Test
    void windowsSideBySideAreAProduct() {
        agrees(x -> {
            Tensor image = Composites.silu(x).reshape(2, 1, 6, 4);
            Tensor weight = x.backend().full(0.5, Shape.of(3, 1, 2, 2), DType.FLOAT32);
            Tensor bias = x.backend().full(0.5, Shape.of(3), DType.FLOAT32);
            return x.backend().conv2d(image, weight, bias, 2, 0, 0, 1).square().mean(); // (2, 3, 3, 2)
        });
    }

    @Test
    void whatAClosedScopeComputedIsForgotten() {
        try (Scope scope = fused.scope()) {
            Tensor leaf = fused.leaf(fused.full(1, Shape.of(2, 8), DType.FLOAT32), true);
            try (Scope inner = fused.scope()) {
                Composites.geluTanh(Composites.geluTanh(leaf));
            }
            assertThat(fused.tape.size()).isZero();
        }
    }

    @Test
    void aScopeThatHandsItsResultOnIsRemembered() {
        agrees(x -> {
            Tensor kept;
            try (Scope inner = x.backend().scope()) {
                kept = inner.keep(Composites.geluTanh(x.square()));
            }
            return kept.mean();
        });
    }

    @Test
    void nothingIsLeftAfterABackwardPass() {
        gradient(fused, x -> Composites.geluTanh(x.square()).mean());
        assertThat(fused.tape.size()).isZero();
    }

    @Test
    void normsOfTheSameFormKeepTheirOwnEpsilon() {
        try (Scope scope = fused.scope()) {
            Tensor x = fused.tensor(new float[] {1, -1, 1, -1}, Shape.of(1, 1, 4), DType.FLOAT32);
            Tensor none = fused.full(0, Shape.of(1, 1, 4), DType.FLOAT32);
            assertThat(fused.adaptiveNorm(x, none, none, 1e-6).toFloats()[0]).isBetween(0.99f, 1.01f);
            assertThat(fused.adaptiveNorm(x, none, none, 3).toFloats()[0]).isBetween(0.49f, 0.51f);
        }
    }

    @Test
    void weightsThatTheOptimiserChangedAreCastAnew() {
        for (DType type : new DType[] {DType.FLOAT32, DType.BFLOAT16}) {
            try (Scope scope = fused.scope();
                    Backend.Guard guard = fused.compute(type)) {
                Tensor weight = fused.leaf(fused.full(1, Shape.of(1, 4), DType.FLOAT32), true);
                Tensor x = fused.full(1, Shape.of(1, 4), DType.FLOAT32);
                Tensor zero = fused.full(0, Shape.of(1, 4), DType.FLOAT32);
                x.linear(weight, null).mean().backward();
                fused.adamW(
                        new org.ditlab.tensor.spi.AdamWState(
                                java.util.List.of(weight),
                                java.util.List.of(zero),
                                java.util.List.of(fused.full(0, Shape.of(1, 4), DType.FLOAT32)),
                                java.util.List.of(),
                                0.9,
                                0.999,
                                1e-8,
                                0),
                        0.5,
                        1);
                assertThat(x.linear(weight, null).mean().item())
                        .isCloseTo(2.0, org.assertj.core.data.Offset.offset(1e-2));
            }
        }
    }
}
