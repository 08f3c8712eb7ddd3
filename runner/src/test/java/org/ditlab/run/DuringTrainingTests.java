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
import javax.imageio.ImageIO;
import org.assertj.core.api.InstanceOfAssertFactories;
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
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.Trial;
import org.ditlab.study.spi.UserFiles;
import org.ditlab.train.SampledWeights;
import org.ditlab.train.TrainKnobs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots, held-out loss and nearest images of a tiny study, run whole and run with a stop after every step. */
class DuringTrainingTests {
    private static final int STEPS = 6;

    @TempDir
    Path folder;

    private static Study study(Setting<?>... recipe) {
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

    private static Plan plan(Setting<?>... recipe) {
        return Planner.installed(UserFiles.NONE).plan(study(recipe).spec());
    }

    private static Setting<?>[] all() {
        return new Setting<?>[] {
            TrainKnobs.SNAPSHOTS.to(List.of(2, 4)), SampleKnobs.SNAPSHOT_COUNT.to(64), MeasureKnobs.NEAREST.to(9)
        };
    }

    /** Runs a trial; stopped at the first word of training in each of so many attempts, that is, after one step. */
    private static StudyDirectory run(Path out, Trial trial, int stops) throws IOException, InterruptedException {
        StudyDirectory directory = StudyDirectory.create(out);
        Files.createDirectories(directory.trial(trial.hash()).path());
        for (int attempt = 0; attempt <= stops; attempt++) {
            StopSignal stop = new StopSignal();
            Consumer<WorkerMessage> interrupting = message -> {
                if (message.toString().contains("train-")) {
                    stop.request();
                }
            };
            boolean last = attempt == stops;
            try {
                worker(directory, stop, last ? message -> {} : interrupting).run(trial);
            } catch (InterruptedException e) {
                assertThat(last).isFalse();
            }
        }
        return directory;
    }

    private static TrialWorker worker(StudyDirectory directory, StopSignal stop, Consumer<WorkerMessage> messages) {
        WorkerSettings settings = new WorkerSettings(UserFiles.NONE, 1, null, null);
        List<StageRunner> runners = new ArrayList<>();
        ServiceLoader.load(StageRunner.class).forEach(runners::add);
        return new TrialWorker(directory, runners, Backends.installed(), settings, stop, messages);
    }

    private static Map<?, ?> metrics(StudyDirectory directory, Trial trial) throws IOException {
        return (Map<?, ?>) directory.trial(trial.hash()).result().get("metrics");
    }

    private static byte[] bytes(StudyDirectory directory, Trial trial, String file) throws IOException {
        return Files.readAllBytes(
                directory.stage(trial.stage(StageKind.TRAIN)).path().resolve(file));
    }

    @Test
    void anInterruptedTrialHasTheSameSnapshotsAndNumbers() throws Exception {
        Trial trial = plan(all()).trials().get(0);
        assertThat(trial.stages())
                .extracting(Stage::label)
                .containsExactly(
                        "extractor",
                        "train",
                        "sample",
                        "measure",
                        "nearest",
                        "heldout",
                        "sample@2",
                        "measure@2",
                        "heldout@2",
                        "sample@4",
                        "measure@4",
                        "heldout@4");
        StudyDirectory whole = run(folder.resolve("whole"), trial, 0);
        StudyDirectory cut = run(folder.resolve("cut"), trial, STEPS);

        assertThat(cut.stage(trial.stage(StageKind.TRAIN)).attempts()).hasSizeGreaterThan(3);
        for (String file : List.of(
                "model-step-000002.safetensors", "model-step-000004.safetensors", SampledWeights.AVERAGE.file())) {
            assertThat(bytes(cut, trial, file)).as(file).isEqualTo(bytes(whole, trial, file));
        }
        assertThat(metrics(cut, trial)).isEqualTo(metrics(whole, trial));
        assertThat(metrics(whole, trial).keySet().stream().map(String::valueOf))
                .contains("fid", "fid@2", "fid@4", "floor.fid@2", "inception_score@4")
                .contains("heldout.loss", "heldout.loss@2", "heldout.loss.bin9@4")
                .contains("nearest.distance", "nearest.heldout", "nearest.ratio", "nearest.least")
                .doesNotContain("nearest.distance@2", "train.loss@2");
        assertThat(whole.trial(trial.hash()).result().get("protocol"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .as("of the last weights")
                .containsEntry("samples", 70);

        Path nearest = whole.stage(trial.stage(StageKind.NEAREST)).path();
        assertThat(Files.readAllLines(nearest.resolve("nearest.csv")))
                .hasSize(10)
                .first()
                .isEqualTo("sample,training_image,mirrored,distance");
        // Two rows of five pairs of 64 pixels a side, the second row not full.
        assertThat(ImageIO.read(nearest.resolve("nearest.png").toFile()))
                .extracting(image -> image.getHeight())
                .isEqualTo(2 + 2 * 66);
    }

    @Test
    void aSnapshotIsWhatAShorterTrainingEndsWith() throws Exception {
        Trial longer = plan(all()).trials().get(0);
        Trial shorter = plan(TrainKnobs.STEPS.to(4)).trials().get(0);
        StudyDirectory directory = run(folder, longer, 0);
        run(folder, shorter, 0);

        assertThat(bytes(directory, longer, "model-step-000004.safetensors"))
                .isEqualTo(bytes(directory, shorter, SampledWeights.AVERAGE.file()));
        assertThat(metrics(directory, longer).get("heldout.loss@4"))
                .isEqualTo(metrics(directory, shorter).get("heldout.loss"));
    }
}
