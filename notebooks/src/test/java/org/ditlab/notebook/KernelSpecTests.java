package org.ditlab.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Jupyter is told. */
class KernelSpecTests {
    @Test
    void specIsAsJupyterWantsIt(@TempDir Path data) throws Exception {
        Path file = KernelSpec.here().install(data);

        assertThat(file).isEqualTo(data.resolve("kernels/ditlab/kernel.json"));
        JsonNode json = new ObjectMapper().readTree(file.toFile());
        assertThat(json.get("language").asText()).isEqualTo("java");
        assertThat(json.get("interrupt_mode").asText()).isEqualTo("message");
        JsonNode command = json.get("argv");
        assertThat(Files.isExecutable(Path.of(command.get(0).asText()))).isTrue();
        assertThat(command.get(command.size() - 1).asText()).isEqualTo("{connection_file}");
        assertThat(command.get(command.size() - 2).asText()).isEqualTo("org.ditlab.kernel.KernelMain");
    }

    @Test
    void laterReleasesAreToldOfNativeAccess() {
        KernelSpec of17 = new KernelSpec(Path.of("java"), 17, "a.jar", "");
        KernelSpec of25 = new KernelSpec(Path.of("java"), 25, "a.jar", "");

        assertThat(of17.command()).noneMatch(word -> word.startsWith("--"));
        assertThat(of25.command())
                .contains("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
    }

    @Test
    void placeIsJupytersOwn() {
        assertThat(NotebookVerb.userData(Map.of("JUPYTER_DATA_DIR", "/data"))).isEqualTo(Path.of("/data"));
        assertThat(NotebookVerb.program("no-such-program", System.getenv("PATH")))
                .isEmpty();
    }

    @Test
    void lineForIJavaHasAbsolutePathsOnly() {
        assertThat(ClassPathLine.magic("/a/b.jar:/a/../c")).isEqualTo("%classpath /a/b.jar /c");
    }
}
