package org.ditlab.run.halving;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.ditlab.store.JsonFile;
import org.ditlab.store.StageDirectory;
import org.ditlab.study.StudyException;

/**
 * {@code rung-<step>.json} of a training: its values at that step by metric. They follow from the training alone, not from any
 * policy.
 */
final class RungFile {
    private static final String DIVERGED = "diverged";

    private RungFile() {}

    /** A training's value; NaN where it diverged on the way; empty where it has not come there, or measured something else. */
    static OptionalDouble read(StageDirectory stage, long step, String metric) throws IOException {
        Map<String, Object> json = json(file(stage, step));
        if (Boolean.TRUE.equals(json.get(DIVERGED))) {
            return OptionalDouble.of(Double.NaN);
        }
        return value(json, metric);
    }

    private static OptionalDouble value(Map<String, Object> json, String metric) {
        if (json.get(metric) instanceof Number number) {
            return OptionalDouble.of(number.doubleValue());
        }
        return json.containsKey(metric) ? OptionalDouble.of(Double.NaN) : OptionalDouble.empty();
    }

    /** A training's own value, whether or not an earlier attempt diverged on the way. */
    static OptionalDouble own(StageDirectory stage, long step, String metric) throws IOException {
        return value(json(file(stage, step)), metric);
    }

    /** Takes back that a training diverged before a step: a later attempt has come there. */
    static void passed(StageDirectory stage, long step) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>(json(file(stage, step)));
        if (json.remove(DIVERGED) != null) {
            JsonFile.write(file(stage, step), json);
        }
    }

    /** Adds a value to what the file has. */
    static void write(StageDirectory stage, long step, String metric, double value) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>(json(file(stage, step)));
        json.put("step", step);
        json.put(metric, Double.isFinite(value) ? (Object) value : "not a number");
        JsonFile.write(file(stage, step), json);
    }

    static void diverged(StageDirectory stage, long step) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>(json(file(stage, step)));
        json.put("step", step);
        json.put(DIVERGED, true);
        JsonFile.write(file(stage, step), json);
    }

    /** Makes the values of a training with the same first steps another's, up to a step. */
    static void copy(StageDirectory from, StageDirectory to, List<Integer> rungs, long last) throws IOException {
        for (int rung : rungs) {
            Map<String, Object> json = rung <= last ? json(file(from, rung)) : Map.of();
            if (!json.isEmpty()) {
                JsonFile.write(file(to, rung), json);
            }
        }
    }

    private static Map<String, Object> json(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return Map.of();
        }
        try {
            return JsonFile.read(file);
        } catch (StudyException damaged) {
            // It is measured again, or does not count.
            return Map.of();
        }
    }

    private static Path file(StageDirectory stage, long step) {
        return stage.path().resolve("rung-" + step + ".json");
    }
}
