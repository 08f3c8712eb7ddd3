package org.ditlab.run.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ditlab.data.DataKnobs;
import org.ditlab.diffusion.sampler.SampleKnobs;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.run.Share;
import org.ditlab.store.JsonFile;
import org.ditlab.store.RungPlace;
import org.ditlab.store.StageDirectory;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.EarlyStopping;
import org.ditlab.study.RungMetric;
import org.ditlab.study.Study;
import org.ditlab.study.plan.Estimates;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.Planner;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.Trial;
import org.ditlab.study.spi.UserFiles;
import org.ditlab.train.TrainKnobs;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EstimatorTests {
    private static final Share SHARE = new Share(2, 2);

    @TempDir
    private Path directory;

    private Plan plan() {
        return plan(null);
    }

    private Plan plan(@Nullable EarlyStopping policy) {
        Study study = study();
        return Planner.installed(UserFiles.NONE)
                .cached(StudyDirectory.at(directory).cached())
                .plan((policy == null ? study : study.earlyStopping(policy)).spec());
    }

    private static Study study() {
        return Study.named("tiny")
                .base(
                        "DiT-S/4",
                        ArchitectureKnobs.WIDTH.to(8),
                        ArchitectureKnobs.DEPTH.to(1),
                        ArchitectureKnobs.HEADS.to(2))
                .with(
                        DataKnobs.SIZE.to(8),
                        DataKnobs.COUNT.to(120),
                        TrainKnobs.STEPS.to(50),
                        TrainKnobs.BATCH.to(4),
                        SampleKnobs.SAMPLER.to("ddim"),
                        SampleKnobs.STEPS.to(5),
                        SampleKnobs.COUNT.to(70))
                .seeds(2)
                .list(Study.variant("one"));
    }

    /** A tenth of a second for each piece of every kind. */
    private static List<Throughput> tenths(Plan plan) {
        List<Throughput> rows = new ArrayList<>();
        for (Trial trial : plan.trials()) {
            for (Stage stage : trial.stages()) {
                rows.add(new Throughput(Rows.ENGINE, Work.of(stage, trial.settings(), plan.cost(trial)), 0.1, ""));
            }
        }
        return rows;
    }

    private Estimates estimates(Plan plan, List<Throughput> rows) {
        return new Estimator(StudyDirectory.at(directory), rows).of(plan, Rows.ENGINE, SHARE);
    }

    @Test
    void withoutMeasurementsNothingIsSaid() {
        Estimates unknown = estimates(plan(), List.of());

        assertThat(unknown.seconds()).isEmpty();
        assertThat(unknown.wall(plan())).isEmpty();
        assertThat(unknown.remarks()).isEmpty();
    }

    @Test
    void otherEnginesTellNothing() {
        Engine other = new Engine("abacus", "cpu", 1, "wood");

        assertThat(new Estimator(StudyDirectory.at(directory), tenths(plan()))
                        .of(plan(), other, SHARE)
                        .seconds())
                .isEmpty();
    }

    @Test
    void piecesAddUpAndSharedStagesCountOnce() {
        Plan plan = plan();
        Estimates estimates = estimates(plan, tenths(plan));

        // 50 steps, 2 chunks of 5 calls, measuring and the held-out loss; the extractor is the first trial's.
        double each = 0.1 * (50 + 10 + 1 + 1);
        assertThat(estimates.of(plan.trials().get(0)).orElseThrow()).isCloseTo(each + 0.1, within(1e-9));
        assertThat(estimates.of(plan.trials().get(2)).orElseThrow()).isCloseTo(each, within(1e-9));
        assertThat(estimates.basis()).startsWith("equal work on this machine (");
    }

    @Test
    void finishedStagesOfTheStudyCountBeforeTheMachine() throws IOException {
        Plan before = plan();
        Stage training = before.trials().get(0).stage(StageKind.TRAIN);
        finish(training, Map.of("train.seconds", 100.0, "train.seconds_per_step", 2.0));
        Plan plan = plan();

        Estimates estimates = estimates(plan, tenths(plan));

        Trial second = plan.trials().stream()
                .filter(trial -> trial.replicate() == 2)
                .findFirst()
                .orElseThrow();
        assertThat(plan.done(training)).isTrue();
        assertThat(estimates.of(second).orElseThrow()).isCloseTo(0.1 * 12 + 50 * 2, within(1e-9));
        assertThat(estimates.of(plan.trials().get(0)).orElseThrow()).isCloseTo(0.1 * 13, within(1e-9));
        assertThat(estimates.remarks()).containsExactly("the estimate of 1 finished training was off by 95 %");
        assertThat(new Estimator(StudyDirectory.at(directory), List.of())
                        .of(plan, null, SHARE)
                        .basis())
                .as("for another machine, that of the study's stages counts")
                .startsWith("this study's own stages (train)");
    }

    @Test
    void aTrainingThatMemoryMadeSlowerTellsNothing() throws IOException {
        Stage training = plan().trials().get(0).stage(StageKind.TRAIN);
        finish(training, Map.of("train.seconds", 100.0, "train.seconds_per_step", 2.0, "train.micro_batch", 2));

        assertThat(estimates(plan(), tenths(plan())).remarks())
                .noneMatch(remark -> remark.contains("finished training"));
    }

    @Test
    void ofATrainingThatWentOnOnlyItsLastAttemptCounts() throws IOException {
        Plan before = plan();
        Stage training = before.trials().get(0).stage(StageKind.TRAIN);
        finish(training, Map.of("train.seconds", 100.0, "train.seconds_per_step", 2.0));
        Path progress = StudyDirectory.at(directory).stage(training).attempt(1).resolve("progress.json");
        JsonFile.write(progress, Map.of("done", 50, "total", 50, "begun", 40, "seconds", 5.0));
        Plan plan = plan();

        // Half a second a step, where a tenth was expected.
        assertThat(estimates(plan, tenths(plan)).remarks())
                .containsExactly("the estimate of 1 finished training was off by 80 %");
        JsonFile.write(progress, Map.of("done", 50, "total", 50, "begun", 49, "seconds", 5.0));
        assertThat(estimates(plan, tenths(plan)).remarks())
                .as("too few steps")
                .noneMatch(remark -> remark.contains("finished training"));
    }

    @Test
    void damagedStagesArePassedOver() throws IOException {
        Stage training = plan().trials().get(0).stage(StageKind.TRAIN);
        finish(training, Map.of("train.seconds", "much", "train.seconds_per_step", -1));
        Plan plan = plan();
        StageDirectory stage = StudyDirectory.at(directory).stage(training);
        assertThat(estimates(plan, tenths(plan)).remarks()).noneMatch(remark -> remark.contains("finished"));

        Files.writeString(stage.resultFile(), "{\"timing\": ");

        assertThat(estimates(plan, tenths(plan)).work(plan)).isPresent();
    }

    private void finish(Stage stage, Map<String, Object> timing) throws IOException {
        StageDirectory at = StudyDirectory.create(directory).stage(stage);
        Files.createDirectories(at.path());
        JsonFile.write(
                at.attempt(at.newAttempt()).resolve("provenance.json"),
                Map.of("cpu", "abacus", "device", "cpu", "threads", 2, "backend_build", "wood"));
        JsonFile.write(at.resultFile(), Map.of("attempt", 1, "metrics", Map.of(), "timing", timing));
    }

    @Test
    void aStoppedTrialIsLeftToDoOnlyUnderAnotherPolicy() throws IOException {
        EarlyStopping policy = EarlyStopping.at(10).by(RungMetric.TRAIN_LOSS);
        Plan plan = plan(policy);
        for (Trial trial : plan.trials()) {
            RungPlace place = new RungPlace(policy.hash(), 10, "train.loss", 1, 2, 2);
            Path result = StudyDirectory.at(directory).trial(trial.hash()).resultFile();
            Files.createDirectories(result.getParent());
            JsonFile.write(result, Map.of("status", "stopped", RungPlace.KEY, place.json()));
        }

        Trial stopped = plan.trials().get(0);
        assertThat(estimates(plan, tenths(plan)).of(stopped).orElseThrow()).isZero();
        Plan later = plan(EarlyStopping.at(20));
        assertThat(estimates(later, tenths(later)).of(stopped).orElseThrow()).isGreaterThan(5);
        Plan none = plan();
        assertThat(estimates(none, tenths(none)).of(stopped).orElseThrow()).isGreaterThan(5);
    }

    @Test
    void shortTrialsOfAStudyThatHasNotRunAreSaidToTakeLonger() {
        Plan plan = plan();

        assertThat(estimates(plan, tenths(plan)).remarks())
                .singleElement()
                .asString()
                .startsWith("trials as short as these take longer");
    }
}
