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
    void oneSeedHasNoInterval() {
        PairedDifference difference = new PairedDifference(List.of(7L), List.of(1.0));

        assertThat(difference.halfWidth()).isEmpty();
        assertThat(difference.clear()).isFalse();
        assertThat(difference.standardError()).isNaN();
    }
}
