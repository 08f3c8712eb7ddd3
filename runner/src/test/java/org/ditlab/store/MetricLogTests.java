package org.ditlab.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricLogTests {
    @TempDir
    private Path directory;

    @Test
    void aReaderStopsAtTheLastNewline() throws IOException {
        Path file = directory.resolve("metrics.jsonl");
        Files.writeString(file, "{\"step\":1}\n{\"step\":2}\n{\"step\":3,\"lo");

        assertThat(MetricLog.read(file)).containsExactly(Map.of("step", 1), Map.of("step", 2));
    }

    @Test
    void aNewWriterCutsOffWhatAKilledOneLeftTorn() throws IOException {
        Path file = directory.resolve("metrics.jsonl");
        Files.writeString(file, "{\"step\":1}\n{\"st");

        try (MetricLog log = MetricLog.append(file)) {
            log.write(Map.of("step", 2));
        }

        assertThat(Files.readString(file)).isEqualTo("{\"step\":1}\n{\"step\":2}\n");
    }

    @Test
    void rowsAreThereBeforeTheLogIsClosed() throws IOException {
        Path file = directory.resolve("metrics.jsonl");
        try (MetricLog log = MetricLog.append(file)) {
            log.write(Map.of("step", 1));

            assertThat(MetricLog.read(file)).hasSize(1);
        }
    }

    @Test
    void numbersThatAreNotFiniteComeBackAsNumbers() throws IOException {
        Path file = directory.resolve("metrics.jsonl");
        try (MetricLog log = MetricLog.append(file)) {
            log.write(Map.of("loss", Double.NaN));
            log.write(Map.of("loss", Double.NEGATIVE_INFINITY));
        }

        assertThat(MetricLog.read(file))
                .extracting(row -> row.get("loss"))
                .isEqualTo(List.of(Double.NaN, Double.NEGATIVE_INFINITY));
    }

    @Test
    void aDamagedLineIsNamed() throws IOException {
        Path file = directory.resolve("metrics.jsonl");
        Files.writeString(file, "{\"step\":1}\nnonsense\n", StandardOpenOption.CREATE);

        assertThatThrownBy(() -> MetricLog.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("metrics.jsonl:2");
    }

    @Test
    void aMissingFileHasNoRows() throws IOException {
        assertThat(MetricLog.read(directory.resolve("none.jsonl"))).isEmpty();
    }

    /** One column says what all rows say, whatever stands in the log. */
    @Test
    void oneMetricIsThatOfAllRows() throws IOException {
        Path stage = Files.createDirectories(directory.resolve("train-0"));
        Files.writeString(Files.createDirectories(stage.resolve("attempt-1")).resolve("metrics.jsonl"), """
                {"step": 10, "loss": 0.5, "more": {"loss": 9}}
                {"step": 20, "more": [1, {"step": 3}], "loss": 0.25}
                {"loss": 7}
                nonsense
                {"step": 30, "loss": "NaN"}
                {"step": 40, "loss": 0.125}
                {"step": 50, "loss": 3}
                {"step": 60, "lo""");
        Files.writeString(Files.createDirectories(stage.resolve("attempt-2")).resolve("metrics.jsonl"), """
                {"step": 40, "loss": 0.0625}
                {"step": 50, "other": 1}
                """);
        StageDirectory train = new StageDirectory(stage);
        Map<Long, Double> expected = new TreeMap<>();
        for (Map<String, Object> row : train.curve()) {
            if (row.get("loss") instanceof Number loss && Double.isFinite(loss.doubleValue())) {
                expected.put(((Number) row.get("step")).longValue(), loss.doubleValue());
            }
        }

        assertThat(train.curve("loss")).isEqualTo(expected).isEqualTo(Map.of(10L, 0.5, 20L, 0.25, 40L, 0.0625));
        assertThat(train.curve("none")).isEmpty();
    }
}
