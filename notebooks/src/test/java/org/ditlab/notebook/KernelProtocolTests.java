package org.ditlab.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ditlab.kernel.JavaKernel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel as a process, spoken to by Jupyter's own client. */
@Tag("long")
class KernelProtocolTests {
    private static final int MINUTES = 10;

    @TempDir
    private Path folder;

    /** What client.py prints. */
    private JsonNode client(String... arguments) throws Exception {
        Jupyter jupyter = Jupyter.in(folder);
        Path script = folder.resolve("client.py");
        try (InputStream in = JavaKernel.class.getResourceAsStream("client.py")) {
            Files.write(script, in.readAllBytes());
        }
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        return new ObjectMapper().readTree(jupyter.python(MINUTES, command));
    }

    private static String status(JsonNode result) {
        return result.at("/reply/status").asText();
    }

    private static String text(JsonNode result) {
        return result.at("/data/0/text~1plain").asText();
    }

    @Test
    void conversationIsAsTheProtocolSays() throws Exception {
        JsonNode said = client("talk");

        assertThat(text(said.get("value"))).isEqualTo("42");
        assertThat(status(said.get("value"))).isEqualTo("ok");
        assertThat(said.at("/print/streams").asText()).contains("hello").contains("there");
        assertThat(said.at("/display/data/0/text~1html").asText()).isEqualTo("<b>bold</b>");
        assertThat(said.at("/display/updates").asInt()).isEqualTo(1);
        assertThat(said.at("/compile/reply/ename").asText()).isEqualTo("CompilationError");
        assertThat(said.at("/compile/error/traceback/1").asText()).isEqualTo("line 2: int wrong = \"text\";");
        assertThat(said.at("/thrown/reply/ename").asText()).isEqualTo("ArithmeticException");
        assertThat(said.at("/thrown/error/traceback").toString())
                .contains("line 5")
                .doesNotContain("jshell");
        assertThat(said.at("/incomplete/reply/ename").asText()).isEqualTo("IncompleteSource");
        assertThat(said.at("/stdin/status").asText()).isEqualTo("incomplete");
        assertThat(said.at("/complete/status").asText()).isEqualTo("complete");
        assertThat(said.at("/completion/matches").toString()).contains("toUpperCase(");
        assertThat(said.at("/inspection/found").asBoolean()).isTrue();
        queueIsAborted(said);
        interruptsLeaveTheState(said);
    }

    private static void queueIsAborted(JsonNode said) {
        assertThat(status(said.get("failed"))).isEqualTo("error");
        assertThat(said.at("/aborted/0/status").asText()).isEqualTo("aborted");
        assertThat(said.at("/aborted/1/status").asText()).isEqualTo("aborted");
        assertThat(text(said.get("after"))).isEqualTo("45");
    }

    private static void interruptsLeaveTheState(JsonNode said) {
        for (String cell : List.of("sleep", "loop", "again")) {
            assertThat(status(said.get(cell))).as(cell).isEqualTo("error");
            assertThat(said.at("/" + cell + "/reply/ename").asText()).as(cell).isEqualTo("Interrupted");
            assertThat(said.at("/" + cell + "/seconds").asDouble()).as(cell).isLessThan(30);
        }
        for (String cell : List.of("state", "unknown", "exact")) {
            assertThat(text(said.get(cell))).as(cell).isEqualTo("41");
        }
    }

    /** {@code python3 client.py starts 100} does a hundred. */
    @Test
    void everyStartSucceeds() throws Exception {
        JsonNode said = client("starts", "5");

        assertThat(said.get("failures")).isEmpty();
    }

    @Test
    void kernelEndsWithTheProcessThatStartedIt() throws Exception {
        long pid = client("orphan").get("pid").asLong();

        boolean ended = ProcessHandle.of(pid).isEmpty()
                || ProcessHandle.of(pid).get().onExit().get(60, TimeUnit.SECONDS) != null;
        assertThat(ended).isTrue();
    }
}
