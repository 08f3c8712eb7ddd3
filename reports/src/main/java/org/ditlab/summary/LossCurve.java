package org.ditlab.summary;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The training loss of one trial by step, over all its attempts.
 *
 * @param loss finite values by step; where attempts overlap, the latest attempt's
 */
public record LossCurve(TreeMap<Integer, Double> loss) {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    /** Reads the {@code metrics.jsonl} of every attempt of a train stage; empty where there is none yet. */
    public static LossCurve read(Path stage) throws IOException {
        Map<Integer, Path> attempts = new TreeMap<>();
        if (Files.isDirectory(stage)) {
            try (Stream<Path> paths = Files.list(stage)) {
                paths.forEach(path -> {
                    String name = path.getFileName().toString();
                    if (name.matches("attempt-\\d{1,9}")) {
                        attempts.put(Integer.parseInt(name.substring("attempt-".length())), path);
                    }
                });
            }
        }
        TreeMap<Integer, Double> loss = new TreeMap<>();
        for (Path attempt : attempts.values()) {
            Path file = attempt.resolve("metrics.jsonl");
            if (Files.isRegularFile(file)) {
                TreeMap<Integer, Double> rows = rows(Files.readAllBytes(file));
                if (!rows.isEmpty()) {
                    loss.tailMap(rows.firstKey(), true).clear();
                    loss.putAll(rows);
                }
            }
        }
        return new LossCurve(loss);
    }

    private static TreeMap<Integer, Double> rows(byte[] text) throws IOException {
        TreeMap<Integer, Double> rows = new TreeMap<>();
        int start = 0;
        // A writer may be in the middle of its last line: only what ends with a newline is read.
        for (int end = 0; end < text.length; end++) {
            if (text[end] == '\n') {
                if (end > start + 1) {
                    row(text, start, end - start, rows);
                }
                start = end + 1;
            }
        }
        return rows;
    }

    private static void row(byte[] text, int offset, int length, TreeMap<Integer, Double> rows) throws IOException {
        int step = -1;
        double loss = Double.NaN;
        try (JsonParser parser = JSON.createParser(text, offset, length)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (field.equals("step") && value == JsonToken.VALUE_NUMBER_INT) {
                    step = parser.getIntValue();
                } else if (field.equals("loss") && value.isNumeric()) {
                    loss = parser.getDoubleValue();
                } else {
                    parser.skipChildren();
                }
            }
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new org.ditlab.study.StudyException("metrics.jsonl holds a line that is not JSON: "
                    + new String(text, offset, Math.min(length, 80), StandardCharsets.UTF_8)
                    + "; it was damaged after it was written: delete its stage's folder and run the study again");
        }
        if (step >= 0 && Double.isFinite(loss)) {
            rows.put(step, loss);
        }
    }
}
