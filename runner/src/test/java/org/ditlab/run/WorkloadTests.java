package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.ditlab.study.plan.StageKind;
import org.junit.jupiter.api.Test;

class WorkloadTests {
    private final AtomicLong clock = new AtomicLong();
    private final Workload workload = new Workload(clock::get);

    @Test
    void theRestIsEstimatedFromWhatAKindTook() {
        workload.add("train-a", StageKind.TRAIN, 100);
        workload.add("train-b", StageKind.TRAIN, 300);
        assertThat(workload.remaining(1)).isEmpty();

        workload.progress("train-a", 0);
        clock.addAndGet(Duration.ofSeconds(10).toNanos());
        workload.progress("train-a", 0.5);

        // 50 units in 10 s; 350 units are left.
        assertThat(workload.remaining(1)).hasValue(Duration.ofSeconds(70));
        assertThat(workload.remaining(2)).hasValue(Duration.ofSeconds(35));
        assertThat(workload.fraction()).isCloseTo(50.0 / 400, within(1e-9));
    }

    @Test
    void kindsHaveTheirOwnRates() {
        workload.add("train-a", StageKind.TRAIN, 100);
        workload.add("sample-a", StageKind.SAMPLE, 100);
        workload.add("sample-b", StageKind.SAMPLE, 100);
        workload.progress("train-a", 0);
        clock.addAndGet(Duration.ofSeconds(100).toNanos());
        workload.done("train-a");
        workload.progress("sample-a", 0);
        clock.addAndGet(Duration.ofSeconds(10).toNanos());
        workload.done("sample-a");

        assertThat(workload.remaining(1)).hasValue(Duration.ofSeconds(10));
        assertThat(workload.fraction()).isCloseTo(110.0 / 120, within(1e-9));
    }

    @Test
    void aResumedStageIsTimedFromWhereItGoesOn() {
        workload.add("train-a", StageKind.TRAIN, 100);
        workload.progress("train-a", 0.8);
        clock.addAndGet(Duration.ofSeconds(5).toNanos());
        workload.progress("train-a", 0.9);

        assertThat(workload.remaining(1)).hasValue(Duration.ofSeconds(5));
    }

    @Test
    void aSharedStageCountsOnce() {
        workload.add("extractor-a", StageKind.EXTRACTOR, 100);
        workload.add("extractor-a", StageKind.EXTRACTOR, 100);
        workload.done("extractor-a");

        assertThat(workload.fraction()).isEqualTo(1);
    }
}
