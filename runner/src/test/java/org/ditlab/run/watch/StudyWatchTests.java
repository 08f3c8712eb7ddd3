package org.ditlab.run.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.ditlab.store.JsonFile;
import org.ditlab.store.ProgressFile;
import org.ditlab.store.TrialStatus;
import org.ditlab.store.WriterLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyWatchTests {
    @TempDir
    private Path directory;

    @Test
    void aTrialThatRunsSaysHowFarItIs() throws IOException {
        WatchedStudy study = study();
        try (WriterLock lock = study.begin(1)) {
            ProgressFile progress = study.attempt(1);
            progress.report(100, 400, 0.25, 512.0, "");
            TrialState trial = new StudyWatch(study.path()).look().trials().get(1);

            assertThat(lock.held()).isTrue();
            assertThat(trial.status()).isEqualTo(TrialStatus.RUNNING);
            assertThat(trial.columns())
                    .containsEntry("stage", "train")
                    .containsEntry("step", 100L)
                    .containsEntry("total", 400L)
                    .containsEntry("loss", 0.25)
                    .containsEntry("images_per_second", 512.0)
                    .containsEntry("stages_done", 0);
            assertThat(trial.host()).isNotEmpty();
            assertThat(trial.silence()).isBetween(0.0, 60.0);
        }
    }

    @Test
    void theRestIsEstimatedFromWhatHasRun() throws IOException {
        WatchedStudy study = study();
        study.done(0, "done", Map.of("fid", 12.5));
        try (WriterLock lock = study.begin(1)) {
            assertThat(lock.held()).isTrue();
            StudyState state = new StudyWatch(study.path()).look();

            // Trial 0 took 50 s; 1 and 2 have not begun.
            assertThat(state.secondsLeft()).isCloseTo(100, within(0.1));
            assertThat(state.trials().get(1).secondsLeft()).isCloseTo(50, within(0.1));
            assertThat(state.fraction()).isCloseTo(1.0 / 3, within(1e-6));
            assertThat(state.trials().get(0).shown()).containsEntry("FID", "12.5");
        }
        assertThat(new StudyWatch(study.path()).look().secondsLeft())
                .as("nothing runs")
                .isNull();
    }

    @Test
    void aFinishedStageOfATrialThatRunsIsAMeasurementToo() throws IOException {
        WatchedStudy study = study();
        Files.createDirectories(study.training(0).path());
        JsonFile.write(study.training(0).resultFile(), Map.of("timing", Map.of("train.seconds", 40)));
        StudyWatch watch = new StudyWatch(study.path());
        try (WriterLock lock = study.begin(1)) {
            assertThat(lock.held()).isTrue();
            double trainOnly = watch.look().secondsLeft();
            study.done(0, "done", Map.of());

            // Two trainings of 40 s and some samplings of unknown speed; then 10 s for each of two.
            assertThat(trainOnly).isGreaterThan(80);
            assertThat(watch.look().secondsLeft()).isCloseTo(100, within(0.1));
        }
    }

    @Test
    void aStageThatWasDeletedIsDoneNoMore() throws IOException {
        WatchedStudy study = study();
        Files.createDirectories(study.training(0).path());
        JsonFile.write(study.training(0).resultFile(), Map.of("timing", Map.of("train.seconds", 40)));
        StudyWatch watch = new StudyWatch(study.path());
        assertThat(watch.look().trials().get(0).stagesDone()).isEqualTo(1);

        Files.delete(study.training(0).resultFile());
        assertThat(watch.look().trials().get(0).stagesDone()).isZero();
    }

    @Test
    void whatFailedHasItsReasonAndRemedy() throws IOException {
        WatchedStudy study = study();
        study.failed(2, "out of\u001b[31m memory");
        StudyState state = new StudyWatch(study.path()).look();

        assertThat(state.trials().get(2).note()).isEqualTo("out of memory");
        assertThat(state.command()).isEqualTo("ditlab run tiny.yaml");
    }

    @Test
    void aTrainingThatRanOutOfMemorySaysSo() throws IOException {
        WatchedStudy study = study();
        study.done(0, "done", Map.of());
        study.done(1, "done", Map.of(), Map.of("train.seconds", 40, "train.micro_batch", 4));
        StudyState state = new StudyWatch(study.path()).look();

        assertThat(state.trials().get(0).note()).isEmpty();
        assertThat(state.trials().get(1).note()).isEqualTo("memory ran out: micro-batch 4");
    }

    @Test
    void oneReaderSeesWhatChanges() throws IOException {
        WatchedStudy study = new WatchedStudy(directory.resolve("tiny"));
        StudyWatch watch = new StudyWatch(study.path());
        assertThat(watch.look().trials()).isEmpty();

        study.add("base", 1);
        study.plan();
        assertThat(watch.look().trials().get(0).status()).isEqualTo(TrialStatus.PLANNED);

        study.done(0, "diverged", Map.of("diverged_at_step", 30));
        assertThat(watch.look().trials().get(0).status()).isEqualTo(TrialStatus.DIVERGED);
        assertThat(watch.look().ended()).isTrue();

        Files.delete(study.path().resolve("trials").resolve(study.id(0)).resolve("result.json"));
        assertThat(watch.look().trials().get(0).status()).isEqualTo(TrialStatus.PLANNED);
    }

    @Test
    void damagedProgressIsNoProgress() throws IOException {
        WatchedStudy study = study();
        study.attempt(0).report(1, 2, null, null, "");
        Path file = study.training(0).attempt(1).resolve("progress.json");
        for (String text : new String[] {"", "{", "[1]", "{\"done\": \"many\", \"total\": -3, \"loss\": \"NaN\"}"}) {
            Files.writeString(file, text);

            assertThat(new StudyWatch(study.path()).look().trials().get(0).stage())
                    .isEmpty();
        }
    }

    @Test
    void hashesLeadNowhereElse() throws IOException {
        WatchedStudy study = study();
        JsonFile.write(
                study.path().resolve("plan.json"),
                Map.of("trials", java.util.List.of("../../../../etc", "..", "c0000000000", "x".repeat(64))));

        assertThat(new StudyWatch(study.path()).look().trials()).isEmpty();
    }

    @Test
    void aDirectoryThatIsNotThereYetIsAnEmptyStudy() throws IOException {
        StudyState state = new StudyWatch(directory.resolve("later")).look();

        assertThat(state.trials()).isEmpty();
        assertThat(state.name()).isEqualTo("later");
    }

    private WatchedStudy study() throws IOException {
        WatchedStudy study = new WatchedStudy(directory.resolve("tiny"));
        study.add("base", 1);
        study.add("base", 2);
        study.add("wide", 1);
        study.plan();
        return study;
    }
}
