package org.ditlab.summary;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;

/** Reads a study directory into a {@link StudySummary}; never writes. */
public final class StudyReader {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private StudyReader() {}

    /**
     * Reads everything but curves and samples.
     *
     * @param directory holds {@code study.json} and {@code trials/}
     * @throws StudyException when it is no study directory, has no trials, or holds a file that is no JSON
     */
    public static StudySummary read(Path directory) throws IOException {
        Path specification = directory.resolve("study.json");
        if (!Files.isRegularFile(specification)) {
            throw new StudyException(directory + ": no study here (study.json is missing); "
                    + "name a study that was run, or its directory");
        }
        JsonNode spec = tree(specification);
        String name = spec.path("name").isTextual()
                ? spec.path("name").asText()
                : directory.toAbsolutePath().normalize().getFileName().toString();
        Map<String, List<TrialSummary>> byVariant = new HashMap<>();
        for (Path trial : children(directory.resolve("trials"))) {
            if (Files.isRegularFile(trial.resolve("trial.json"))) {
                TrialSummary read = trial(directory, trial);
                byVariant
                        .computeIfAbsent(read.variant(), variant -> new ArrayList<>())
                        .add(read);
            }
        }
        if (byVariant.isEmpty()) {
            throw new StudyException(directory + ": no trials yet; run the study first: ditlab run " + name);
        }
        List<VariantSummary> variants = new ArrayList<>();
        for (String variant : order(spec, byVariant.keySet().stream().sorted().toList())) {
            List<TrialSummary> trials = byVariant.get(variant);
            trials.sort(Comparator.comparingInt(TrialSummary::replicate).thenComparing(TrialSummary::hash));
            variants.add(new VariantSummary(variant, trials));
        }
        return new StudySummary(
                name,
                JSON.writer(new DefaultPrettyPrinter()
                                .withArrayIndenter(new DefaultIndenter("  ", "\n"))
                                .withObjectIndenter(new DefaultIndenter("  ", "\n")))
                        .writeValueAsString(spec),
                variants,
                Protocol.of(variants),
                provenance(directory));
    }

    private static TrialSummary trial(Path study, Path directory) throws IOException {
        JsonNode trial = tree(directory.resolve("trial.json"));
        Path resultFile = directory.resolve("result.json");
        JsonNode result = Files.isRegularFile(resultFile) ? tree(resultFile) : JSON.createObjectNode();
        return new TrialSummary(
                trial.path("trial").asText(),
                trial.path("variant").asText(),
                trial.path("replicate").asInt(1),
                trial.path("seed").asLong(),
                status(result.path("status").asText()),
                map(trial.path("settings")),
                map(trial.path("cost")),
                map(result.path("metrics")),
                map(result.path("timing")),
                map(result.path("protocol")),
                stage(study, trial, "train"),
                stage(study, trial, "sample"));
    }

    private static TrialStatus status(String word) {
        return switch (word) {
            case "done" -> TrialStatus.DONE;
            case "diverged" -> TrialStatus.DIVERGED;
            default -> TrialStatus.UNFINISHED;
        };
    }

    private static @Nullable Path stage(Path study, JsonNode trial, String kind) {
        for (JsonNode stage : trial.path("stages")) {
            String id = stage.path("id").asText();
            if (stage.path("kind").asText().equalsIgnoreCase(kind) && id.matches("[A-Za-z0-9-]+")) {
                return study.resolve("stages").resolve(id);
            }
        }
        return null;
    }

    /** The variants as the specification first names them; what it does not name follows by name, the untrained model last. */
    private static List<String> order(JsonNode spec, List<String> variants) {
        Map<String, Integer> position = new HashMap<>();
        position(spec, position);
        return variants.stream()
                .sorted(Comparator.comparing((String variant) -> variant.equals(VariantSummary.UNTRAINED))
                        .thenComparing(variant -> position.getOrDefault(variant, Integer.MAX_VALUE)))
                .toList();
    }

    private static void position(JsonNode node, Map<String, Integer> position) {
        if (node.isTextual()) {
            position.putIfAbsent(node.asText(), position.size());
        }
        node.fieldNames().forEachRemaining(field -> {
            position.putIfAbsent(field, position.size());
            position(node.get(field), position);
        });
        if (node.isArray()) {
            node.forEach(child -> position(child, position));
        }
    }

    private static Map<String, Map<String, Integer>> provenance(Path directory) throws IOException {
        Map<String, Map<String, Integer>> counts = new TreeMap<>();
        for (Path stage : children(directory.resolve("stages"))) {
            for (Path attempt : children(stage)) {
                Path file = attempt.resolve("provenance.json");
                if (Files.isRegularFile(file)) {
                    flatten("", tree(file), counts);
                }
            }
        }
        return counts;
    }

    private static void flatten(String prefix, JsonNode node, Map<String, Map<String, Integer>> counts) {
        if (node.isObject()) {
            node.fieldNames()
                    .forEachRemaining(field -> flatten(
                            prefix.isEmpty() ? field : prefix + "." + field, node.get(field), counts));
        } else {
            counts.computeIfAbsent(prefix, key -> new TreeMap<>())
                    .merge(node.isValueNode() ? node.asText() : node.toString(), 1, Integer::sum);
        }
    }

    private static Map<String, Object> map(JsonNode node) {
        Map<String, Object> map = new LinkedHashMap<>();
        node.fieldNames().forEachRemaining(field -> {
            Object value = JSON.convertValue(node.get(field), Object.class);
            if (value != null) {
                map.put(field, value);
            }
        });
        return map;
    }

    private static JsonNode tree(Path file) throws IOException {
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new StudyException(file + ": is not JSON (" + e.getOriginalMessage()
                    + "); it was damaged after it was written: delete its folder and run the study again");
        }
    }

    private static List<Path> children(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.filter(Files::isDirectory).sorted().toList();
        }
    }
}
