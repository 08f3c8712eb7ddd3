package org.ditlab.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

class AxisTests {
    @Test
    void aWideSpanAsksForALogarithmicAxis() {
        Axis axis = Axis.fitting("FID", 2, 200);
        assertThat(axis.logarithmic()).isTrue();
        assertThat(axis.ticks()).containsExactly(2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0);
        assertThat(axis.fraction(20)).isEqualTo(0.5, within(1e-9));
    }

    @Test
    void aNarrowSpanHasALinearOne() {
        Axis axis = Axis.fitting("FID", 38, 62);
        assertThat(axis.logarithmic()).isFalse();
        assertThat(axis.ticks()).containsExactly(40.0, 45.0, 50.0, 55.0, 60.0);
    }

    @Test
    void valuesThatReachZeroKeepALinearAxisThatBeginsThere() {
        Axis axis = Axis.fitting("FID", 0, 60);
        assertThat(axis.logarithmic()).isFalse();
        assertThat(axis.min()).isZero();
    }

    @Property
    void ticksAndValuesLieOnTheAxis(
            @ForAll @Scale(6) @DoubleRange(min = 1e-6, max = 1e9) double low,
            @ForAll @DoubleRange(min = 1, max = 1e6) double factor) {
        Axis axis = Axis.fitting("x", low, low * factor);
        assertThat(axis.fraction(low)).isBetween(0.0, 1.0);
        assertThat(axis.fraction(low * factor)).isBetween(0.0, 1.0);
        assertThat(axis.ticks()).hasSizeBetween(1, 20).isSorted().allMatch(axis::holds);
    }
}
