package org.ditlab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that cannot start a worker: refused with a remedy, and nothing is written. */
class RefusedRunTests {
    @TempDir
    private Path directory;

    @Test
    void withoutAClusterNothingIsWritten() throws Exception {
        String said = refused(Map.of("PATH", directory.toString()), "--executor", "slurm");

        assertThat(said).contains("--executor slurm: `scontrol` cannot be started", "leave --executor out");
    }

    @Test
    void aHeapThatIsNoSizeWipesNothing() throws Exception {
        String said = refused(Map.of("DITLAB_WORKER_HEAP", "plenty"));

        assertThat(said).contains("DITLAB_WORKER_HEAP=plenty: expected a size");
    }

    private String refused(Map<String, String> environment, String... options) throws Exception {
        Files.writeString(directory.resolve("tiny.yaml"), """
                study: tiny
                base: { model: DiT-S/4, width: 24, depth: 1, heads: 3 }
                list:
                  - { name: small, change: { width: 24 } }
                """);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "run",
                "tiny.yaml"));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("said").toFile());
        builder.environment().putAll(environment);
        assertThat(builder.start().waitFor()).isEqualTo(2);
        assertThat(directory.resolve("studies-out")).doesNotExist();
        return Files.readString(directory.resolve("said"));
    }
}
