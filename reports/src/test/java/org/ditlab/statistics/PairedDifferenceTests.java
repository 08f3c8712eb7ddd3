package org.ditlab.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PairedDifferenceTests {
    /** R's documentation of {@code t.test(extra ~ group, data = sleep, paired = TRUE)}: mean -1.58, interval -2.4598858 to -0.7001142. */
    @Test
    void sleepDataHaveTheInterval() {
        PairedDifference difference = SleepData.difference();

        assertThat(difference.n()).isEqualTo(10);
        assertThat(difference.mean()).isEqualTo(-1.58, within(1e-12));
        assertThat(difference.mean() - difference.halfWidth().orElseThrow()).isEqualTo(-2.4598858, within(5e-8));
        assertThat(difference.mean() + difference.halfWidth().orElseThrow()).isEqualTo(-0.7001142, within(5e-8));
        assertThat(difference.clear()).isTrue();
        assertThat(difference.negated().mean()).isEqualTo(1.58, within(1e-12));
    }

    @Test
    void onlySeedsOfBothCount() {
        PairedDifference difference =
                PairedDifference.of(Map.of(1L, 3.0, 2L, 5.0, 4L, 9.0), Map.of(2, 4.5, 1, 1.0, 3, 100.0));

        assertThat(difference.seeds()).containsExactly(1L, 2L);
        assertThat(difference.differences()).containsExactly(2.0, 0.5);
        assertThat(difference.standardError()).isEqualTo(0.75, within(1e-12));
    }

    @Test
    void theIntervalIsOverTheSeedsThatBothHave() {
        PairedDifference difference = PairedDifference.of(
                Map.of(1, 61.2, 2, 58.9, 3, 60.1, 4, 1000.0), Map.of(1, 55.0, 2, 53.1, 3, 54.6, 5, -1000.0));
        assertThat(difference.n()).isEqualTo(3);
        assertThat(difference.mean()).isEqualTo(5.833333333333333, within(1e-12));
        assertThat(difference.halfWidth().orElseThrow()).isEqualTo(0.8724004935135167, within(1e-9));
    }

    /** All differences are 0.01 but for rounding, which would make t = 5e14. */
    @Test
    void roundingIsNoEvidence() {
        PairedDifference difference = PairedDifference.of(
                Map.of(1L, .351, 2L, .412, 3L, .377), Map.of(1L, .341, 2L, .402, 3L, .367));

        assertThat(difference.constant()).isTrue();
        assertThat(difference.mean()).isEqualTo(0.01, within(1e-15));
        assertThat(difference.standardError()).isZero();
        assertThat(difference.clear()).isFalse();
        assertThat(StudentTest.of(difference).p()).isNaN();
        assertThat(SignedRankTest.of(difference).p()).isEqualTo(0.25);
        assertThat(SignedRankTest.of(difference).ties()).isTrue();
        assertThat(SignFlipTest.of(difference).p()).isEqualTo(0.25);
    }

    /** 0.1 + 0.2 is 0.3 but for rounding: a difference of 0, which a signed rank test drops. */
    @Test
    void whatRoundingKeepsFromZeroIsZero() {
        PairedDifference difference =
                PairedDifference.of(Map.of(1L, 0.1 + 0.2, 2L, 0.5, 3L, 0.25), Map.of(1L, 0.3, 2L, 0.4, 3L, 0.35));

        assertThat(difference.differences().get(0)).isEqualTo(0.0);
        assertThat(SignedRankTest.of(difference).zeros()).isEqualTo(1);
        assertThat(SignedRankTest.of(difference).positive()).isEqualTo(1.5);
        assertThat(StudentTest.of(difference).p()).isEqualTo(1);
    }

    @Test
    void smallDifferencesThatAreRealStay() {
        PairedDifference difference =
                PairedDifference.of(Map.of(1L, 1 + 1e-9, 2L, 1 + 2e-9, 3L, 1 + 3e-9), Map.of(1L, 1.0, 2L, 1.0, 3L, 1.0));

        assertThat(difference.constant()).isFalse();
        assertThat(difference.clear()).isFalse();
        assertThat(difference.standardError()).isEqualTo(1e-9 / Math.sqrt(3), within(1e-13));
    }

    @Test
    void oneSeedHasNoInterval() {
        PairedDifference difference = new PairedDifference(List.of(7L), List.of(1.0));

        assertThat(difference.halfWidth()).isEmpty();
        assertThat(difference.clear()).isFalse();
        assertThat(difference.standardError()).isNaN();
    }
}
