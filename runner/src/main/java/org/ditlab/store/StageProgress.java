package org.ditlab.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;

/**
 * How far the latest attempt at a stage is, as its worker last wrote it.
 *
 * @param trial full hash of the trial whose worker does it
 * @param stage its id, {@code train-0123456789ab}
 * @param done units of {@code total}
 * @param total 0 while it is not known
 * @param begun units that were done when the attempt began to measure
 * @param seconds since then
 * @param loss of the last step, or null
 * @param rate images per second, or null
 * @param text for a person, where loss and rate do not say it
 * @param host where the worker runs
 * @param pid of the worker
 */
public record StageProgress(
        String trial,
        String stage,
        long done,
        long total,
        long begun,
        double seconds,
        @Nullable Double loss,
        @Nullable Double rate,
        String text,
        String host,
        long pid) {

    /** What the latest attempt has written; empty when there is none, or when the file is no such object. */
    public static Optional<StageProgress> read(StageDirectory stage) throws IOException {
        Optional<Path> file = file(stage);
        return file.isPresent() ? read(file.get()) : Optional.empty();
    }

    /** When the latest attempt has written it, by the clock of the file system. */
    public static Optional<FileTime> written(StageDirectory stage) throws IOException {
        Optional<Path> file = file(stage);
        return file.isPresent() && Files.exists(file.get())
                ? Optional.of(Files.getLastModifiedTime(file.get()))
                : Optional.empty();
    }

    private static Optional<Path> file(StageDirectory stage) throws IOException {
        List<Integer> attempts = stage.attempts();
        return attempts.isEmpty()
                ? Optional.empty()
                : Optional.of(stage.attempt(attempts.get(attempts.size() - 1)).resolve(ProgressFile.NAME));
    }

    private static Optional<StageProgress> read(Path file) {
        try {
            Map<String, Object> json = JsonFile.read(file);
            return Optional.of(new StageProgress(
                    String.valueOf(json.get("trial")),
                    String.valueOf(json.get("stage")),
                    Math.max(0, whole(json.get("done"))),
                    Math.max(0, whole(json.get("total"))),
                    Math.max(0, whole(json.get("begun"))),
                    json.get("seconds") instanceof Number number ? number.doubleValue() : 0,
                    real(json.get("loss")),
                    real(json.get("images_per_second")),
                    String.valueOf(json.getOrDefault("text", "")),
                    String.valueOf(json.get("host")),
                    whole(json.get("pid"))));
        } catch (IOException | StudyException absent) {
            return Optional.empty();
        }
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("trial", trial);
        json.put("stage", stage);
        json.put("done", done);
        json.put("total", total);
        json.put("begun", begun);
        json.put("seconds", seconds);
        if (loss != null) {
            json.put("loss", loss);
        }
        if (rate != null) {
            json.put("images_per_second", rate);
        }
        json.put("text", text);
        json.put("host", host);
        json.put("pid", pid);
        return json;
    }

    /** The part that is done, in [0, 1]; 0 while the total is not known. */
    public double fraction() {
        return total == 0 ? 0 : Math.min(1, (double) done / total);
    }

    private static long whole(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }

    private static @Nullable Double real(@Nullable Object value) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        return value == null ? null : Double.NaN;
    }
}
