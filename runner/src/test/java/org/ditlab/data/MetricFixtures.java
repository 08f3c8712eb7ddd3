package org.ditlab.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.ditlab.fixtures.Fixtures;

/**
 * The reference values for metrics: the folder of {@code -Dditlab.fixturesMetrics}, else the one beside the repository, else
 * the copied subset, which has fewer cases in the same form.
 */
public final class MetricFixtures {
    private MetricFixtures() {}

    /** A file or folder of the fixtures. */
    public static Path file(String name) {
        return Fixtures.root("ditlab.fixturesMetrics", "fixtures-metrics").resolve(name);
    }

    public static JsonNode json(String name) throws IOException {
        return Fixtures.json(file(name));
    }
}
