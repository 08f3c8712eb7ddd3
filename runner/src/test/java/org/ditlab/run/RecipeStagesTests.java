package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.data.DataKnobs;
import org.ditlab.diffusion.sampler.SampleKnobs;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.study.plan.StageKind;
import org.ditlab.train.SampledWeights;
import org.ditlab.train.TrainKnobs;
import org.ditlab.train.Trainer;
import org.ditlab.weights.ModelFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What training leaves for sampling to choose from, on the plain-Java backend. */
class RecipeStagesTests {
    private static final Settings SETTINGS = Settings.of(
            DataKnobs.SIZE.to(8),
            DataKnobs.COUNT.to(20),
            ArchitectureKnobs.INPUT.to(List.of(3, 8, 8)),
            ArchitectureKnobs.CLASSES.to(10),
            ArchitectureKnobs.WIDTH.to(8),
            ArchitectureKnobs.DEPTH.to(1),
            ArchitectureKnobs.HEADS.to(1),
            TrainKnobs.STEPS.to(3),
            TrainKnobs.BATCH.to(4),
            TrainKnobs.MICRO_BATCH.to(3),
            TrainKnobs.LEARNING_RATE.to(1e-2),
            TrainKnobs.LOG_EVERY.to(1),
            TrainKnobs.CLIP.to(1.0),
            TrainKnobs.EMA_DECAY.to(0.9),
            TrainKnobs.EMA_DECAYS.to(List.of(0.0)),
            SampleKnobs.COUNT.to(2),
            SampleKnobs.STEPS.to(2));

    private final List<Map<String, ?>> rows = new ArrayList<>();

    @TempDir
    Path folder;

    @Test
    void everyAverageIsLeftAndTheChosenOneIsSampled() throws Exception {
        new TrainStage().run(work(StageKind.TRAIN, SETTINGS));
        assertThat(rows)
                .hasSize(3)
                .allSatisfy(row -> assertThat((double) row.get("grad_norm")).isPositive());
        Path train = folder.resolve("train");
        Map<String, float[]> found = new LinkedHashMap<>();
        for (String file : List.of("model.safetensors", "model-raw.safetensors", "model-ema-0.safetensors")) {
            found.put(
                    file,
                    ModelFile.read(train.resolve(file))
                            .entries()
                            .get("final_layer.linear.weight")
                            .values());
        }
        assertThat(found.get("model-ema-0.safetensors"))
                .as("an average of decay 0")
                .isEqualTo(found.get("model-raw.safetensors"))
                .isNotEqualTo(found.get("model.safetensors"));

        byte[] average = samples(SampledWeights.AVERAGE, "EMA 0.9");
        byte[] raw = samples(SampledWeights.RAW, "raw");
        assertThat(raw).isNotEqualTo(average);
        assertThat(samples(SampledWeights.of(0), "EMA 0")).isEqualTo(raw);
    }

    private byte[] samples(SampledWeights which, String protocol) throws IOException, InterruptedException {
        FolderWork work = work(StageKind.SAMPLE, SETTINGS.with(TrainKnobs.SAMPLED.to(which)));
        StageResult result = new SampleStage().run(work);
        new SampleStage().finished(work);
        assertThat(result.protocol()).containsEntry("weights", protocol);
        return Files.readAllBytes(work.directory().resolve(SampleStage.SAMPLES));
    }

    private FolderWork work(StageKind kind, Settings settings) throws IOException {
        return new FolderWork(folder, kind, settings, false, rows::add);
    }

    /** A step of 10 for every weight leaves nothing of what the model was. */
    @Test
    void aLossThatRoseIsAmongTheMetrics() throws Exception {
        assertThat(new TrainStage().run(work(StageKind.TRAIN, SETTINGS)).metrics())
                .containsKey("train.loss")
                .doesNotContainKey(TrainStage.LOSS_GROWTH);
        // The state that a training leaves is none of another's.
        FolderWork fast =
                work(StageKind.TRAIN, SETTINGS.with(TrainKnobs.LEARNING_RATE.to(10.0), TrainKnobs.CLIP.to(0.0)));
        Trainer.clear(fast.directory());
        assertThat((double) new TrainStage().run(fast).metrics().get(TrainStage.LOSS_GROWTH))
                .isGreaterThan(10);
    }
}
