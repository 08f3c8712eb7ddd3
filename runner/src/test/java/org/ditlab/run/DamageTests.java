package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.ditlab.knob.Setting;
import org.ditlab.run.exec.WorkerMessage;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.Trial;
import org.ditlab.train.SampledWeights;
import org.ditlab.train.SavedState;
import org.ditlab.train.TrainKnobs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of a study that were cut or changed: said with a remedy, and after it the numbers are those of before. */
class DamageTests {
    private static final Setting<?> MORE = TrainKnobs.LOG_EVERY.to(2);

    @TempDir
    Path folder;

    private final List<String> notes = new ArrayList<>();
    private final Plan plan = TinyStudy.plan(MORE);
    private final Trial trial = plan.trials().get(0);

    private static void truncate(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2);
        }
    }

    private static void flip(Path file, long at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int index = (int) (at < 0 ? bytes.length + at : at);
        bytes[index] ^= 2;
        Files.write(file, bytes);
    }

    private StudyDirectory run(String name, int until) throws Exception {
        StopSignal stop = new StopSignal();
        return TinyStudy.run(folder.resolve(name), trial, stop, message -> {
            if (message.note()) {
                notes.add(message.text());
            }
            if (message.stage().startsWith("train") && message.done() >= until) {
                stop.request();
            }
        });
    }

    /** A study whose training was stopped twice, so that it has two checkpoints. */
    private Path interrupted(String name) throws Exception {
        for (int until : new int[] {1, 1}) {
            assertThat(catchThrowable(() -> run(name, until))).isInstanceOf(InterruptedException.class);
        }
        Path training = TinyStudy.training(StudyDirectory.at(folder.resolve(name)), trial);
        assertThat(SavedState.in(training)).hasSize(2);
        notes.clear();
        return training;
    }

    private void assertSameAsWhole(StudyDirectory directory) throws Exception {
        StudyDirectory whole = TinyStudy.run(folder.resolve("whole"), trial, 0);
        for (SampledWeights weights : List.of(SampledWeights.AVERAGE, SampledWeights.RAW)) {
            assertThat(TinyStudy.bytes(directory, trial, weights.file()))
                    .isEqualTo(TinyStudy.bytes(whole, trial, weights.file()));
        }
        assertThat(TinyStudy.metrics(directory, trial)).isEqualTo(TinyStudy.metrics(whole, trial));
    }

    @Test
    void aDamagedCheckpointIsPassedOverForTheOneBeforeAndBothForTheStart() throws Exception {
        List<SavedState> states = SavedState.in(interrupted("newest"));
        truncate(states.get(0).file());
        StudyDirectory directory = run("newest", Integer.MAX_VALUE);
        assertThat(notes).hasSize(2);
        assertThat(notes.get(0)).contains(states.get(0).file().getFileName().toString(), "passed over");
        assertThat(notes.get(1)).isEqualTo("resumes at step " + states.get(1).step());
        assertSameAsWhole(directory);

        notes.clear();
        for (SavedState state : SavedState.in(interrupted("both"))) {
            flip(state.file(), -50);
        }
        notes.clear();
        directory = run("both", Integer.MAX_VALUE);
        assertThat(notes).hasSize(3).last().isEqualTo("no checkpoint can be used: begins anew");
        assertSameAsWhole(directory);
    }

    /** Whatever bit of the header is another: the state is refused, or equal to what it was. */
    @Test
    void noBitOfACheckpointsHeaderCountsUnseen() throws Exception {
        Path training = interrupted("header");
        SavedState newest = SavedState.in(training).get(0);
        byte[] bytes = Files.readAllBytes(newest.file());
        String header = new String(bytes, 0, 40_000 < bytes.length ? 40_000 : bytes.length);
        for (String word : List.of("\"step\":\"", "\"seconds\":\"", "adamw.m.", "history.loss", "\"header\":\"")) {
            flip(newest.file(), header.indexOf(word) + word.length());
            Files.deleteIfExists(training.resolve("attempt-9"));
            assertThat(resumedFrom(training)).as(word).isLessThan(newest.step());
            Files.write(newest.file(), bytes);
        }
        assertThat(resumedFrom(training)).isEqualTo(newest.step());
    }

    private long resumedFrom(Path training) throws IOException {
        try (var backend = new org.ditlab.tensor.reference.ReferenceBackendProvider()
                        .open(org.ditlab.tensor.Device.CPU, 1);
                var trainer = new org.ditlab.train.Trainer(
                        backend,
                        trial.settings(),
                        trial.seed(),
                        org.ditlab.data.DataSets.open(trial.settings(), null, org.ditlab.data.Split.TRAIN))) {
            return trainer.resume(training, notes::add);
        }
    }

    @Test
    void outputsOfAFinishedStageThatAreDamagedAreNamedWithARemedy() throws Exception {
        StudyDirectory directory = TinyStudy.run(folder.resolve("damaged"), trial, 0);
        List<Path> damaged = List.of(
                directory.stage(trial.stage(StageKind.SAMPLE)).path().resolve("samples.npz"),
                TinyStudy.training(directory, trial).resolve(SampledWeights.AVERAGE.file()));
        for (Path file : damaged) {
            byte[] whole = Files.readAllBytes(file);
            truncate(file);
            assertNamedWithRemedy(directory, file);
            Files.write(file, whole);
            flip(file, whole.length / 2);
            assertNamedWithRemedy(directory, file);
            delete(file.getParent());
        }
        delete(directory.stage(trial.stage(StageKind.MEASURE)).path());
        assertSameAsWhole(TinyStudy.run(directory.path(), trial, 0));
    }

    /** What used the file is done anew, so that it is looked at. */
    private void assertNamedWithRemedy(StudyDirectory directory, Path file) throws Exception {
        boolean samples = file.toString().endsWith(".npz");
        delete(directory
                .stage(trial.stage(samples ? StageKind.MEASURE : StageKind.SAMPLE))
                .path());
        Files.deleteIfExists(directory.trial(trial.hash()).resultFile());
        assertThat(catchThrowable(() -> TinyStudy.run(directory.path(), trial, 0)))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("delete " + file.getParent() + " and run the study again");
    }

    @Test
    void aTruncatedResultIsNamedAndMadeAnewOnceItIsGone() throws Exception {
        StudyDirectory directory = TinyStudy.run(folder.resolve("damaged"), trial, 0);
        Path result = directory.stage(trial.stage(StageKind.TRAIN)).resultFile();
        truncate(result);
        Files.delete(directory.trial(trial.hash()).resultFile());

        assertThat(catchThrowable(() -> TinyStudy.run(directory.path(), trial, 0)))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining(result.toString())
                .hasMessageContaining("delete it");

        Files.delete(result);
        List<WorkerMessage> messages = new ArrayList<>();
        TinyStudy.run(directory.path(), trial, new StopSignal(), messages::add);
        assertThat(messages).extracting(WorkerMessage::text).contains("resumes at step " + TinyStudy.STEPS);
        assertSameAsWhole(directory);
    }

    @Test
    void tornLastLinesOfLogsAreCutOff() throws Exception {
        Path training = interrupted("torn");
        for (String log : List.of("metrics.jsonl", "events.jsonl")) {
            Path file = training.resolve("attempt-2").resolve(log);
            Files.writeString(file, "{\"step\": 5, \"lo", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        StudyDirectory directory = run("torn", Integer.MAX_VALUE);
        assertThat(directory.stage(trial.stage(StageKind.TRAIN)).curve())
                .extracting(row -> row.get("step"))
                .containsExactly(2, 4, 6);
        assertSameAsWhole(directory);
    }

    private static void delete(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            try (var files = Files.walk(directory)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
