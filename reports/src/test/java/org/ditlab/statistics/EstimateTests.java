package org.ditlab.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected values: SciPy 1.17.1, {@code stats.t.ppf(0.975, n - 1) * x.std(ddof=1) / sqrt(n)}. */
class EstimateTests {
    @Test
    void intervalOfTwoSeeds() {
        check(List.of(61.2, 58.9), 60.05, 1.6263455967290623, 14.612135446600925);
    }

    @Test
    void intervalOfThreeSeeds() {
        check(List.of(61.2, 58.9, 60.1), 60.06666666666666, 1.1503622617824953, 2.857658276668302);
    }

    @Test
    void intervalOfFiveSeeds() {
        check(List.of(4.1, 4.7, 5.2, 3.9, 4.4), 4.459999999999999, 0.5128352561983236, 0.6367690746310621);
    }

    /** The 97.5 % point of Student's t, as every printed table has it. */
    @ParameterizedTest
    @CsvSource({"2, 12.706", "3, 4.303", "5, 2.776", "10, 2.262", "31, 2.042"})
    void quantilesOfThePrintedTable(int n, double quantile) {
        Estimate unit = new Estimate(n, 0, Math.sqrt(n), Estimate.LEVEL);
        assertThat(unit.halfWidth().orElseThrow()).isEqualTo(quantile, within(5e-4));
    }

    @Test
    void oneSeedHasNoInterval() {
        Estimate one = Estimate.of(List.of(61.2));
        assertThat(one.n()).isEqualTo(1);
        assertThat(one.mean()).isEqualTo(61.2);
        assertThat(one.halfWidth()).isEmpty();
    }

    @Test
    void nothingHasNoMean() {
        assertThat(Estimate.of(List.of()).mean()).isNaN();
        assertThat(Estimate.of(List.of()).halfWidth()).isEmpty();
    }

    @Property
    void orderDoesNotMatterAndTheMeanLiesWithin(
            @ForAll @Size(min = 2, max = 9) List<@DoubleRange(min = -1e6, max = 1e6) Double> values) {
        List<Double> reversed = new ArrayList<>(values);
        Collections.reverse(reversed);
        Estimate estimate = Estimate.of(values);
        assertThat(Estimate.of(reversed)).isEqualTo(estimate);
        assertThat(estimate.mean()).isBetween(Collections.min(values) - 1e-6, Collections.max(values) + 1e-6);
        assertThat(estimate.halfWidth().orElseThrow()).isNotNegative();
    }

    private static void check(List<Double> values, double mean, double deviation, double half) {
        Estimate estimate = Estimate.of(values);
        assertThat(estimate.mean()).isEqualTo(mean, within(1e-12));
        assertThat(estimate.standardDeviation()).isEqualTo(deviation, within(1e-12));
        assertThat(estimate.halfWidth().orElseThrow()).isEqualTo(half, within(1e-8 * half));
    }
}
