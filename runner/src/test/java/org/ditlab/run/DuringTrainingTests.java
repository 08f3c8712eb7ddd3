package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.ditlab.diffusion.sampler.SampleKnobs;
import org.ditlab.knob.Setting;
import org.ditlab.metric.evaluation.MeasureKnobs;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.Trial;
import org.ditlab.train.SampledWeights;
import org.ditlab.train.TrainKnobs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots, held-out loss and nearest images of a tiny study, run whole and run with a stop after every step. */
class DuringTrainingTests {
    @TempDir
    Path folder;

    private static Setting<?>[] all() {
        return new Setting<?>[] {
            TrainKnobs.SNAPSHOTS.to(List.of(2, 4)), SampleKnobs.SNAPSHOT_COUNT.to(64), MeasureKnobs.NEAREST.to(9)
        };
    }

    @Test
    void anInterruptedTrialHasTheSameSnapshotsAndNumbers() throws Exception {
        Trial trial = TinyStudy.plan(all()).trials().get(0);
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
        StudyDirectory whole = TinyStudy.run(folder.resolve("whole"), trial, 0);
        StudyDirectory cut = TinyStudy.run(folder.resolve("cut"), trial, TinyStudy.STEPS);

        assertThat(cut.stage(trial.stage(StageKind.TRAIN)).attempts()).hasSizeGreaterThan(3);
        for (String file : List.of(
                "model-step-000002.safetensors", "model-step-000004.safetensors", SampledWeights.AVERAGE.file())) {
            assertThat(TinyStudy.bytes(cut, trial, file)).as(file).isEqualTo(TinyStudy.bytes(whole, trial, file));
        }
        assertThat(TinyStudy.metrics(cut, trial)).isEqualTo(TinyStudy.metrics(whole, trial));
        assertThat(TinyStudy.metrics(whole, trial).keySet().stream().map(String::valueOf))
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
        Trial longer = TinyStudy.plan(all()).trials().get(0);
        Trial shorter = TinyStudy.plan(TrainKnobs.STEPS.to(4)).trials().get(0);
        StudyDirectory directory = TinyStudy.run(folder, longer, 0);
        TinyStudy.run(folder, shorter, 0);

        assertThat(TinyStudy.bytes(directory, longer, "model-step-000004.safetensors"))
                .isEqualTo(TinyStudy.bytes(directory, shorter, SampledWeights.AVERAGE.file()));
        assertThat(TinyStudy.metrics(directory, longer).get("heldout.loss@4"))
                .isEqualTo(TinyStudy.metrics(directory, shorter).get("heldout.loss"));
    }
}
