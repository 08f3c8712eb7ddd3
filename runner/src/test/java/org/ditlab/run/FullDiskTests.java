package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.ditlab.store.AtomicFile;
import org.ditlab.store.StudyResults;
import org.ditlab.store.TrialStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a small file system in memory; skipped where mounting is refused. */
class FullDiskTests {
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
