package org.ditlab.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.Stage;

/** The directory of one stage: what it is, its outputs, its attempts, and {@code result.json} once it is done. */
public record StageDirectory(Path path) {
    private static final String ATTEMPT = "attempt-";

    /** Whether the result is there; it appears whole. */
    public boolean done() {
        return Files.isRegularFile(resultFile());
    }

    public Path resultFile() {
        return path.resolve("result.json");
    }

    public Map<String, Object> result() throws IOException {
        return JsonFile.read(resultFile());
    }

    /** Writes {@code stage.json}, which says what the stage is; for the holder of its lock. */
    public void describe(Stage stage) throws IOException {
        if (!Files.exists(descriptionFile())) {
            Map<String, Object> description = new LinkedHashMap<>();
            description.put("stage", stage.hash());
            description.put("kind", stage.kind().word());
            description.put("uses", stage.uses());
            description.put("identity", stage.identity());
            JsonFile.write(descriptionFile(), description);
        }
    }

    /** What {@link #describe} wrote; empty where it is missing or damaged. */
    public Optional<Map<String, Object>> description() throws IOException {
        try {
            return Optional.of(JsonFile.read(descriptionFile()));
        } catch (NoSuchFileException | StudyException unknown) {
            return Optional.empty();
        }
    }

    private Path descriptionFile() {
        return path.resolve("stage.json");
    }

    /** The numbers of the attempts so far, in order. */
    public List<Integer> attempts() throws IOException {
        List<Integer> numbers = new ArrayList<>();
        if (Files.isDirectory(path)) {
            try (Stream<Path> entries = Files.list(path)) {
                entries.map(entry -> entry.getFileName().toString())
                        .filter(name -> name.matches(ATTEMPT + "[0-9]{1,9}"))
                        .map(name -> Integer.valueOf(name.substring(ATTEMPT.length())))
                        .sorted()
                        .forEach(numbers::add);
            }
        }
        return numbers;
    }

    public Path attempt(int number) {
        return path.resolve(ATTEMPT + number);
    }

    /** Makes the directory of the next attempt; for the holder of the stage's lock. */
    public int newAttempt() throws IOException {
        List<Integer> earlier = attempts();
        int next = earlier.isEmpty() ? 1 : earlier.get(earlier.size() - 1) + 1;
        Files.createDirectory(attempt(next));
        return next;
    }

    /**
     * The rows of all attempts' {@code metrics.jsonl} by step: what a later attempt repeated after its checkpoint replaces
     * the earlier row. Rows without a step stand in none; a line that cannot be read is named on standard error.
     */
    public List<Map<String, Object>> curve() throws IOException {
        NavigableMap<Long, Map<String, Object>> byStep = new TreeMap<>();
        for (int attempt : attempts()) {
            List<Map<String, Object>> rows = MetricLog.read(
                    attempt(attempt).resolve("metrics.jsonl"),
                    bad -> System.err.println(bad.getMessage() + "; it is passed over"));
            for (Map<String, Object> row : rows) {
                if (row.get("step") instanceof Number step) {
                    byStep.put(step.longValue(), row);
                }
            }
        }
        return List.copyOf(byStep.values());
    }

    /** One metric of {@link #curve()} by step, its finite values; many times faster than all of a long log. */
    public NavigableMap<Long, Double> curve(String metric) throws IOException {
        NavigableMap<Long, Double> values = new TreeMap<>();
        for (int attempt : attempts()) {
            MetricLog.read(
                    attempt(attempt).resolve("metrics.jsonl"),
                    metric,
                    values,
                    bad -> System.err.println(bad.getMessage() + "; it is passed over"));
        }
        return values;
    }
}
