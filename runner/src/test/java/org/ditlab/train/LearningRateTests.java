package org.ditlab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LearningRateTests {
    private static final double BASE = 2e-3;
    private static final double END = 1e-4;
    private static final int WARMUP = 10;
    private static final int TOTAL = 110;

    @ParameterizedTest
    @EnumSource
    void followsItsClosedForm(LearningRateSchedule schedule) {
        LearningRate rate = new LearningRate(BASE, WARMUP, schedule, END, TOTAL);
        for (int step = 1; step <= TOTAL; step++) {
            double share = Math.max(0, step - 11) / 100.0;
            double expected = step < WARMUP
                    ? BASE * step / 10
                    : switch (schedule) {
                        case CONSTANT -> BASE;
                        case LINEAR -> BASE * (1 - share) + END * share;
                        case COSINE -> END + (BASE - END) * Math.pow(Math.cos(Math.PI * share / 2), 2);
                    };
            assertThat(rate.at(step)).isCloseTo(expected, within(1e-15));
        }
        assertThat(rate.at(WARMUP)).isEqualTo(BASE);
        assertThat(rate.at(WARMUP + 1)).isEqualTo(BASE);
    }

    @ParameterizedTest
    @EnumSource
    void onlyAConstantRateGoesOnBeyondItsBudget(LearningRateSchedule schedule) {
        LearningRate shorter = new LearningRate(BASE, WARMUP, schedule, END, TOTAL);
        LearningRate longer = new LearningRate(BASE, WARMUP, schedule, END, 2 * TOTAL);
        boolean same = true;
        for (int step = 1; step <= TOTAL; step++) {
            same &= shorter.at(step) == longer.at(step);
        }
        assertThat(same).isEqualTo(!schedule.dependsOnTotal());
    }

    @ParameterizedTest
    @EnumSource
    void aFallWithoutAnEndStillMovesAtTheLastStep(LearningRateSchedule schedule) {
        assertThat(new LearningRate(BASE, 0, schedule, 0, 4).at(1)).isEqualTo(BASE);
        assertThat(new LearningRate(BASE, 0, schedule, 0, 4).at(4)).isPositive();
    }
}
