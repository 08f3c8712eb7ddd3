package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ditlab.run.exec.WorkerCommand;
import org.ditlab.store.JsonFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real process whose address space is limited while it trains. */
@Tag("long")
class MemoryLimitTests {
    @TempDir
    Path folder;

    @Test
    void trainingGoesOnWithWhatTheProcessMayHave() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "prlimit, of util-linux, is not here");
        ProcessBuilder command = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx512m",
                        "-Dorg.bytedeco.javacpp.nopointergc=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TrainingUnderLimit.class.getName(),
                        folder.toString(),
                        "1024")
                .redirectErrorStream(true);
        // As workers are started; with many arenas what a failed try frees is of no use to the next.
        command.environment().putAll(WorkerCommand.allocator());
        Process process = command.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("out of memory at step 1", "micro-batch 256 instead of 512", "train.loss");
        int images = (int) JsonFile.read(folder.resolve("short/train").resolve(MicroBatch.FILE))
                .get("micro_batch");
        assertThat(images).isBetween(1, 256);
        assertThat(said).contains("train.micro_batch=" + images);
    }
}
