package org.ditlab.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import io.github.spencerpark.jupyter.kernel.display.mime.MIMEType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.ditlab.kernel.CellFailure;
import org.ditlab.kernel.RecordingKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cells of all notebooks, in this process, with trainings of a few steps: a changed API breaks no notebook unnoticed. */
class NotebookCellsTests {
    private static final List<MIMEType> TYPES = List.of(MIMEType.TEXT_HTML, MIMEType.IMAGE_PNG, MIMEType.TEXT_PLAIN);

    /** The same code with less to compute. */
    private static String quick(String source, Path studies) {
        return source.replace("\"studies-out\"", "\"" + studies + "\"")
                .replace("seed <= 2", "seed <= 1")
                .replace("\"first-study\", 100)", "\"first-study\", 40)")
                .replaceAll("random\\(\\d+,", "random(6,")
                .replaceAll("TRAIN_STEPS\\.to\\(\\d+\\)", "TRAIN_STEPS.to(4)")
                .replaceAll("MEASURE_CLASSIFIER_STEPS\\.to\\(\\d+\\)", "MEASURE_CLASSIFIER_STEPS.to(4)")
                .replaceAll("SAMPLE_STEPS\\.to\\(\\d+\\)", "SAMPLE_STEPS.to(2)")
                .replaceAll("SAMPLE_COUNT\\.to\\(\\d+\\)", "SAMPLE_COUNT.to(40)")
                .replaceAll("\\.seeds\\(\\d+\\)", ".seeds(1)");
    }

    @Test
    void everyCellRunsAndShowsWhatItDid(@TempDir Path studies) throws Exception {
        List<NotebookFile> notebooks = NotebookFile.all();
        assertThat(notebooks).hasSizeGreaterThanOrEqualTo(4);
        for (NotebookFile notebook : notebooks) {
            try (RecordingKernel kernel = new RecordingKernel(Map.of())) {
                // In a process of its own the first word of a cell does it.
                Notebook.init();
                for (JsonNode cell : notebook.cells()) {
                    String source = quick(NotebookFile.source(cell), studies);
                    try {
                        DisplayData shown = kernel.eval(source);
                        assertThat(types(shown))
                                .as("%s: what this cell shows:\n%s", notebook, source)
                                .isEqualTo(stored(cell));
                        if (source.contains("Dsl.*")) {
                            kernel.eval("out(Path.of(\"" + studies + "\"))");
                        }
                    } catch (CellFailure failure) {
                        fail("%s:\n%s\n%s", notebook, source, String.join("\n", failure.lines()));
                    }
                }
            }
        }
    }

    private static List<String> types(DisplayData shown) {
        return TYPES.stream()
                .filter(type -> shown != null && shown.hasDataForType(type))
                .map(MIMEType::toString)
                .toList();
    }

    /** The media types of the stored result. */
    private static List<String> stored(JsonNode cell) {
        Stream<JsonNode> outputs = StreamSupport.stream(cell.get("outputs").spliterator(), false);
        JsonNode data = outputs.filter(
                        output -> output.get("output_type").asText().equals("execute_result"))
                .map(output -> output.get("data"))
                .findFirst()
                .orElse(null);
        return TYPES.stream()
                .map(MIMEType::toString)
                .filter(type -> data != null && data.has(type))
                .toList();
    }

    @Test
    void storedOutputsAreRealAndOfNoMachine() {
        for (NotebookFile notebook : NotebookFile.all()) {
            int last = 0;
            for (JsonNode cell : notebook.cells()) {
                assertThat(cell.get("execution_count").asInt())
                        .as("%s", notebook)
                        .isGreaterThan(last);
                last = cell.get("execution_count").asInt();
                cell.get("outputs")
                        .forEach(output ->
                                assertThat(output.get("output_type").asText()).isNotEqualTo("error"));
            }
            assertThat(notebook.json().toString())
                    .as("%s", notebook)
                    .doesNotContain("/tmp/", "/home/", "/root/", "/work/");
        }
    }
}
