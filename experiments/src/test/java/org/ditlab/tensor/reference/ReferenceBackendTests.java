package org.ditlab.tensor.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ServiceLoader;
import org.ditlab.tensor.BackendContract;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.ShapeException;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.tensor.spi.BackendProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferenceBackendTests extends BackendContract {
    private final ReferenceBackend backend = new ReferenceBackend();

    @Override
    protected Backend backend() {
        return backend;
    }

    @Test
    void isFoundAndRunsAnywhere() {
        assertThat(ServiceLoader.load(BackendProvider.class))
                .filteredOn(provider -> provider.name().equals("reference"))
                .singleElement()
                .satisfies(provider -> {
                    assertThat(provider.devices()).containsExactly(Device.CPU);
                    assertThat(provider.rank()).isNegative();
                    assertThat(provider.open(Device.CPU, 2)).isInstanceOf(ReferenceBackend.class);
                });
    }

    /** Values from tables of 20 digits (Abramowitz & Stegun, table 7.1; Wolfram functions site beyond). */
    @ParameterizedTest
    @CsvSource({
        "0,    0",
        "0.5,  0.52049987781304653768",
        "1,    0.84270079294971486934",
        "2,    0.99532226501895273416",
        "2.5,  0.99959304798255504106",
        "3,    0.99997790950300141456",
        "-1,  -0.84270079294971486934",
        "7,    1"
    })
    void errorFunctionIsExactToDoublePrecision(double x, double expected) {
        assertThat(ErrorFunction.erf(x)).isCloseTo(expected, within(2e-16));
    }

    @Test
    void errorFunctionHasNoStepWhereItsFormulasMeet() {
        double below = Math.nextDown(2.5);

        assertThat(ErrorFunction.erf(2.5)).isCloseTo(ErrorFunction.erf(below), within(3e-16));
    }

    @Test
    void shapesThatDoNotFitAreNamed() {
        Tensor x = backend.full(1, Shape.of(2, 3), DType.FLOAT32);

        assertThatThrownBy(() -> x.linear(x.reshape(3, 2), null))
                .isInstanceOf(ShapeException.class)
                .hasMessageStartingWith("linear: x (2, 3), weight (3, 2), bias null");
        assertThatThrownBy(() -> x.embedding(x)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> x.embedding(backend.indices(new long[] {2}, Shape.of(1))))
                .hasMessage("embedding: index 2 is outside a table of 2 rows");
    }

    @Test
    void graphIsFreedByBackward() {
        Tensor x = backend.leaf(backend.full(2, Shape.of(), DType.FLOAT64), true);
        Tensor y = x.square();
        y.backward();

        assertThatThrownBy(() -> y.mul(2).backward())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("freed");
    }

    @Test
    void float32RoundsEachResultOnce() {
        float[] values = {1e8f, 1, -1e8f, 0.1f};
        Tensor x = backend.tensor(values, Shape.of(4), DType.FLOAT32);

        assertThat(x.sum().item()).isEqualTo((float) (1 + (double) 0.1f));
        assertThat(x.mul(0.1).toDoubles()[1]).isEqualTo((float) 0.1);
    }
}
