package org.ditlab.run.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.ditlab.run.estimate.Rows.training;
import static org.ditlab.run.estimate.Rows.work;

import java.util.List;
import java.util.stream.IntStream;
import org.ditlab.run.estimate.TimeModel.Guess;
import org.ditlab.run.estimate.TimeModel.Source;
import org.ditlab.study.plan.StageKind;
import org.junit.jupiter.api.Test;

class TimeModelTests {
    private final List<Throughput> machine = List.of(training("", "a", 1e9, 9), training("", "b", 4e9, 12));

    @Test
    void theStudyComesFirstAndEqualWorkBeforeOtherSizes() {
        TimeModel model = new TimeModel(List.of(training("train-1", "a", 1e9, 2)), machine);

        assertThat(model.of(work(StageKind.TRAIN, "a", 1e9))).contains(new Guess(2, Source.OWN));
        assertThat(model.of(work(StageKind.TRAIN, "b", 4e9))).contains(new Guess(12, Source.MACHINE));
        assertThat(model.of(work(StageKind.TRAIN, "c", 2e9)).orElseThrow().source())
                .isEqualTo(Source.MACHINE_SCALED);
    }

    @Test
    void twoSizesOfTheStudyNeedNoOthers() {
        List<Throughput> own = List.of(training("train-1", "a", 1e9, 2), training("train-2", "d", 3e9, 4));

        assertThat(new TimeModel(own, machine).of(work(StageKind.TRAIN, "c", 2e9)))
                .hasValueSatisfying(guess -> {
                    assertThat(guess.source()).isEqualTo(Source.OWN_SCALED);
                    assertThat(guess.seconds()).isCloseTo(3, within(1e-9));
                });
    }

    @Test
    void ofEqualWorkTheNewestCount() {
        List<Throughput> rows = IntStream.range(0, 20)
                .mapToObj(i -> training("", "a", 1e9, 1 + i))
                .toList();

        assertThat(new TimeModel(List.of(), rows).of(work(StageKind.TRAIN, "a", 1e9)))
                .contains(new Guess(18, Source.MACHINE));
    }

    @Test
    void kindsThatNeverRanTakeTheRateOfTheLargestPiece() {
        TimeModel model = new TimeModel(List.of(), machine);

        assertThat(model.of(work(StageKind.MEASURE, "", 8e9))).contains(new Guess(24, Source.RATE));
        assertThat(new TimeModel(List.of(), List.of()).of(work(StageKind.MEASURE, "", 8e9)))
                .isEmpty();
    }

    @Test
    void theErrorIsThatOfEstimatesWithoutTheTrainingItself() {
        List<Throughput> pair = List.of(training("train-1", "a", 1e9, 2), training("train-2", "a", 1e9, 2.5));

        // 2.5 against 2 is 25 % too much, 2 against 2.5 is 20 % too little.
        assertThat(Estimator.error(pair, pair))
                .contains("estimates of 2 finished trainings were off by 22 % (median), 25 % (worst)");
        assertThat(Estimator.error(pair.subList(0, 1), pair.subList(0, 1))).isEmpty();
        assertThat(Estimator.error(pair.subList(0, 1), List.of(training("", "a", 1e9, 2.1))))
                .contains("the estimate of 1 finished training was off by 5.0 %");
    }
}
