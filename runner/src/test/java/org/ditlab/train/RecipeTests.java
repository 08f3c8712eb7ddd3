package org.ditlab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.data.Safetensors;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.nn.StateDict;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Micro-batches, clipping, averages and schedules. After one step AdamW's first moment is (1 - beta1) times the gradient. */
class RecipeTests {
    private static final NoiseImages DATA = TrainerTests.DATA;
    private static final Settings SMALL = TrainerTests.SMALL.with(TrainKnobs.STEPS.to(8));

    private final Backend backend = new LibtorchProvider().open(Device.CPU, 1);

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        backend.close();
    }

    private Trainer trainer(Setting<?>... changes) {
        return new Trainer(backend, SMALL.with(changes), 1, DATA);
    }

    private static List<Double> train(Trainer trainer, int steps) {
        List<Double> losses = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            losses.add(trainer.step().loss());
        }
        return losses;
    }

    /** The tensors of the only checkpoint. */
    private Map<String, Safetensors.Array> saved(Trainer trainer) throws IOException {
        Trainer.clear(directory);
        trainer.save(directory);
        try (Stream<Path> files = Files.list(directory)) {
            return Safetensors.read(files.findFirst().orElseThrow()).tensors();
        }
    }

    /** The gradient of the third step, when the output is no longer zero; by AdamW's moments before and after. */
    private Map<String, double[]> gradients(int microBatch) throws IOException {
        try (Trainer trainer = trainer(TrainKnobs.BETA1.to(0.0))) {
            train(trainer, 2);
            trainer.microBatch(microBatch);
            train(trainer, 1);
            Map<String, double[]> gradients = new HashMap<>();
            saved(trainer).forEach((name, array) -> {
                if (name.startsWith("adamw.m.")) {
                    double[] values = new double[array.values().length];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = array.values()[i];
                    }
                    gradients.put(name, values);
                }
            });
            return gradients;
        }
    }

    @Test
    void partsOfABatchGiveItsGradients() throws IOException {
        Map<String, double[]> whole = gradients(0);
        for (int part : new int[] {4, 3, 1}) {
            gradients(part).forEach((name, gradient) -> {
                double largest = 0;
                for (double value : whole.get(name)) {
                    largest = Math.max(largest, Math.abs(value));
                }
                assertThat(gradient)
                        .as(part + " " + name)
                        .containsExactly(whole.get(name), within(2e-5 * largest + 1e-9));
            });
        }
    }

    @Test
    void partsOfABatchSeeItsImagesAndNoise() {
        try (Trainer whole = trainer();
                Trainer same = trainer(TrainKnobs.MICRO_BATCH.to(100));
                Trainer uneven = trainer(TrainKnobs.MICRO_BATCH.to(3))) {
            for (int i = 0; i < 4; i++) {
                Trainer.Step expected = whole.step();
                assertThat(same.step().loss()).isEqualTo(expected.loss());
                Trainer.Step actual = uneven.step();
                // The output starts at zero: the first loss is one of images and noise alone.
                assertThat(actual.mse()).isCloseTo(expected.mse(), within(i == 0 ? 1e-7 : 1e-4));
                assertThat(actual.vb()).isCloseTo(expected.vb(), within(i == 0 ? 1e-7 : 1e-4));
            }
        }
    }

    @Test
    void aLongGradientIsScaledToTheLimit() throws IOException {
        double limit = 0.01;
        Map<String, Safetensors.Array> free;
        Map<String, Safetensors.Array> clipped;
        double norm;
        try (Trainer one = trainer();
                Trainer other = trainer(TrainKnobs.CLIP.to(limit))) {
            assertThat(one.step().gradientNorm()).isEmpty();
            norm = other.step().gradientNorm().orElseThrow();
            free = saved(one);
            clipped = saved(other);
        }
        double squares = 0;
        for (String name : free.keySet()) {
            if (name.startsWith("adamw.m.")) {
                float[] before = free.get(name).values();
                float[] after = clipped.get(name).values();
                for (int i = 0; i < before.length; i++) {
                    squares += Math.pow(before[i] / 0.1, 2);
                    assertThat((double) after[i]).isCloseTo(before[i] * limit / norm, within(1e-9));
                }
            }
        }
        assertThat(norm).isGreaterThan(limit).isCloseTo(Math.sqrt(squares), within(1e-5 * norm));
    }

    @Test
    void aShortGradientIsLeftAsItIs() throws IOException {
        try (Trainer one = trainer();
                Trainer other = trainer(TrainKnobs.CLIP.to(1e6))) {
            assertThat(train(other, 3)).isEqualTo(train(one, 3));
            assertSame(other.weights(SampledWeights.RAW), one.weights(SampledWeights.RAW));
        }
    }

    private static void assertSame(StateDict actual, StateDict expected) {
        assertThat(actual.entries().keySet()).isEqualTo(expected.entries().keySet());
        actual.entries()
                .forEach((name, entry) -> assertThat(entry.values())
                        .as(name)
                        .isEqualTo(expected.entries().get(name).values()));
    }

    @Test
    void averagesOfWeightsThatStayAreTheWeights() {
        try (Trainer trainer =
                trainer(TrainKnobs.LEARNING_RATE.to(0.0), TrainKnobs.EMA_DECAYS.to(List.of(0.5, 0.0, 0.9999)))) {
            StateDict start = trainer.weights(SampledWeights.RAW);
            train(trainer, 3);
            assertThat(trainer.steps()).isEqualTo(3);
            for (String word : List.of("ema", "raw", "0.5", "0", "0.9999")) {
                assertSame(trainer.weights(new SampledWeights(word)), start);
            }
        }
    }

    @Test
    void aFurtherAverageIsThatOfItsDecayAlone() {
        try (Trainer both = trainer(TrainKnobs.EMA_DECAYS.to(List.of(0.5)));
                Trainer alone = trainer(TrainKnobs.EMA_DECAY.to(0.5))) {
            assertThat(train(both, 3)).isEqualTo(train(alone, 3));
            assertSame(both.weights(SampledWeights.of(0.5)), alone.averagedWeights());
            assertSame(both.weights(SampledWeights.RAW), alone.weights(SampledWeights.RAW));
            assertThat(both.averagedWeights()
                            .entries()
                            .get("x_embedder.proj.weight")
                            .values())
                    .isNotEqualTo(alone.averagedWeights()
                            .entries()
                            .get("x_embedder.proj.weight")
                            .values());
        }
    }

    @Test
    void aWholeRecipeGoesOnToTheBit() throws IOException {
        Setting<?>[] recipe = {
            TrainKnobs.CLIP.to(0.5),
            TrainKnobs.MICRO_BATCH.to(3),
            TrainKnobs.EMA_DECAYS.to(List.of(0.5, 0.99)),
            TrainKnobs.LEARNING_RATE_SCHEDULE.to(LearningRateSchedule.COSINE),
            TrainKnobs.WARMUP.to(2),
            TrainKnobs.WEIGHT_DECAY.to(0.1),
            TrainKnobs.BETA2.to(0.95),
            TrainKnobs.GRADIENT_CHECKPOINTING.to(true)
        };
        try (Trainer whole = trainer(recipe);
                Trainer first = trainer(recipe);
                Trainer second = trainer(recipe)) {
            train(whole, 8);
            train(first, 5);
            first.save(directory);
            assertThat(second.resume(directory)).isEqualTo(5);
            train(second, 3);
            for (SampledWeights which : SampledWeights.all(SMALL.with(recipe))) {
                assertSame(second.weights(which), whole.weights(which));
            }
            assertThat(second.recentLoss()).isEqualTo(whole.recentLoss());
        }
    }

    /** The names by which checkpoints of earlier versions hold a recipe of one average. */
    @Test
    void aCheckpointOfOneAverageIsContinuedByOneOnly() throws IOException {
        try (Trainer old = trainer();
                Trainer same = trainer();
                Trainer more = trainer(TrainKnobs.EMA_DECAYS.to(List.of(0.99)))) {
            train(old, 2);
            assertThat(saved(old).keySet().stream().map(name -> name.replaceAll("(model|adamw\\.[mv]|ema)\\..*", "$1")))
                    .containsOnly("model", "adamw.m", "adamw.v", "ema", "history.loss");
            assertThat(same.resume(directory)).isEqualTo(2);
            assertThat(more.resume(directory)).as("it lacks an average").isZero();
        }
    }

    @Test
    void everyRecipeStartsFromTheSameImages() {
        try (Trainer plain = trainer();
                Trainer other = trainer(
                        TrainKnobs.CHANNELS_LAST.to(false),
                        TrainKnobs.DETERMINISTIC.to(false),
                        TrainKnobs.EPSILON.to(1e-6))) {
            assertThat(other.step().mse()).isCloseTo(plain.step().mse(), within(1e-6));
        }
    }
}
