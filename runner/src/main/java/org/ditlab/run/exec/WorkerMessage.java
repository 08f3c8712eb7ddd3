package org.ditlab.run.exec;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ditlab.store.JsonFile;
import org.jspecify.annotations.Nullable;

/**
 * One line from a worker to its parent: JSON after a mark, so that what a native library prints is not taken for one.
 *
 * @param stage the stage's id; empty for a problem
 * @param finished whether the stage has its result
 * @param note whether the text is for the person to keep, not to be overwritten by the next
 * @param waiting whether nothing can be done before another process has done something
 * @param problem what went wrong, or null
 */
public record WorkerMessage(
        String stage,
        boolean finished,
        long done,
        long total,
        String text,
        boolean note,
        boolean waiting,
        @Nullable String problem) {
    private static final String MARK = "@ditlab ";

    public static WorkerMessage progress(String stage, long done, long total, String text) {
        return new WorkerMessage(stage, false, done, total, text, false, false, null);
    }

    public static WorkerMessage stageDone(String stage) {
        return new WorkerMessage(stage, true, 0, 0, "", false, false, null);
    }

    /** Something a person should know of a stage. */
    public static WorkerMessage note(String stage, String text) {
        return new WorkerMessage(stage, false, 0, 0, text, true, false, null);
    }

    /** Another process works on what comes next. */
    public static WorkerMessage waiting(String stage, String text) {
        return new WorkerMessage(stage, false, 0, 0, text, false, true, null);
    }

    public static WorkerMessage failed(String problem) {
        return new WorkerMessage("", false, 0, 0, "", false, false, problem);
    }

    /** The line, without its newline. */
    public String line() {
        try {
            return MARK + JsonFile.line(json());
        } catch (IOException e) {
            throw new IllegalStateException("strings and numbers can be written as JSON", e);
        }
    }

    /** The message as an object, to be read again by {@link #of}. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("stage", stage);
        json.put("finished", finished);
        json.put("done", done);
        json.put("total", total);
        json.put("text", text);
        if (note) {
            json.put("note", true);
        }
        if (waiting) {
            json.put("waiting", true);
        }
        if (problem != null) {
            json.put("problem", problem);
        }
        return json;
    }

    /** Null when the line is no message. */
    static @Nullable WorkerMessage parse(String line) {
        if (!line.startsWith(MARK)) {
            return null;
        }
        try {
            return of(JsonFile.parse(line.substring(MARK.length()), "message"));
        } catch (IOException e) {
            return null;
        }
    }

    /** What {@link #json} made. */
    public static WorkerMessage of(Map<String, Object> json) {
        Object problem = json.get("problem");
        return new WorkerMessage(
                String.valueOf(json.get("stage")),
                Boolean.TRUE.equals(json.get("finished")),
                number(json.get("done")),
                number(json.get("total")),
                String.valueOf(json.get("text")),
                Boolean.TRUE.equals(json.get("note")),
                Boolean.TRUE.equals(json.get("waiting")),
                problem == null ? null : problem.toString());
    }

    /** What the parent of the worker of this trial says of it. */
    public TrialEvent event(String trial) {
        if (note) {
            return new TrialEvent.Note(trial, stage, text);
        }
        if (waiting) {
            return new TrialEvent.Waiting(trial, stage, text);
        }
        return finished
                ? new TrialEvent.StageDone(trial, stage)
                : new TrialEvent.Progress(trial, stage, done, total, text);
    }

    private static long number(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }
}
