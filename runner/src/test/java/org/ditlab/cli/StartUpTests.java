package org.ditlab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts the command line in a JVM of its own, as the launcher does. */
class StartUpTests {
    @TempDir
    private Path directory;

    @Test
    void theVersionIsThereAtOnce() throws Exception {
        start("--version");
        long begin = System.nanoTime();
        String version = start("--version");
        System.out.println(
                "--version took " + Duration.ofNanos(System.nanoTime() - begin).toMillis() + " ms");

        assertThat(version).matches("(?s)ditlab \\d+\\.\\d+\\.\\d+\\S*\\R");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "models", "explain", "schema", "plan", "doctor"})
    void verbsThatComputeNothingLoadNoNativeCode(String verb) throws Exception {
        String output = verb.equals("plan") ? start("-verbose:class", verb, study()) : start("-verbose:class", verb);

        assertThat(output).contains("org.ditlab.cli.Main");
        List<String> bindings = output.lines()
                .filter(line -> line.contains("org.bytedeco.pytorch") || line.contains("org.bytedeco.javacpp.Pointer"))
                .toList();
        assertThat(bindings).isEmpty();
    }

    private String study() throws IOException {
        Path file = directory.resolve("tiny.yaml");
        Files.writeString(file, """
                study: tiny
                base: { model: DiT-S/4, width: 48, depth: 1, heads: 3, patch: 4 }
                data: { size: 16, count: 100 }
                list:
                  - { name: small, change: { width: 48 } }
                """);
        return file.toString();
    }

    /** Standard output; fails when anything stands on standard error or the exit code is not 0. */
    private String start(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path")));
        boolean verbose = arguments[0].startsWith("-verbose");
        if (verbose) {
            command.add(arguments[0]);
        }
        command.add(Main.class.getName());
        command.addAll(List.of(arguments).subList(verbose ? 1 : 0, arguments.length));
        Path errors = directory.resolve("errors.txt");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(errors).content().isEmpty();
        return output;
    }
}
