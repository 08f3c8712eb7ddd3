package org.ditlab.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** IJava's environment. */
class KernelOptionsTests {
    @Test
    void variablesAreIJavas() {
        KernelOptions options = KernelOptions.of(Map.of(
                "IJAVA_CLASSPATH", "a.jar:b",
                "IJAVA_COMPILER_OPTS", " -parameters  -Xlint:all ",
                "IJAVA_TIMEOUT", "30 SECONDS"));

        assertThat(options.classPath()).isEqualTo("a.jar:b");
        assertThat(options.compilerOptions()).containsExactly("-parameters", "-Xlint:all");
        assertThat(options.limit()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void timeIsInMillisecondsAndMinusOneIsNone() {
        assertThat(KernelOptions.of(Map.of("IJAVA_TIMEOUT", "1500")).limit()).isEqualTo(Duration.ofMillis(1500));
        assertThat(KernelOptions.of(Map.of("IJAVA_TIMEOUT", "-1")).limit()).isNull();
        assertThat(KernelOptions.of(Map.of("IJAVA_TIMEOUT", "soon")).limit()).isNull();
        assertThat(KernelOptions.of(Map.of()).limit()).isNull();
    }

    @Test
    void cellThatTakesTooLongIsEnded(@TempDir Path folder) throws Exception {
        Path script = folder.resolve("start.jshell");
        Files.writeString(script, "int fromFile = 3;");
        Map<String, String> environment =
                Map.of("IJAVA_TIMEOUT", "500", "IJAVA_STARTUP_SCRIPTS_PATH", folder + "/*.jshell");

        try (RecordingKernel kernel = new RecordingKernel(environment)) {
            CellFailure failure =
                    catchThrowableOfType(CellFailure.class, () -> kernel.eval("new CountDownLatch(fromFile).await();"));

            assertThat(failure.title()).isEqualTo("TimedOut");
        }
    }

    @Test
    void patternsStandForTheFilesThatThereAre(@TempDir Path folder) throws Exception {
        Files.createFile(folder.resolve("b.jar"));
        Files.createFile(folder.resolve("a.jar"));
        Files.createFile(folder.resolve("c.txt"));

        assertThat(PathPatterns.one(folder + "/*.jar"))
                .isEqualTo(List.of(folder.resolve("a.jar"), folder.resolve("b.jar")));
        assertThat(PathPatterns.one("~/x")).isEqualTo(List.of(Path.of(System.getProperty("user.home"), "x")));
    }
}
