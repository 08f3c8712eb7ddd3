package org.ditlab.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Expected values: SciPy 1.17.1, {@code tc = stats.t.ppf(1 - level / 2, n - 1); stats.nct.sf(tc, n - 1, d * sqrt(n)) +
 * stats.nct.cdf(-tc, n - 1, d * sqrt(n))}. That an effect of 0.5 needs 34 pairs is in Cohen's tables too.
 */
class SeedsNeededTests {
    @ParameterizedTest
    @CsvSource({
        "34, 0.5, 0.05, 0.8077775012792738",
        "33, 0.5, 0.05, 0.7953658414875041",
        "3, 2.0, 0.05, 0.47074943127843494",
        "2, 5.0, 0.05, 0.4209614091495039",
        "5, 2.0, 0.00625, 0.427138968328611",
        "10, 1.0, 0.05, 0.8030968566327219"
    })
    void powerOfTheTTest(int n, double effect, double level, double power) {
        assertThat(SeedsNeeded.power(n, effect, level)).isEqualTo(power, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource({"0.5, 0.05, 34", "-1, 0.05, 10", "2, 0.05, 5", "2, 0.00625, 7", "0.2, 0.05, 199"})
    void seedsOfTheTTest(double effect, double level, int n) {
        assertThat(SeedsNeeded.byStudent(effect, level)).hasValue(n);
    }

    @Test
    void noEffectNeedsMoreThanAnybodyHas() {
        assertThat(SeedsNeeded.byStudent(0, 0.05)).isEmpty();
        assertThat(SeedsNeeded.byStudent(0.001, 0.05)).isEmpty();
        assertThat(SeedsNeeded.byStudent(Double.NaN, 0.05)).isEmpty();
    }

    /** 2 / 2^6 = 0.031, 2 / 2^9 = 0.0039 < 0.05 / 8. */
    @Test
    void seedsOfTestsOverSigns() {
        assertThat(SeedsNeeded.bySigns(0.05)).isEqualTo(6);
        assertThat(SeedsNeeded.bySigns(0.05 / 8)).isEqualTo(9);
    }
}
