package org.ditlab.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class ScalingFitTests {
    private static final double[] COST = {0.5, 1, 2, 4, 8, 16};

    /**
     * SciPy 1.17.1: {@code optimize.least_squares(lambda p: p[0] * x**-p[1] + p[2] - y, [30, b0, 10], bounds=([0, .01, 0],
     * [inf, 10, inf]), xtol=1e-15, ftol=1e-15, gtol=1e-15)}; intervals by {@code brentq} of the squares with one parameter
     * held, less S * (1 + f.ppf(.95, 1, 3) / 3).
     */
    @Test
    void fitAndIntervalsOfSixPoints() {
        ScalingFit fit = ScalingFit.of(COST, new double[] {62.1, 48.3, 38.9, 31.7, 28.4, 24.9});

        assertThat(fit.a()).isEqualTo(29.40729225, within(1e-5));
        assertThat(fit.b()).isEqualTo(0.56067514, within(1e-6));
        assertThat(fit.c()).isEqualTo(18.78081423, within(1e-5));
        assertThat(fit.residual()).isEqualTo(0.4553255703801947, within(1e-8));
        assertThat(fit.explained()).isEqualTo(0.9993682789431508, within(1e-9));
        assertThat(fit.intervalOfA().lower()).isEqualTo(25.631627287914807, within(1e-4));
        assertThat(fit.intervalOfA().upper()).isEqualTo(34.253487655471055, within(1e-4));
        assertThat(fit.intervalOfB().lower()).isEqualTo(0.4585858994971076, within(1e-5));
        assertThat(fit.intervalOfB().upper()).isEqualTo(0.6677525839311363, within(1e-5));
        assertThat(fit.intervalOfC().lower()).isEqualTo(14.51637058745095, within(1e-4));
        assertThat(fit.intervalOfC().upper()).isEqualTo(21.91613601401964, within(1e-4));
    }

    @Property(tries = 60)
    void exactPointsGiveTheirParametersBack(
            @ForAll @DoubleRange(min = 5, max = 100) double a,
            @ForAll @DoubleRange(min = 0.1, max = 2) double b,
            @ForAll @DoubleRange(min = 0, max = 50) double c) {
        double[] loss = new double[COST.length];
        for (int i = 0; i < loss.length; i++) {
            loss[i] = a * Math.pow(COST[i], -b) + c;
        }
        ScalingFit fit = ScalingFit.of(COST, loss);

        assertThat(fit.b()).isCloseTo(b, Percentage.withPercentage(0.1));
        assertThat(fit.at(3)).isCloseTo(a * Math.pow(3, -b) + c, Percentage.withPercentage(0.01));
        assertThat(fit.intervalOfB().lower()).isLessThanOrEqualTo(fit.b());
        assertThat(fit.intervalOfB().upper()).isGreaterThanOrEqualTo(fit.b());
    }

    @Test
    void risingPointsBuyNothing() {
        ScalingFit fit = ScalingFit.of(new double[] {1, 2, 3, 4}, new double[] {1, 2, 3, 5});

        assertThat(fit.falls()).isFalse();
        assertThat(fit.at(2)).isEqualTo(2.75, within(1e-9));
    }

    /** Four noisy points leave one degree of freedom: the bounds are far, and where none is found that is said. */
    @Test
    void fourPointsHardlyBoundTheCurve() {
        ScalingFit fit = ScalingFit.of(new double[] {1, 2, 3, 4}, new double[] {50, 42, 44, 35});

        assertThat(fit.intervalOfB().upper()).isInfinite();
        assertThat(fit.intervalOfB().lower()).isZero();
        assertThat(fit.intervalOfC().lower()).isZero();
    }

    @Test
    void threeCostsAreRefused() {
        assertThatThrownBy(() -> ScalingFit.of(new double[] {1, 2, 3, 3}, new double[] {4, 3, 2, 2}))
                .hasMessageContaining("at least 4 different costs");
        assertThatThrownBy(() -> ScalingFit.of(new double[] {0, 1, 2, 3}, new double[] {4, 3, 2, 2}))
                .hasMessageContaining("expected more than 0");
    }
}
