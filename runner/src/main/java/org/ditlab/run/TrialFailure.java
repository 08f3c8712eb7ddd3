package org.ditlab.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.store.JsonFile;
import org.ditlab.store.MetricLog;
import org.ditlab.store.TrialDirectory;

/**
 * Why a worker ended without a result, as the trial's directory keeps it.
 *
 * @param trial its hash
 * @param exitCode the worker's
 * @param reason in words
 * @param tail the last lines the worker wrote
 */
record TrialFailure(String trial, int exitCode, String reason, List<String> tail) {
    private static final int TAIL_LINES = 12;
    private static final int TAIL_BYTES = 16_384;

    /** @param problem what the worker itself said; empty when it had no time to */
    static TrialFailure of(String trial, int exitCode, String problem, List<String> tail) {
        return new TrialFailure(
                trial, exitCode, problem.isEmpty() ? "the worker ended with exit code " + exitCode : problem, tail);
    }

    /** With the end of the trial's log for a tail. */
    static TrialFailure withLog(String trial, int exitCode, String problem, TrialDirectory directory) {
        return of(trial, exitCode, problem, lastLines(directory.logFile()));
    }

    /** Adds it to what happened to the trial. */
    void append(TrialDirectory directory) throws IOException {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("exit_code", exitCode);
        row.put("reason", reason);
        row.put("tail", tail);
        try (MetricLog events = MetricLog.append(directory.eventsFile())) {
            events.write(row);
        }
    }

    /** Says that the trial is given up, until it is tried again. */
    void giveUp(TrialDirectory directory) throws IOException {
        Map<String, Object> failure = new LinkedHashMap<>();
        failure.put("trial", trial);
        failure.put("exit_code", exitCode);
        failure.put("reason", reason);
        JsonFile.write(directory.failureFile(), failure);
    }

    private static List<String> lastLines(Path log) {
        try {
            byte[] bytes = Files.isRegularFile(log) ? Files.readAllBytes(log) : new byte[0];
            int from = Math.max(0, bytes.length - TAIL_BYTES);
            List<String> lines = new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return List.copyOf(lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return List.of("[the log cannot be read: " + e.getMessage() + "]");
        }
    }
}
