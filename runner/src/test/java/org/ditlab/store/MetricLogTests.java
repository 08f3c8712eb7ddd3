package org.ditlab.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
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
}
