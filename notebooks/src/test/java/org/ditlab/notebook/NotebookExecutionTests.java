package org.ditlab.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All notebooks as a reader runs them: by Jupyter, from the first cell to the last. */
@Tag("long")
class NotebookExecutionTests {
    private static final int MINUTES = 10;

    @Test
    void everyNotebookRunsFromTopToBottom(@TempDir Path folder) throws Exception {
        Jupyter jupyter = Jupyter.in(folder);
        for (NotebookFile notebook : NotebookFile.all()) {
            Path copy = Files.copy(notebook.path(), folder.resolve(notebook.toString()));
            // A cell that fails ends nbconvert with code 1.
            jupyter.python(
                    MINUTES,
                    List.of(
                            "-m",
                            "nbconvert",
                            "--to",
                            "notebook",
                            "--execute",
                            "--inplace",
                            "--ExecutePreprocessor.timeout=600",
                            copy.toString()));

            assertThat(NotebookFile.read(copy).cells())
                    .allSatisfy(cell ->
                            assertThat(cell.get("execution_count").asInt()).isPositive());
        }
    }
}
