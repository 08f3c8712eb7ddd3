package org.ditlab.notebook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A notebook of this house, read. */
record NotebookFile(Path path, JsonNode json) {
    private static final Path FOLDER =
            Path.of(System.getProperty("ditlab.root", "..")).resolve("notebooks");

    /** All of them, in their order. */
    static List<NotebookFile> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<NotebookFile> notebooks = new ArrayList<>();
            for (Path file : files.filter(path -> path.toString().endsWith(".ipynb"))
                    .sorted()
                    .toList()) {
                notebooks.add(read(file));
            }
            return notebooks;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static NotebookFile read(Path file) throws IOException {
        return new NotebookFile(file, new ObjectMapper().readTree(file.toFile()));
    }

    /** The cells with code. */
    List<JsonNode> cells() {
        List<JsonNode> cells = new ArrayList<>();
        json.get("cells").forEach(cell -> {
            if (cell.get("cell_type").asText().equals("code")) {
                cells.add(cell);
            }
        });
        return cells;
    }

    /** The code of a cell. */
    static String source(JsonNode cell) {
        StringBuilder source = new StringBuilder();
        cell.get("source").forEach(line -> source.append(line.asText()));
        return source.toString();
    }

    @Override
    public String toString() {
        return path.getFileName().toString();
    }
}
