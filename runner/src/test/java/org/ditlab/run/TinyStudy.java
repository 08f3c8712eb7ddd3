package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import org.ditlab.data.DataKnobs;
import org.ditlab.diffusion.sampler.SampleKnobs;
import org.ditlab.knob.Setting;
import org.ditlab.metric.evaluation.MeasureKnobs;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.run.exec.WorkerMessage;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.Study;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.Planner;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.Trial;
import org.ditlab.study.plan.TrialJson;
import org.ditlab.study.spi.UserFiles;
import org.ditlab.train.TrainKnobs;

/** A study of one variant that trains in no time, its trials run in this process by the installed stages. */
final class TinyStudy {
    static final int STEPS = 6;

    private TinyStudy() {}

    static Plan plan(Setting<?>... recipe) {
        return Planner.installed(UserFiles.NONE).plan(study(recipe).spec());
    }

    /** The plan for what lies in a directory. */
    static Plan plan(StudyDirectory directory, Setting<?>... recipe) {
        return Planner.installed(UserFiles.NONE)
                .cached(directory.cached())
                .plan(study(recipe).spec());
    }

    static Study study(Setting<?>... recipe) {
        return Study.named("tiny")
                .base(
                        "DiT-S/4",
                        ArchitectureKnobs.WIDTH.to(8),
                        ArchitectureKnobs.DEPTH.to(1),
                        ArchitectureKnobs.HEADS.to(2))
                .with(
                        DataKnobs.SIZE.to(8),
                        DataKnobs.COUNT.to(120),
                        TrainKnobs.STEPS.to(STEPS),
                        TrainKnobs.BATCH.to(4),
                        TrainKnobs.EMA_DECAY.to(0.5),
                        TrainKnobs.LEARNING_RATE.to(1e-2),
                        SampleKnobs.STEPS.to(2),
                        SampleKnobs.COUNT.to(70),
                        MeasureKnobs.CLASSIFIER_STEPS.to(2),
                        MeasureKnobs.FEATURE_DIMENSIONS.to(4),
                        MeasureKnobs.HELD_OUT_IMAGES.to(3))
                .with(recipe)
                .list(Study.variant("one"));
    }

    /** Runs a trial; stopped at the first word of training in each of so many attempts, that is, after one step. */
    static StudyDirectory run(Path out, Trial trial, int stops) throws IOException, InterruptedException {
        for (int attempt = 0; attempt < stops; attempt++) {
            StopSignal stop = new StopSignal();
            Consumer<WorkerMessage> interrupting = message -> {
                if (message.toString().contains("train-") && message.total() > 0) {
                    stop.request();
                }
            };
            try {
                run(out, trial, stop, interrupting);
            } catch (InterruptedException e) {
                assertThat(stop.requested()).isTrue();
            }
        }
        return run(out, trial, new StopSignal(), message -> {});
    }

    /** Runs a trial in a directory that is made where it is missing. */
    static StudyDirectory run(Path out, Trial trial, StopSignal stop, Consumer<WorkerMessage> messages)
            throws IOException, InterruptedException {
        StudyDirectory directory = StudyDirectory.create(out);
        Files.createDirectories(directory.trial(trial.hash()).path());
        WorkerSettings settings = new WorkerSettings(UserFiles.NONE, 1, null, null);
        List<StageRunner> runners = new ArrayList<>();
        ServiceLoader.load(StageRunner.class).forEach(runners::add);
        new TrialWorker(directory, runners, Backends.installed(), settings, stop, messages).run(trial);
        return directory;
    }

    /** As a runner takes it. */
    static RunnableTrial runnable(Plan plan, Trial trial) {
        return new RunnableTrial(
                trial, TrialJson.tree(trial, plan.cost(trial)), plan.cost(trial).macs());
    }

    static Map<?, ?> metrics(StudyDirectory directory, Trial trial) throws IOException {
        return (Map<?, ?>) directory.trial(trial.hash()).result().get("metrics");
    }

    /** A file that a trial's training left. */
    static byte[] bytes(StudyDirectory directory, Trial trial, String file) throws IOException {
        return Files.readAllBytes(training(directory, trial).resolve(file));
    }

    static Path training(StudyDirectory directory, Trial trial) {
        return directory.stage(trial.stage(StageKind.TRAIN)).path();
    }
}
