package org.ditlab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;
import static org.assertj.core.data.Percentage.withPercentage;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.nn.StateDict;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTests {
    static final NoiseImages DATA = new NoiseImages(3, 8, 8, 4);

    /** A model that trains in no time. */
    static final Settings SMALL = Settings.of(
            ArchitectureKnobs.INPUT.to(List.of(3, 8, 8)),
            ArchitectureKnobs.CLASSES.to(4),
            ArchitectureKnobs.PATCH.to(2),
            ArchitectureKnobs.WIDTH.to(16),
            ArchitectureKnobs.DEPTH.to(2),
            ArchitectureKnobs.HEADS.to(2),
            TrainKnobs.BATCH.to(8),
            TrainKnobs.STEPS.to(6),
            TrainKnobs.LEARNING_RATE.to(1e-3),
            TrainKnobs.EMA_DECAY.to(0.9));

    private final Backend backend = new LibtorchProvider().open(Device.CPU, 1);

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        backend.close();
    }

    private Trainer trainer(long seed, Setting<?>... changes) {
        return new Trainer(backend, SMALL.with(changes), seed, DATA);
    }

    private static List<Double> train(Trainer trainer, int steps) {
        List<Double> losses = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            losses.add(trainer.step().loss());
        }
        return losses;
    }

    private static void assertSameBits(StateDict one, StateDict other) {
        assertThat(one.entries().keySet()).isEqualTo(other.entries().keySet());
        one.entries()
                .forEach((name, entry) -> assertThat(entry.values())
                        .as(name)
                        .isEqualTo(other.entries().get(name).values()));
    }

    @Test
    void aResumedRunGivesTheBitsOfAnUninterruptedOne() throws IOException {
        StateDict whole;
        double loss;
        try (Trainer trainer = trainer(1)) {
            train(trainer, 6);
            whole = trainer.averagedWeights();
            loss = trainer.recentLoss();
        }
        try (Trainer first = trainer(1)) {
            train(first, 4);
            first.save(directory);
        }
        try (Trainer second = trainer(1)) {
            assertThat(second.resume(directory)).isEqualTo(4);
            train(second, 2);
            assertSameBits(second.averagedWeights(), whole);
            assertThat(second.recentLoss()).isEqualTo(loss);
        }
    }

    @Test
    void aDamagedCheckpointIsPassedOverForTheOneBefore() throws IOException {
        try (Trainer trainer = trainer(1)) {
            train(trainer, 2);
            trainer.save(directory);
            train(trainer, 2);
            trainer.save(directory);
        }
        Path newest = directory.resolve("checkpoint-000000004.safetensors");
        byte[] bytes = Files.readAllBytes(newest);
        bytes[bytes.length - 9] ^= 4;
        Files.write(newest, bytes);
        try (Trainer trainer = trainer(1)) {
            assertThat(trainer.resume(directory)).isEqualTo(2);
        }
        Files.write(newest, new byte[100]);
        try (Trainer trainer = trainer(1)) {
            assertThat(trainer.resume(directory)).isEqualTo(2);
        }
    }

    @Test
    void onlyTheNewestTwoCheckpointsAreKeptAndClearingRemovesThem() throws IOException {
        try (Trainer trainer = trainer(1)) {
            for (int i = 0; i < 4; i++) {
                train(trainer, 1);
                trainer.save(directory);
            }
        }
        assertThat(directory)
                .isDirectoryContaining("glob:**checkpoint-000000004.safetensors")
                .isDirectoryContaining("glob:**checkpoint-000000003.safetensors")
                .isDirectoryNotContaining("glob:**checkpoint-000000002.safetensors");
        Trainer.clear(directory);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void theSeedDecidesTheRun() {
        try (Trainer one = trainer(1);
                Trainer same = trainer(1);
                Trainer other = trainer(2)) {
            List<Double> losses = train(one, 3);
            assertThat(train(same, 3)).isEqualTo(losses);
            assertThat(train(other, 3)).isNotEqualTo(losses);
        }
    }

    /** With zero-initialised output the first loss is a function of the noise alone: it must be the same for all variants. */
    @Test
    void variantsOfOneSeedSeeTheSameNoise() {
        try (Trainer narrow = trainer(3);
                Trainer wide = trainer(3, ArchitectureKnobs.WIDTH.to(32), ArchitectureKnobs.DEPTH.to(1))) {
            assertThat(narrow.step().mse()).isEqualTo(wide.step().mse());
        }
    }

    @Test
    void theAverageFollowsItsFormula() {
        try (Trainer still = trainer(1, TrainKnobs.EMA_DECAY.to(0.0));
                Trainer frozen = trainer(1, TrainKnobs.EMA_DECAY.to(1.0));
                Trainer half = trainer(1, TrainKnobs.EMA_DECAY.to(0.5))) {
            StateDict start = frozen.averagedWeights();
            train(still, 1);
            train(frozen, 1);
            train(half, 1);
            assertSameBits(frozen.averagedWeights(), start);
            StateDict now = still.averagedWeights();
            half.averagedWeights().entries().forEach((name, entry) -> {
                float[] before = start.entries().get(name).values();
                float[] after = now.entries().get(name).values();
                for (int i = 0; i < before.length; i++) {
                    assertThat((double) entry.values()[i])
                            .as(name)
                            .isCloseTo(0.5 * before[i] + 0.5 * after[i], offset(1e-7));
                }
            });
        }
    }

    @Test
    void trainingLowersTheLoss() {
        try (Trainer trainer = trainer(1, TrainKnobs.STEPS.to(120), TrainKnobs.LEARNING_RATE.to(3e-3))) {
            List<Double> losses = train(trainer, 120);
            double first =
                    losses.subList(0, 10).stream().mapToDouble(d -> d).average().orElseThrow();
            double last = losses.subList(110, 120).stream()
                    .mapToDouble(d -> d)
                    .average()
                    .orElseThrow();
            assertThat(last).isLessThan(0.9 * first);
        }
    }

    @Test
    void aLossThatIsNotFiniteChangesNothing() {
        try (Trainer trainer = trainer(1, TrainKnobs.LEARNING_RATE.to(10.0), TrainKnobs.STEPS.to(400))) {
            StateDict before = trainer.averagedWeights();
            Trainer.Step step = trainer.step();
            for (int i = 0; i < 399 && step.finite(); i++) {
                before = trainer.averagedWeights();
                step = trainer.step();
            }
            assertThat(step.finite()).as("a learning rate of 10 diverges").isFalse();
            assertSameBits(trainer.averagedWeights(), before);
        }
    }

    @Test
    void bfloat16FollowsFloat32() {
        try (Trainer wide = trainer(1, TrainKnobs.STEPS.to(30));
                Trainer narrow = trainer(1, TrainKnobs.STEPS.to(30), TrainKnobs.PRECISION.to(Precision.BF16))) {
            List<Double> expected = train(wide, 30);
            List<Double> actual = train(narrow, 30);
            assertThat(actual).isNotEqualTo(expected);
            for (int i = 0; i < 30; i++) {
                // bfloat16 keeps 8 bits: products are good to about half a percent.
                assertThat(actual.get(i)).isCloseTo(expected.get(i), withPercentage(2));
            }
        }
    }

    @Test
    @Tag("long")
    void memoryStaysFlatOverTenThousandSteps() {
        int steps = 10_000;
        try (Trainer trainer = trainer(1, TrainKnobs.STEPS.to(steps))) {
            train(trainer, 1_000);
            long early = withoutHeap();
            train(trainer, steps - 1_000);
            long late = withoutHeap();
            // 9 000 steps that each lost one small tensor of 1 kB would take 9 MB; the Java heap's own swing is larger.
            assertThat(late - early).as("growth in bytes").isLessThan(64L << 20);
        }
    }

    /** Resident bytes besides the Java heap, whose size depends on the tests before. */
    private static long withoutHeap() {
        System.gc();
        return PeakMemory.residentBytes()
                - ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
    }
}
