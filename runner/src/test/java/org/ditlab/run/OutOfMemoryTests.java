package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.IntUnaryOperator;
import org.ditlab.data.DataKnobs;
import org.ditlab.diffusion.sampler.SampleKnobs;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.store.JsonFile;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.StageKind;
import org.ditlab.tensor.OutOfMemoryException;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.train.TrainKnobs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings whose allocator refuses, with the words of the real one. */
class OutOfMemoryTests {
    private static final int STEPS = 4;
    private static final Settings SETTINGS = Settings.of(
            DataKnobs.SIZE.to(8),
            DataKnobs.COUNT.to(20),
            ArchitectureKnobs.INPUT.to(List.of(3, 8, 8)),
            ArchitectureKnobs.CLASSES.to(10),
            ArchitectureKnobs.WIDTH.to(8),
            ArchitectureKnobs.DEPTH.to(1),
            ArchitectureKnobs.HEADS.to(1),
            TrainKnobs.STEPS.to(STEPS),
            TrainKnobs.BATCH.to(8),
            TrainKnobs.LEARNING_RATE.to(1e-2),
            TrainKnobs.LOG_EVERY.to(1),
            SampleKnobs.COUNT.to(2),
            SampleKnobs.STEPS.to(2));

    private final Backend real = Backends.installed().choose("libtorch", "cpu").open(1);

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        real.close();
    }

    @Test
    void halvedMicroBatchesGiveTheBitsOfATrainingThatAskedForThem() throws Exception {
        FolderWork work = work("short", SETTINGS, requests -> 3);
        StageResult result = new TrainStage().run(work);
        FolderWork asked = work("asked", SETTINGS.with(TrainKnobs.MICRO_BATCH.to(2)), requests -> 2);
        StageResult expected = new TrainStage().run(asked);

        assertThat(work.notes())
                .satisfiesExactly(
                        note -> assertThat(note)
                                .contains("step 1", "allocate", "micro-batch 4 instead of 8", "batch of 8 is kept"),
                        note -> assertThat(note).contains("step 1", "micro-batch 2 instead of 8"));
        assertThat(result.timing()).containsEntry("train.micro_batch", 2);
        assertThat(JsonFile.read(work.directory().resolve(MicroBatch.FILE))).containsEntry("micro_batch", 2);
        assertThat(asked.notes()).isEmpty();
        assertThat(expected.timing()).doesNotContainKey("train.micro_batch");
        assertThat(result.metrics()).isEqualTo(expected.metrics());
        assertThat(model(work)).isEqualTo(model(asked));
    }

    @Test
    void theStepThatFailedIsRepeatedWithItsImagesAndNoise() throws Exception {
        List<Map<String, ?>> short3 = new ArrayList<>();
        List<Map<String, ?>> plain = new ArrayList<>();
        // Two requests a step: steps 1 and 2 pass, the third fails half-way, at its second request.
        FolderWork work = work("later", SETTINGS, short3, requests -> requests < 5 ? 8 : 4);
        new TrainStage().run(work);
        new TrainStage().run(work("plain", SETTINGS, plain, requests -> 8));

        assertThat(work.notes()).singleElement().asString().contains("step 3");
        assertThat(short3).hasSize(STEPS);
        for (int step = 0; step < STEPS; step++) {
            double loss = (double) plain.get(step).get("loss");
            assertThat((double) short3.get(step).get("loss")).isCloseTo(loss, within(step < 2 ? 0 : 1e-4 * loss));
        }
    }

    @Test
    void aLaterAttemptBeginsWithWhatWasFound() throws Exception {
        Settings stateless = SETTINGS.with(TrainKnobs.KEEP_STATE.to(false));
        FolderWork first = work("twice", stateless, requests -> 4);
        new TrainStage().run(first);
        byte[] model = model(first);
        FolderWork second = work("twice", stateless, requests -> 4);
        new TrainStage().run(second);

        assertThat(second.notes()).singleElement().asString().contains("micro-batch 4 instead of 8", "before");
        assertThat(model(second)).isEqualTo(model);
    }

    @Test
    void anImageAtATimeThatIsTooMuchFailsWithItsReason() throws Exception {
        FolderWork work = work("never", SETTINGS, requests -> 0);

        assertThatThrownBy(() -> new TrainStage().run(work))
                .isInstanceOfSatisfying(
                        SmallestBatchException.class,
                        e -> assertThat(TrialFailure.of("trial", TrialFailure.exitCode(e), "", List.of())
                                        .certain())
                                .isTrue())
                .hasMessageContainingAll("step 1", "one image at a time", "gradient-checkpointing", "--workers 1");
        assertThat(work.notes()).hasSize(3);
    }

    @Test
    void aLackOfMemoryElsewhereMayPass() {
        RuntimeException thrown = new IllegalStateException("cannot allocate");
        OutOfMemoryException training =
                TrialWorker.shortage(new Stage(StageKind.TRAIN, "0".repeat(64), Map.of(), List.of()), thrown);
        OutOfMemoryException sampling =
                TrialWorker.shortage(new Stage(StageKind.SAMPLE, "0".repeat(64), Map.of(), List.of()), thrown);

        assertThat(training).hasMessageContainingAll("cannot allocate", "AdamW's moments", "--workers 1");
        assertThat(training.getMessage()).doesNotContain("chunks");
        assertThat(sampling).hasMessageContainingAll("chunks are of a fixed size", "--workers 1");
        assertThat(TrialFailure.of("trial", TrialFailure.exitCode(training), "", List.of())
                        .certain())
                .isFalse();
    }

    @Test
    void aDamagedNoteOfMemoryIsPassedOver() throws IOException {
        for (String text :
                List.of("{", "{}", "{\"micro_batch\": 0}", "{\"micro_batch\": 8}", "{\"micro_batch\": \"2\"}")) {
            Files.writeString(folder.resolve(MicroBatch.FILE), text);
            assertThat(MicroBatch.read(folder, SETTINGS)).as(text).isEmpty();
        }
        new MicroBatch(7, "why").write(folder);
        assertThat(MicroBatch.read(folder, SETTINGS)).contains(new MicroBatch(7, "why"));
    }

    @Test
    void whatTheKernelCountsIsRead() throws IOException {
        Path counts = Files.writeString(folder.resolve("vmstat"), "nr_free 1\noom_kill 12\nother 3\n");
        assertThat(KernelKills.count(counts)).hasValue(12);
        assertThat(KernelKills.count(folder.resolve("none"))).isEmpty();
        assertThat(KernelKills.between(OptionalLong.of(1), OptionalLong.of(1))).isFalse();
        assertThat(KernelKills.between(OptionalLong.of(1), OptionalLong.of(2))).isTrue();
        assertThat(KernelKills.between(OptionalLong.empty(), OptionalLong.of(2)))
                .isTrue();
    }

    private FolderWork work(String name, Settings settings, IntUnaryOperator limit) throws IOException {
        return work(name, settings, new ArrayList<>(), limit);
    }

    private FolderWork work(String name, Settings settings, List<Map<String, ?>> rows, IntUnaryOperator limit)
            throws IOException {
        return new FolderWork(
                folder.resolve(name), StageKind.TRAIN, settings, false, rows::add, ShortBackend.of(real, limit));
    }

    private static byte[] model(FolderWork work) throws IOException {
        return Files.readAllBytes(work.directory().resolve("model.safetensors"));
    }
}
