package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.diffusion.sampler.SampleKnobs;
import org.ditlab.knob.Setting;
import org.ditlab.metric.evaluation.MeasureKnobs;
import org.ditlab.run.exec.WorkerMessage;
import org.ditlab.store.JsonFile;
import org.ditlab.store.MetricLog;
import org.ditlab.store.StageDirectory;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.PlanTable;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.Trial;
import org.ditlab.study.spi.Begun;
import org.ditlab.train.LearningRateSchedule;
import org.ditlab.train.SampledWeights;
import org.ditlab.train.SavedState;
import org.ditlab.train.TrainKnobs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a changed study takes over from what lies in its directory. */
class ContinuationTests {
    private static final Setting<?> LONGER = TrainKnobs.STEPS.to(10);

    @TempDir
    Path folder;

    private final List<WorkerMessage> messages = new ArrayList<>();

    private static Trial trial(Setting<?>... recipe) {
        return TinyStudy.plan(recipe).trials().get(0);
    }

    private StudyDirectory run(String name, Trial trial) throws Exception {
        return TinyStudy.run(folder.resolve(name), trial, new StopSignal(), messages::add);
    }

    private static List<String> notes(StudyDirectory directory, Trial trial) throws IOException {
        StageDirectory training = directory.stage(trial.stage(StageKind.TRAIN));
        List<String> texts = new ArrayList<>();
        for (int attempt : training.attempts()) {
            for (Map<String, Object> row :
                    MetricLog.read(training.attempt(attempt).resolve("events.jsonl"))) {
                texts.add(row.get("text").toString());
            }
        }
        return texts;
    }

    /** Rows of training without what time decides. */
    private static List<Map<String, Object>> curve(StudyDirectory directory, Trial trial) throws IOException {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Map<String, Object> row :
                directory.stage(trial.stage(StageKind.TRAIN)).curve()) {
            Map<String, Object> kept = new HashMap<>(row);
            kept.remove("seconds");
            kept.remove("images_per_second");
            rows.add(kept);
        }
        return rows;
    }

    private void assertEndsAsInOneGo(StudyDirectory directory, Trial trial, Setting<?>... recipe) throws Exception {
        StudyDirectory whole = run("whole", trial(recipe));
        for (SampledWeights weights : List.of(SampledWeights.AVERAGE, SampledWeights.RAW)) {
            assertThat(TinyStudy.bytes(directory, trial, weights.file()))
                    .isEqualTo(TinyStudy.bytes(whole, trial, weights.file()));
        }
        assertThat(TinyStudy.metrics(directory, trial)).isEqualTo(TinyStudy.metrics(whole, trial));
        assertThat(curve(directory, trial)).isEqualTo(curve(whole, trial)).isNotEmpty();
    }

    @Test
    void aLongerBudgetGoesOnFromTheEndOfTheShorterOne() throws Exception {
        Setting<?> everyRow = TrainKnobs.LOG_EVERY.to(1);
        Trial shorter = trial(everyRow);
        StudyDirectory directory = run("grown", shorter);
        String id = shorter.stage(StageKind.TRAIN).id();

        Plan plan = TinyStudy.plan(directory, LONGER, everyRow);
        Trial longer = plan.trials().get(0);
        assertThat(plan.begun(longer.stage(StageKind.TRAIN))).contains(new Begun(id, TinyStudy.STEPS));
        assertThat(new PlanTable(plan).text())
                .contains("extractor cached; train continues " + id + " at step 6; sample, measure, heldout new");

        messages.clear();
        run("grown", longer);

        assertThat(notes(directory, longer)).containsExactly("continues " + id + " at step 6");
        assertThat(messages)
                .contains(WorkerMessage.note(longer.stage(StageKind.TRAIN).id(), "continues " + id + " at step 6"))
                .filteredOn(message ->
                        message.stage().equals(longer.stage(StageKind.TRAIN).id()) && message.total() > 0)
                .allSatisfy(message -> assertThat(message.done()).isGreaterThan(TinyStudy.STEPS));
        assertThat(curve(directory, longer)).hasSize(10);
        assertEndsAsInOneGo(directory, longer, LONGER, everyRow);
        assertThat(SavedState.in(TinyStudy.training(directory, shorter)))
                .as("stays for others")
                .extracting(SavedState::step)
                .containsExactly(6L);
    }

    @Test
    void anUnfinishedShorterTrainingAndItsSnapshotsServeToo() throws Exception {
        Setting<?> early = TrainKnobs.SNAPSHOTS.to(List.of(1));
        Trial shorter = trial(early);
        StopSignal stop = new StopSignal();
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() ->
                        TinyStudy.run(folder.resolve("cut"), shorter, stop, message -> {
                            if (message.stage().startsWith("train") && message.done() >= 1) {
                                stop.request();
                            }
                        })))
                .isInstanceOf(InterruptedException.class);
        StudyDirectory directory = StudyDirectory.at(folder.resolve("cut"));
        assertThat(SavedState.in(TinyStudy.training(directory, shorter))).isNotEmpty();
        assertThat(directory.stage(shorter.stage(StageKind.TRAIN)).done()).isFalse();

        Trial longer = trial(LONGER, early);
        run("cut", longer);

        assertThat(notes(directory, longer)).singleElement().asString().startsWith("continues ");
        assertThat(TinyStudy.bytes(directory, longer, "model-step-000001.safetensors"))
                .isEqualTo(TinyStudy.bytes(directory, shorter, "model-step-000001.safetensors"));
        assertEndsAsInOneGo(directory, longer, LONGER, early);
    }

    @Test
    void aMicroBatchThatMemoryForcedIsTakenOverToo() throws Exception {
        Trial shorter = trial();
        StudyDirectory directory = run("halved", shorter);
        new MicroBatch(1, "out of memory").write(TinyStudy.training(directory, shorter));

        Trial longer = trial(LONGER);
        run("halved", longer);

        assertThat(notes(directory, longer))
                .hasSize(2)
                .anyMatch(note -> note.startsWith("continues "))
                .anyMatch(note -> note.startsWith("micro-batch 1 instead of "));
    }

    @Test
    void theEndOfAShorterTrainingIsASnapshotOfTheLongerOne() throws Exception {
        Setting<?> atItsEnd = TrainKnobs.SNAPSHOTS.to(List.of(TinyStudy.STEPS));
        Setting<?> onTheWay = TrainKnobs.SNAPSHOTS.to(List.of(2));
        Trial shorter = trial();
        StudyDirectory directory = run("grown", shorter);

        assertThat(TinyStudy.plan(directory, LONGER, onTheWay)
                        .begun(trial(LONGER, onTheWay).stage(StageKind.TRAIN)))
                .as("these weights are gone")
                .isEmpty();
        Trial longer = trial(LONGER, atItsEnd);
        run("grown", longer);
        assertThat(notes(directory, longer)).singleElement().asString().startsWith("continues ");
        assertThat(TinyStudy.bytes(directory, longer, "model-step-000006.safetensors"))
                .isEqualTo(TinyStudy.bytes(directory, shorter, SampledWeights.AVERAGE.file()));
    }

    @Test
    void whatDependsOnTheTotalOrDivergedOrWasNotKeptIsNotContinued() throws Exception {
        for (LearningRateSchedule schedule : LearningRateSchedule.values()) {
            Setting<?> setting = TrainKnobs.LEARNING_RATE_SCHEDULE.to(schedule);
            StudyDirectory directory = run(schedule.name(), trial(setting));
            assertThat(TinyStudy.plan(directory, LONGER, setting)
                            .begun(trial(LONGER, setting).stage(StageKind.TRAIN)))
                    .as(schedule.name())
                    .matches(begun -> begun.isEmpty() == schedule.dependsOnTotal());
            assertThat(SavedState.in(TinyStudy.training(directory, trial(setting)))
                            .isEmpty())
                    .isEqualTo(schedule.dependsOnTotal());
        }
        StudyDirectory dropped = run("dropped", trial(TrainKnobs.KEEP_STATE.to(false)));
        assertThat(SavedState.in(TinyStudy.training(dropped, trial()))).isEmpty();

        StudyDirectory directory = run("diverged", trial());
        Path result = directory.stage(trial().stage(StageKind.TRAIN)).resultFile();
        Map<String, Object> json = new HashMap<>(JsonFile.read(result));
        json.put("metrics", Map.of("diverged_at_step", 7));
        JsonFile.write(result, json);
        assertThat(TinyStudy.plan(directory, LONGER).begun(trial(LONGER).stage(StageKind.TRAIN)))
                .isEmpty();
    }

    @Test
    void aDamagedStateOfTheShorterTrainingIsSaidAndTrainingBeginsAnew() throws Exception {
        StudyDirectory directory = run("damaged", trial());
        Path state =
                SavedState.in(TinyStudy.training(directory, trial())).get(0).file();
        byte[] bytes = Files.readAllBytes(state);
        bytes[bytes.length - 100] ^= 1;
        Files.write(state, bytes);
        Trial longer = trial(LONGER);
        run("damaged", longer);

        assertThat(notes(directory, longer))
                .singleElement()
                .asString()
                .contains(state.getFileName().toString(), "passed over", "checksum");
        assertEndsAsInOneGo(directory, longer, LONGER);
    }

    @Test
    void anotherSamplerGuidanceOrMetricTrainsNothingAgain() throws Exception {
        StudyDirectory directory = run("swept", trial());
        Map<Setting<?>, List<StageKind>> again = Map.ofEntries(
                entry(SampleKnobs.SAMPLER.to("ddim"), List.of(StageKind.SAMPLE, StageKind.MEASURE)),
                entry(SampleKnobs.GUIDANCE.to(2.0), List.of(StageKind.SAMPLE, StageKind.MEASURE)),
                entry(MeasureKnobs.METRICS.to(List.of("fid")), List.of(StageKind.MEASURE)));
        again.forEach((change, expected) -> {
            Plan plan = TinyStudy.plan(directory, change);
            Trial trial = plan.trials().get(0);
            assertThat(trial.stages())
                    .filteredOn(stage -> !plan.done(stage))
                    .extracting(Stage::kind)
                    .containsExactlyElementsOf(expected);
        });
        for (Setting<?> change : again.keySet()) {
            run("swept", trial(change));
        }
        assertThat(directory.stage(trial().stage(StageKind.TRAIN)).attempts()).containsExactly(1);
        assertThat(directory.path().resolve("stages")).isDirectoryContaining("glob:**train-*");
        try (var stages = Files.list(directory.path().resolve("stages"))) {
            assertThat(stages.filter(path -> path.getFileName().toString().startsWith("train-")))
                    .hasSize(1);
        }
    }
}
