package org.ditlab.run.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.ditlab.store.JsonFile;
import org.ditlab.store.StudyDirectory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LossCurvesTests {
    @TempDir
    private Path directory;

    private WatchedStudy study;
    private List<String> trainings;
    private LossCurves curves;
    private final AtomicLong clock = new AtomicLong();

    @BeforeEach
    void create() throws IOException {
        study = new WatchedStudy(directory.resolve("tiny"));
        for (int i = 0; i < 3; i++) {
            study.add("base", i + 1);
            study.attempt(i);
        }
        trainings = IntStream.range(0, 3)
                .mapToObj(i -> study.training(i).path().getFileName().toString())
                .toList();
        curves = new LossCurves(StudyDirectory.at(study.path()), clock::get);
    }

    @Test
    void onlyWhatChangedIsTold() throws IOException {
        study.rows(0, 10, 3, 2, 1);
        study.rows(2, 10, 5);
        LossCurves.Answer first = curves.since(0, trainings);
        study.rows(2, 20, 4);
        LossCurves.Answer second = curves.since(first.version(), trainings);

        assertThat(first.curves()).containsOnlyKeys(trainings.get(0), trainings.get(2));
        assertThat(first.curves().get(trainings.get(0)).steps()).containsExactly(10, 20, 30);
        assertThat(second.curves()).containsOnlyKeys(trainings.get(2));
        assertThat(second.curves().get(trainings.get(2)).losses()).containsExactly(5, 4);
        assertThat(curves.since(second.version(), trainings).curves()).isEmpty();
        assertThat(curves.since(0, trainings).curves()).hasSize(2);
    }

    @Test
    void aLongCurveBecomesMeansWithItsEnds() throws IOException {
        double[] losses = IntStream.range(0, 2300).mapToDouble(i -> i).toArray();
        study.rows(0, 10, Arrays.copyOf(losses, 700));
        curves.since(0, trainings);
        study.rows(0, 10 + 7000, Arrays.copyOfRange(losses, 700, 2300));
        LossCurves.Curve curve = curves.since(0, trainings).curves().get(trainings.get(0));

        assertThat(curve.steps())
                .hasSizeBetween(LossCurves.POINTS / 2, LossCurves.POINTS)
                .isSorted();
        assertThat(curve.steps()[curve.steps().length - 1]).isEqualTo(23_000);
        // Rows 0 to 7 have the mean 3.5.
        assertThat(curve.losses()[0]).isCloseTo(3.5, within(1e-9));
        assertThat(curve.steps()[0]).isEqualTo(80);
    }

    @Test
    void aLaterAttemptReplacesWhatItRepeats() throws IOException {
        study.rows(0, 10, 9, 8, 7, 6);
        curves.since(0, trainings);
        study.attempt(0);
        study.rows(0, 30, 70, 60, 50);

        LossCurves.Curve curve = curves.since(0, trainings).curves().get(trainings.get(0));
        assertThat(curve.steps()).containsExactly(10, 20, 30, 40, 50);
        assertThat(curve.losses()).containsExactly(9, 8, 70, 60, 50);
    }

    @Test
    void tornAndForeignLinesAreLeftOut() throws IOException {
        study.rows(0, 10, 1, Double.NaN);
        Path log = study.training(0).attempt(1).resolve("metrics.jsonl");
        Files.writeString(log, "no json\n{\"note\": {\"step\": 3}}\n{\"step\": 40, \"lo", StandardOpenOption.APPEND);
        LossCurves.Curve torn = curves.since(0, trainings).curves().get(trainings.get(0));
        Files.writeString(log, "ss\": 4}\n", StandardOpenOption.APPEND);
        LossCurves.Curve whole = curves.since(0, trainings).curves().get(trainings.get(0));

        assertThat(torn.steps()).containsExactly(10, 20);
        assertThat(torn.losses()[1]).isNaN();
        assertThat(whole.steps()).containsExactly(10, 20, 40);
    }

    @Test
    void aFinishedCurveIsReadToItsEndOnce() throws IOException {
        study.rows(0, 10, 3, 2);
        JsonFile.write(study.training(0).resultFile(), java.util.Map.of("metrics", java.util.Map.of()));
        LossCurves.Answer first = curves.since(0, trainings);
        study.rows(0, 30, 1);

        assertThat(first.curves().get(trainings.get(0)).steps()).containsExactly(10, 20);
        assertThat(curves.since(first.version(), trainings).curves()).isEmpty();
    }

    @Test
    void manyCurvesComeInPieces() throws IOException {
        List<String> many = IntStream.range(0, 400)
                .mapToObj(i -> {
                    try {
                        int number = study.add("many", i + 10);
                        study.attempt(number);
                        study.rows(number, 10, new double[200]);
                        return study.training(number).path().getFileName().toString();
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                })
                .toList();
        LossCurves.Answer first = curves.since(0, many);
        LossCurves.Answer second = curves.since(first.version(), many);
        LossCurves.Answer third = curves.since(second.version(), many);

        assertThat(first.more()).isTrue();
        assertThat(third.more()).isFalse();
        assertThat(first.curves().size()
                        + second.curves().size()
                        + third.curves().size())
                .isEqualTo(400);
        assertThat(first.curves().keySet())
                .doesNotContainAnyElementsOf(second.curves().keySet());
    }
}
