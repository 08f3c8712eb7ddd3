package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ditlab.diffusion.sampler.SampleKnobs;
import org.ditlab.metric.evaluation.MeasureKnobs;
import org.ditlab.run.halving.Halving;
import org.ditlab.store.JsonFile;
import org.ditlab.store.RungPlace;
import org.ditlab.store.StageDirectory;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.StudyResults;
import org.ditlab.store.TrialResult;
import org.ditlab.store.TrialStatus;
import org.ditlab.store.index.StudyIndex;
import org.ditlab.study.EarlyStopping;
import org.ditlab.study.RungMetric;
import org.ditlab.study.Study;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.Planner;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.Trial;
import org.ditlab.study.spi.UserFiles;
import org.ditlab.train.SampledWeights;
import org.ditlab.train.SavedState;
import org.ditlab.train.TrainKnobs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings of a tiny study that are compared on the way: {@code one} learns, {@code wild} takes steps that are far too large. */
class EarlyStoppingTests {
    private static final EarlyStopping POLICY = EarlyStopping.at(3).keepingOneIn(2);

    @TempDir
    Path folder;

    private static Study study() {
        return study(0.5);
    }

    private static Study study(double learningRate) {
        return TinyStudy.study(SampleKnobs.COUNT.to(6), SampleKnobs.STEPS.to(1))
                .list(Study.variant("wild", TrainKnobs.LEARNING_RATE.to(learningRate)));
    }

    private static Plan plan(Study study) {
        return Planner.installed(UserFiles.NONE).plan(study.spec());
    }

    /** What {@code run} does before workers start; gives the trials to do. */
    private static List<String> begin(StudyDirectory directory, Plan plan) throws Exception {
        List<RunnableTrial> trials = plan.trials().stream()
                .map(trial -> TinyStudy.runnable(plan, trial))
                .toList();
        RunOptions options = new RunOptions(directory.path(), UserFiles.NONE, 1, 1, null, null, "local", null, false);
        try (ProgressDisplay display = new LineDisplay(System.err)) {
            Runner runner = new Runner(directory, options, display, new StopSignal());
            runner.prepare(plan.spec().toTree(), trials);
            Halving.write(directory, plan);
            runner.outstanding(trials);
            return runner.open();
        }
    }

    private static Trial trial(Plan plan, String variant) {
        return plan.trials().stream()
                .filter(trial -> trial.variant().equals(variant))
                .findFirst()
                .orElseThrow();
    }

    private void run(StudyDirectory directory, Plan plan, String... variants) throws Exception {
        for (String variant : variants) {
            TinyStudy.run(directory.path(), trial(plan, variant), new StopSignal(), message -> {});
        }
    }

    private StudyDirectory begun(String name, Plan plan, String... variants) throws Exception {
        StudyDirectory directory = StudyDirectory.create(folder.resolve(name));
        begin(directory, plan);
        run(directory, plan, variants);
        return directory;
    }

    private static TrialStatus status(StudyDirectory directory, Trial trial) throws Exception {
        return TrialStatus.of(
                directory.trial(trial.hash()),
                directory.trial(trial.hash()).done()
                        ? directory.trial(trial.hash()).result()
                        : Map.of());
    }

    @Test
    void theWorseOfTwoStopsAndSaysWhere() throws Exception {
        Plan plan = plan(study().earlyStopping(POLICY));
        StudyDirectory directory = begun("halved", plan, "one", "wild");
        Trial wild = trial(plan, "wild");
        StageDirectory training = directory.stage(wild.stage(StageKind.TRAIN));

        assertThat(status(directory, trial(plan, "one"))).isEqualTo(TrialStatus.DONE);
        assertThat(status(directory, wild)).isEqualTo(TrialStatus.STOPPED);
        assertThat(training.done()).isFalse();
        assertThat(SavedState.in(training.path())).extracting(SavedState::step).contains(3L);
        assertThat(directory.stage(wild.stage(StageKind.SAMPLE)).path()).doesNotExist();
        TrialResult result = StudyResults.read(directory.path()).trials("wild").get(0);
        assertThat(result.metrics()).isEmpty();
        assertThat(result.timing()).containsOnlyKeys("train.seconds");
        RungPlace place = result.stopped();
        assertThat(place).isNotNull();
        assertThat(place.step()).isEqualTo(3);
        assertThat(place.rank()).isEqualTo(2);
        assertThat(place.of()).isEqualTo(2);
        assertThat(place.policy()).isEqualTo(POLICY.hash());
        double better = ((Number) JsonFile.read(TinyStudy.training(directory, trial(plan, "one"))
                                .resolve("rung-3.json"))
                        .get("train.loss"))
                .doubleValue();
        assertThat(place.value()).isGreaterThan(better);
        assertThat(TrialLine.of(directory.trial(wild.hash()).result()))
                .contains("stopped", "at step 3: train.loss", "rank 2 of 2");
        try (StudyIndex index = StudyIndex.open(directory.path())) {
            index.refresh();
            assertThat(index.query("select status, note from trial where variant = 'wild'")
                            .rows())
                    .singleElement()
                    .asString()
                    .contains("stopped, stopped at step 3: train.loss");
        }
        assertThat(begin(directory, plan))
                .as("an equal policy leaves it stopped")
                .doesNotContain(wild.hash());
    }

    @Test
    void withoutThePolicyItGoesOnToTheSameBits() throws Exception {
        Plan plan = plan(study().earlyStopping(POLICY));
        StudyDirectory directory = begun("stopped", plan, "one", "wild");
        Plan free = plan(study());
        Trial wild = trial(free, "wild");
        assertThat(wild).isEqualTo(trial(plan, "wild"));
        assertThat(begin(directory, free)).contains(wild.hash());
        List<String> steps = new ArrayList<>();
        TinyStudy.run(directory.path(), wild, new StopSignal(), message -> {
            if (message.stage().startsWith("train") && message.total() > 0) {
                steps.add(String.valueOf(message.done()));
            }
        });
        assertThat(steps).isNotEmpty().doesNotContain("1", "2", "3");

        StudyDirectory whole = begun("whole", free, "wild");
        for (SampledWeights weights : List.of(SampledWeights.AVERAGE, SampledWeights.RAW)) {
            assertThat(TinyStudy.bytes(directory, wild, weights.file()))
                    .isEqualTo(TinyStudy.bytes(whole, wild, weights.file()));
        }
        assertThat(TinyStudy.metrics(directory, wild)).isEqualTo(TinyStudy.metrics(whole, wild));
        assertThat(status(directory, wild)).isEqualTo(TrialStatus.DONE);
    }

    @Test
    void aKillBetweenValueAndDecisionChangesNothing() throws Exception {
        Plan plan = plan(study().earlyStopping(POLICY));
        StudyDirectory directory = begun("killed", plan, "one", "wild");
        Trial wild = trial(plan, "wild");
        Path training = TinyStudy.training(directory, wild);
        Path decision = training.resolve("decision-3.json");
        Map<String, Object> before = JsonFile.read(decision);
        byte[] value = Files.readAllBytes(training.resolve("rung-3.json"));

        Files.delete(decision);
        Files.delete(directory.trial(wild.hash()).resultFile());
        run(directory, plan, "wild");
        assertThat(status(directory, wild)).isEqualTo(TrialStatus.STOPPED);
        assertThat(Files.readAllBytes(training.resolve("rung-3.json"))).isEqualTo(value);
        assertThat(JsonFile.read(decision)).isEqualTo(before);

        // What has been decided stays, whatever comes to the rung later; no attempt is made for it.
        Map<String, Object> worse = Map.of("step", 3, "train.loss", 1e9);
        JsonFile.write(TinyStudy.training(directory, trial(plan, "one")).resolve("rung-3.json"), worse);
        Files.delete(directory.trial(wild.hash()).resultFile());
        List<Integer> attempts = new StageDirectory(training).attempts();
        run(directory, plan, "wild");
        assertThat(status(directory, wild)).isEqualTo(TrialStatus.STOPPED);
        assertThat(new StageDirectory(training).attempts()).isEqualTo(attempts);

        // Undecided, it goes on now.
        Files.delete(decision);
        Files.delete(directory.trial(wild.hash()).resultFile());
        run(directory, plan, "wild");
        assertThat(status(directory, wild)).isEqualTo(TrialStatus.DONE);
    }

    @Test
    void anotherPolicyDecidesAnew() throws Exception {
        Plan plan = plan(study().earlyStopping(POLICY));
        StudyDirectory directory = begun("loosened", plan, "one", "wild");
        Trial wild = trial(plan, "wild");

        Plan strict = plan(study().earlyStopping(EarlyStopping.at(3, 5).keepingOneIn(2)));
        assertThat(begin(directory, strict)).contains(wild.hash());
        run(directory, strict, "wild");
        assertThat(status(directory, wild)).isEqualTo(TrialStatus.STOPPED);

        Plan loose = plan(study().earlyStopping(POLICY.protecting("wild")));
        assertThat(begin(directory, loose)).contains(wild.hash());
        run(directory, loose, "wild");
        assertThat(status(directory, wild)).isEqualTo(TrialStatus.DONE);
        assertThat(begin(directory, plan)).as("what is done stays done").doesNotContain(wild.hash());
    }

    @Test
    void whatDivergedComesLastAtTheNextRung() throws Exception {
        Plan plan = plan(study(10).earlyStopping(EarlyStopping.at(5).keepingOneIn(2)));
        StudyDirectory directory = begun("diverged", plan, "wild", "one");
        assertThat(status(directory, trial(plan, "wild"))).isEqualTo(TrialStatus.DIVERGED);
        assertThat(JsonFile.read(
                        TinyStudy.training(directory, trial(plan, "wild")).resolve("rung-5.json")))
                .containsEntry("diverged", true);
        assertThat(status(directory, trial(plan, "one"))).isEqualTo(TrialStatus.DONE);
        assertThat(JsonFile.read(
                        TinyStudy.training(directory, trial(plan, "one")).resolve("decision-5.json")))
                .containsEntry("rank", 1)
                .containsEntry("of", 2);
    }

    @Test
    void otherSeedsAreNotCompared() throws Exception {
        Plan plan = plan(study().seeds(2).earlyStopping(POLICY));
        StudyDirectory directory = StudyDirectory.create(folder.resolve("seeds"));
        begin(directory, plan);
        Trial second = plan.trials().stream()
                .filter(trial -> trial.variant().equals("wild") && trial.replicate() == 2)
                .findFirst()
                .orElseThrow();
        run(directory, plan, "one");
        TinyStudy.run(directory.path(), second, new StopSignal(), message -> {});
        assertThat(status(directory, second)).isEqualTo(TrialStatus.DONE);
    }

    @Test
    void theHeldOutLossOfARungDisturbsNoTraining() throws Exception {
        EarlyStopping policy = POLICY.by(RungMetric.HELD_OUT).protecting("one");
        Plan plan = plan(study().earlyStopping(policy));
        StudyDirectory directory = begun("held-out", plan, "wild", "one");
        Trial one = trial(plan, "one");
        StudyDirectory free = begun("free", plan(study()), "one");
        for (SampledWeights weights : List.of(SampledWeights.AVERAGE, SampledWeights.RAW)) {
            assertThat(TinyStudy.bytes(directory, one, weights.file()))
                    .isEqualTo(TinyStudy.bytes(free, one, weights.file()));
        }
        assertThat(JsonFile.read(TinyStudy.training(directory, one).resolve("rung-3.json")))
                .containsOnlyKeys("step", "held-out of 3 images");
        assertThat(TinyStudy.training(directory, one).resolve("decision-3.json"))
                .as("spared")
                .doesNotExist();
        assertThat(TinyStudy.training(directory, trial(plan, "wild")).resolve("decision-3.json"))
                .exists();
    }

    @Test
    void stoppedByAPersonAtARungItIsStillDecided() throws Exception {
        Plan plan = plan(study().earlyStopping(POLICY));
        StudyDirectory directory = begun("asked", plan, "one");
        Trial wild = trial(plan, "wild");
        run(directory, plan, "wild");
        Path training = TinyStudy.training(directory, wild);
        Files.delete(training.resolve("decision-3.json"));
        Files.delete(directory.trial(wild.hash()).resultFile());
        StopSignal stop = new StopSignal();
        TinyStudy.run(directory.path(), wild, stop, message -> {
            if (message.text().equals("resumes at step 3")) {
                stop.request();
            }
        });
        assertThat(stop.requested()).as("asked at the rung").isTrue();
        assertThat(status(directory, wild)).isEqualTo(TrialStatus.STOPPED);
        assertThat(training.resolve("decision-3.json")).exists();
    }

    @Test
    void otherHeldOutImagesDecideAnew() throws Exception {
        EarlyStopping policy = POLICY.by(RungMetric.HELD_OUT);
        Plan plan = plan(study().earlyStopping(policy));
        StudyDirectory directory = begun("images", plan, "one");
        // By three images the other is better, by four it is worse.
        JsonFile.write(
                TinyStudy.training(directory, trial(plan, "one")).resolve("rung-3.json"),
                Map.of("step", 3, "held-out of 3 images", -1.0, "held-out of 4 images", 1e9));
        run(directory, plan, "wild");
        assertThat(status(directory, trial(plan, "wild"))).isEqualTo(TrialStatus.STOPPED);

        Plan four = plan(study().with(MeasureKnobs.HELD_OUT_IMAGES.to(4)).earlyStopping(policy));
        Trial wild = trial(four, "wild");
        assertThat(wild.stage(StageKind.TRAIN)).isEqualTo(trial(plan, "wild").stage(StageKind.TRAIN));
        begin(directory, four);
        run(directory, four, "wild");
        assertThat(status(directory, wild)).isEqualTo(TrialStatus.DONE);
    }

    @Test
    void anEarlierAttemptThatDivergedDoesNotCountAgainstTheTrainingItself() throws Exception {
        Plan plan = plan(study().earlyStopping(POLICY));
        StudyDirectory directory = begun("mended", plan);
        Path rung = Files.createDirectories(TinyStudy.training(directory, trial(plan, "one")))
                .resolve("rung-3.json");
        JsonFile.write(rung, Map.of("step", 3, "diverged", true));
        run(directory, plan, "wild", "one");

        assertThat(status(directory, trial(plan, "one"))).isEqualTo(TrialStatus.DONE);
        assertThat(JsonFile.read(rung)).containsOnlyKeys("step", "train.loss");
    }

    @Test
    void theStateAtARungIsWholeAlsoWhereADamagedOneLay() throws Exception {
        Plan plan = plan(study().earlyStopping(POLICY));
        StudyDirectory directory = begun("damaged", plan, "one", "wild");
        Trial wild = trial(plan, "wild");
        Path state = SavedState.in(TinyStudy.training(directory, wild)).get(0).file();
        byte[] bytes = Files.readAllBytes(state);
        bytes[bytes.length - 50] ^= 2;
        Files.write(state, bytes);
        Files.delete(TinyStudy.training(directory, wild).resolve("decision-3.json"));
        Files.delete(directory.trial(wild.hash()).resultFile());
        run(directory, plan, "wild");
        assertThat(status(directory, wild)).isEqualTo(TrialStatus.STOPPED);

        begin(directory, plan(study()));
        List<String> notes = new ArrayList<>();
        TinyStudy.run(directory.path(), wild, new StopSignal(), message -> notes.add(message.text()));
        assertThat(notes).contains("resumes at step 3");
    }

    @Test
    void aLongerBudgetTakesOverValuesAndDecidesItself() throws Exception {
        Plan plan = plan(study().earlyStopping(POLICY));
        StudyDirectory directory = begun("budget", plan, "one", "wild");
        Plan longer = plan(study().with(TrainKnobs.STEPS.to(TinyStudy.STEPS + 3))
                .earlyStopping(EarlyStopping.at(3, 7).keepingOneIn(2)));
        begin(directory, longer);
        run(directory, longer, "one");
        List<String> notes = new ArrayList<>();
        TinyStudy.run(directory.path(), trial(longer, "wild"), new StopSignal(), message -> notes.add(message.text()));

        Trial before = trial(plan, "wild");
        Trial wild = trial(longer, "wild");
        assertThat(notes).contains("continues " + before.stage(StageKind.TRAIN).id() + " at step 3");
        assertThat(status(directory, trial(longer, "one"))).isEqualTo(TrialStatus.DONE);
        assertThat(status(directory, wild)).isEqualTo(TrialStatus.STOPPED);
        assertThat(TinyStudy.bytes(directory, wild, "rung-3.json"))
                .isEqualTo(TinyStudy.bytes(directory, before, "rung-3.json"));
        assertThat(TinyStudy.bytes(directory, trial(longer, "one"), "rung-3.json"))
                .isEqualTo(TinyStudy.bytes(directory, trial(plan, "one"), "rung-3.json"));
        assertThat(JsonFile.read(TinyStudy.training(directory, wild).resolve("decision-3.json")))
                .containsEntry("rank", 2)
                .containsEntry("of", 2);
        assertThat(TinyStudy.training(directory, trial(longer, "one")).resolve("decision-7.json"))
                .exists();
    }

    @Test
    void ofTwoProcessesAtARungOneAtLeastSeesTheOther() throws Exception {
        int rungs = 12;
        Path study = folder.resolve("race");
        Process better = RungProcess.start(study, rungs, 1);
        Process worse = RungProcess.start(study, rungs, 2);
        assertThat(better.waitFor()).isZero();
        assertThat(worse.waitFor()).isZero();

        for (int rung = 1; rung <= rungs; rung++) {
            Map<String, Object> first = RungProcess.decision(study, 1, rung);
            Map<String, Object> second = RungProcess.decision(study, 2, rung);
            assertThat(first).containsEntry("stop", false);
            assertThat(second).containsEntry("stop", second.get("of").equals(2));
            assertThat(List.of(first.get("of"), second.get("of"))).contains(2);
        }
    }
}
