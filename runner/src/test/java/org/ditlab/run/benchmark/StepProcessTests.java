package org.ditlab.run.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class StepProcessTests {
    @BeforeAll
    static void shell() {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no shell on this machine");
    }

    private static StepProcess script(String text) throws IOException {
        return new StepProcess("the peer", new ProcessBuilder("/bin/sh", "-c", text));
    }

    @Test
    void answersComeInOrderAndALibrarysLinesArePassedOver() throws IOException {
        String text = "n=0; while read line; do n=$((n + 1)); echo a warning; echo \"{\\\"seconds\\\": $n.5}\"; done";
        try (StepProcess process = script(text)) {
            assertThat(process.step()).isEqualTo(1.5);
            assertThat(process.step()).isEqualTo(2.5);
        }
    }

    @Test
    void requestsAreOneLineOfJson() throws IOException {
        try (StepProcess process = script("read line; echo \"{\\\"seconds\\\": 1, \\\"request\\\": $line}\"")) {
            assertThat(process.ask("build", Map.of("batch", 3)).get("request").toString())
                    .isEqualTo("{\"batch\":3,\"do\":\"build\"}");
        }
    }

    @Test
    void aProcessThatEndsIsAnErrorThatQuotesIt() throws IOException {
        try (StepProcess process = script("read line; echo no module named torch >&2; exit 3")) {
            assertThatThrownBy(process::step)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the peer ended at \"step\"")
                    .hasMessageContaining("no module named torch");
        }
    }

    @Test
    void ourServerAnswersTheSameRequests() throws IOException {
        String build =
                "{\"do\": \"build\", \"task\": \"training\", \"model\": \"DiT-UNet (Slim)\", \"precision\": \"BF16\","
                        + " \"batch\": 1}\n";
        String answers = serve(build + "{\"do\": \"step\"}\n{\"do\": \"step\"}\n{\"do\": \"peak\"}\n");

        assertThat(answers.lines()).hasSize(4).element(2).asString().matches("\\{\"seconds\":[0-9.E-]+}");
        assertThat(answers.lines()).last().asString().startsWith("{\"bytes\":");
    }

    @Test
    @Tag("long")
    void ourServerSamples() throws IOException {
        String build = "{\"do\": \"build\", \"task\": \"sampling\", \"model\": \"U-DiT-T\", \"precision\": \"BF16\","
                + " \"batch\": 64, \"steps\": 2, \"guidance\": 1.5}\n";

        assertThat(serve(build + "{\"do\": \"step\"}\n").lines())
                .last()
                .asString()
                .matches("\\{\"seconds\":[0-9.E-]+}");
    }

    private static String serve(String requests) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Backend backend = new LibtorchProvider().open(Device.CPU, 1)) {
            new StepServer(backend)
                    .serve(
                            new ByteArrayInputStream(requests.getBytes(StandardCharsets.UTF_8)),
                            new PrintStream(out, true, StandardCharsets.UTF_8));
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
