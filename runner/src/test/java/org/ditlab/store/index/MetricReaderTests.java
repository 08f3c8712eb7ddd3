package org.ditlab.store.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.ditlab.store.MetricLog;
import org.ditlab.store.StageDirectory;
import org.ditlab.store.StudyDirectory;

/** The reader of metric logs against arbitrary bytes, and the index against {@link StageDirectory#curve}. */
class MetricReaderTests {
    private Path directory;

    @BeforeProperty
    void makeDirectory() throws IOException {
        directory = Files.createTempDirectory("ditlab-reader-");
    }

    @AfterProperty
    void deleteDirectory() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Provide
    Arbitrary<String> lines() {
        return Arbitraries.of(
                "{\"step\":1,\"loss\":0.5}",
                "{\"loss\":1e-3,\"step\":2,\"mse\":3}",
                "{\"step\":3,\"loss\":\"NaN\",\"text\":\"x\",\"list\":[1,{\"step\":9}]}",
                "{\"step\":1,\"loss\":1,\"loss\":2}",
                "{\"loss\":4}",
                "{\"step\":\"7\"}",
                "{\"step\":12345678901234567890123}",
                "{\"step\":4,\"loss\":1}{\"step\":5,\"loss\":1}",
                "{\"step\":4,\"lo",
                "{\"step\":5,\"loss\":}",
                "[1,2]",
                "null",
                "",
                "\u0000\u00ff",
                "{\"step\":6,\"\u00e4\":-1.5}");
    }

    @Provide
    Arbitrary<List<String>> logs() {
        return lines().list().ofMaxSize(30);
    }

    @Property(tries = 300)
    void readingInTwoPartsIsReadingAtOnce(@ForAll("logs") List<String> lines, @ForAll @IntRange(max = 400) int cut)
            throws IOException {
        byte[] bytes = (String.join("\n", lines) + "\n{\"step\":").getBytes(StandardCharsets.UTF_8);
        Path file = directory.resolve("log");
        Files.write(file, bytes);
        List<String> whole = new ArrayList<>();
        long skipped;
        try (MetricReader reader = new MetricReader(file, 1, 0, 0)) {
            collect(reader, whole);
            skipped = reader.skipped();
            assertThat(reader.rows() + reader.skipped()).isEqualTo(reader.lines());
        }

        List<String> parts = new ArrayList<>();
        Files.write(file, Arrays.copyOf(bytes, Math.min(cut, bytes.length)));
        try (MetricReader first = new MetricReader(file, 1, 0, 0)) {
            collect(first, parts);
            long prefix = first.prefix(first.position());
            Files.write(file, bytes);
            try (MetricReader second = new MetricReader(file, 1, first.position(), first.lines())) {
                assertThat(second.prefix(first.position())).isEqualTo(prefix);
                collect(second, parts);
                assertThat(first.skipped() + second.skipped()).isEqualTo(skipped);
            }
        }
        assertThat(parts).isEqualTo(whole);
    }

    @Property(tries = 300)
    void anyBytesCanBeRead(@ForAll byte[] bytes) throws IOException {
        Path file = directory.resolve("bytes");
        Files.write(file, bytes);
        long newlines = 0;
        for (byte one : bytes) {
            newlines += one == '\n' ? 1 : 0;
        }
        try (MetricReader reader = new MetricReader(file, 1, 0, 0)) {
            collect(reader, new ArrayList<>());
            assertThat(reader.lines()).isEqualTo(newlines);
        }
    }

    @Property(tries = 40)
    void theIndexHasTheCurveThatTheFilesHave(
            @ForAll("attempts") List<List<Integer>> attempts, @ForAll @IntRange(max = 3) int refreshes)
            throws IOException {
        Path root = Files.createTempDirectory(directory, "study");
        StudyDirectory study = StudyDirectory.create(root);
        study.writePlan(Map.of("study", "s"), List.of());
        StageDirectory stage = study.stage("train-0123456789ab");
        Files.createDirectories(stage.path());
        try (StudyIndex index = StudyIndex.open(root)) {
            int number = 0;
            for (List<Integer> steps : attempts) {
                Path attempt = stage.attempt(stage.newAttempt());
                try (MetricLog log = MetricLog.append(attempt.resolve("metrics.jsonl"))) {
                    for (int step : steps) {
                        Map<String, Object> row = new TreeMap<>(Map.of("step", step, "a", number++));
                        if (number % 3 > 0) {
                            row.put("b", -number);
                        }
                        log.write(row);
                        if (number % 4 < refreshes) {
                            index.refresh();
                        }
                    }
                }
            }
            index.refresh();

            List<String> expected = new ArrayList<>();
            for (Map<String, Object> row : stage.curve()) {
                for (String name : List.of("a", "b")) {
                    if (row.get(name) instanceof Number value) {
                        expected.add(row.get("step") + " " + name + " " + value.doubleValue());
                    }
                }
            }
            assertThat(index.query("select step || ' ' || name || ' ' || value from metric order by step, name")
                            .rows())
                    .extracting(row -> row.get(0))
                    .isEqualTo(expected);
            assertThat(index.query("""
                            select e.points, e.last, e.least, e.greatest from extent e order by metric""")).isEqualTo(index.query("""
                            select count(*) as points, (select value from point q where q.metric = p.metric \
                            order by step desc limit 1) as last, min(value) as least, max(value) as greatest \
                            from point p group by metric order by metric"""));
        }
    }

    @Provide
    Arbitrary<List<List<Integer>>> attempts() {
        return Arbitraries.integers().between(1, 12).list().ofMaxSize(8).list().ofMaxSize(4);
    }

    private static void collect(MetricReader reader, List<String> into) throws IOException {
        for (MetricChunk chunk = reader.next(); chunk != null; chunk = reader.next()) {
            for (int row = 0; row < chunk.rows(); row++) {
                StringBuilder text = new StringBuilder().append(chunk.step(row));
                Map<String, Double> values = new TreeMap<>();
                for (MetricChunk.Column column : chunk.columns()) {
                    if (column.find(row) >= 0) {
                        values.put(column.name(), column.value(column.find(row)));
                    }
                }
                into.add(text.append(values).toString());
            }
        }
    }
}
