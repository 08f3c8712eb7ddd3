package org.ditlab.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The reference values for metrics: the folder of {@code -Dditlab.fixturesMetrics}, else beside the repository. */
public final class MetricFixtures {
    private MetricFixtures() {}

    /** A file of the fixtures; the calling test is skipped where they are missing. */
    public static Path file(String name) {
        String given = System.getProperty("ditlab.fixturesMetrics", "");
        Path root = Path.of(System.getProperty("ditlab.root", "."));
        Path folder = given.isEmpty() ? root.resolveSibling("shared").resolve("fixtures-metrics") : Path.of(given);
        Assumptions.assumeTrue(Files.isDirectory(folder), "no reference values at " + folder);
        return folder.resolve(name);
    }

    public static JsonNode json(String name) throws IOException {
        return new ObjectMapper().readTree(file(name).toFile());
    }
}
