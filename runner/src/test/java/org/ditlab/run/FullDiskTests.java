package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ditlab.data.DataKnobs;
import org.ditlab.data.DataSets;
import org.ditlab.data.Split;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.store.AtomicFile;
import org.ditlab.store.MetricLog;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.StudyResults;
import org.ditlab.store.TrialStatus;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.reference.ReferenceBackendProvider;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.train.SavedState;
import org.ditlab.train.TrainKnobs;
import org.ditlab.train.Trainer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a small file system in memory; skipped where mounting is refused. */
class FullDiskTests {
    private static final Settings SETTINGS = Settings.of(
            ArchitectureKnobs.INPUT.to(List.of(3, 8, 8)),
            ArchitectureKnobs.CLASSES.to(10),
            ArchitectureKnobs.PATCH.to(4),
            ArchitectureKnobs.WIDTH.to(8),
            ArchitectureKnobs.DEPTH.to(1),
            ArchitectureKnobs.HEADS.to(2),
            DataKnobs.SIZE.to(8),
            DataKnobs.COUNT.to(20),
            TrainKnobs.BATCH.to(2),
            TrainKnobs.STEPS.to(4));

    @TempDir
    private Path directory;

    private Path disk;
    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(directory.resolve("disk"));
        mounted = call("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", disk.toString());
        assumeTrue(mounted, "mounting a tmpfs is refused here; root may");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertThat(call("umount", disk.toString())).isTrue();
        }
    }

    @Test
    void aFileThatDoesNotFitLeavesTheOldOneAndNoPart() throws IOException {
        Path file = disk.resolve("file");
        AtomicFile.write(file, new byte[] {1});

        assertThatThrownBy(() -> AtomicFile.write(file, new byte[1 << 20]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No space left");

        assertThat(file).hasBinaryContent(new byte[] {1});
        try (Stream<Path> files = Files.list(disk)) {
            assertThat(files.toList()).containsExactly(file);
        }
    }

    @Test
    void aRunSaysThatTheDiskIsFullAndGoesOnWhenThereIsRoom() throws Exception {
        Path study = disk.resolve("study");
        Path ballast = disk.resolve("ballast");
        // Room for what the runner itself writes, not for the logs of training.
        fill(ballast, 40 * 1024);

        Process run = FakeRun.start(study, 1, 1000, 1);
        String errors = new String(run.getErrorStream().readAllBytes());

        assertThat(run.waitFor()).isEqualTo(1);
        assertThat(errors).contains("No space left on device");
        Files.delete(ballast);
        assertThat(FakeRun.start(study, 1, 1000, 1).waitFor()).isZero();
        assertThat(StudyResults.read(study).count(TrialStatus.DONE)).isEqualTo(1);
    }

    @Test
    void aStateThatDoesNotFitIsSaidAndTheOneBeforeServes() throws IOException {
        try (TrainerAtWork work = new TrainerAtWork()) {
            work.steps(1);
            work.trainer().save(disk);
            work.steps(1);
            Path ballast = disk.resolve("ballast");
            fill(ballast, 8 * 1024);

            assertThatThrownBy(() -> work.trainer().save(disk))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("checkpoint-000000002.safetensors: the state of training cannot be kept")
                    .hasMessageContaining("No space left");

            Files.delete(ballast);
            work.trainer().save(disk);
        }
        assertThat(SavedState.in(disk)).extracting(SavedState::step).containsExactly(2L, 1L);
        Files.delete(disk.resolve("checkpoint-000000002.safetensors"));
        try (TrainerAtWork work = new TrainerAtWork()) {
            assertThat(work.trainer().resume(disk)).isEqualTo(1);
        }
        try (Stream<Path> files = Files.list(disk)) {
            assertThat(files.toList()).as("no part of a file").hasSize(1);
        }
    }

    @Test
    void aLogLosesNoWholeRowAndGoesOnWhenThereIsRoom() throws IOException {
        Path ballast = disk.resolve("ballast");
        Path file = disk.resolve("metrics.jsonl");
        int written = 0;
        try (MetricLog log = MetricLog.append(file)) {
            fill(ballast, 8 * 1024);
            IOException full = null;
            while (full == null) {
                try {
                    log.write(Map.of("step", written + 1, "text", "x".repeat(1000)));
                    written++;
                } catch (IOException e) {
                    full = e;
                }
            }
            assertThat(full).hasMessageContaining("metrics.jsonl").hasMessageContaining("No space left");
            assertThat(MetricLog.read(file)).hasSize(written);
            Files.delete(ballast);
            log.write(Map.of("step", written + 1));
        }
        assertThat(written).isPositive();
        assertThat(MetricLog.read(file)).hasSize(written + 1);
    }

    @Test
    void aReadOnlyDirectoryIsRefusedWithARemedy() throws Exception {
        Path study = disk.resolve("study");
        StudyDirectory.create(study);
        assertThat(call("mount", "-o", "remount,ro", disk.toString())).isTrue();

        assertThatThrownBy(() -> StudyDirectory.create(study))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining(study.toString())
                .hasMessageContaining("Read-only file system")
                .hasMessageContaining("--out");
    }

    /** A small model in training on the plain-Java backend. */
    private record TrainerAtWork(Backend backend, Trainer trainer) implements AutoCloseable {
        TrainerAtWork() throws IOException {
            this(new ReferenceBackendProvider().open(Device.CPU, 1));
        }

        private TrainerAtWork(Backend backend) throws IOException {
            this(backend, new Trainer(backend, SETTINGS, 1, DataSets.open(SETTINGS, null, Split.TRAIN)));
        }

        void steps(int count) {
            for (int i = 0; i < count; i++) {
                trainer.step();
            }
        }

        @Override
        public void close() {
            trainer.close();
            backend.close();
        }
    }

    private void fill(Path ballast, long leave) throws IOException {
        long size = Files.getFileStore(disk).getUsableSpace() - leave;
        try (OutputStream out = Files.newOutputStream(ballast)) {
            out.write(new byte[(int) size]);
        }
    }

    private static boolean call(String... command) throws Exception {
        try {
            return new ProcessBuilder(List.of(command))
                            .redirectErrorStream(true)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
