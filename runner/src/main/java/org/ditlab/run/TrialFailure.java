package org.ditlab.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ditlab.run.exec.WorkerCommand;
import org.ditlab.store.JsonFile;
import org.ditlab.store.MetricLog;
import org.ditlab.store.TrialDirectory;
import org.ditlab.tensor.OutOfMemoryException;

/**
 * Why a worker ended without a result, as the trial's directory keeps it.
 *
 * @param trial its hash
 * @param exitCode the worker's
 * @param reason in words
 * @param tail the last lines the worker wrote
 */
record TrialFailure(String trial, int exitCode, String reason, List<String> tail) {
    /** As a shell counts: 128 and the signal. */
    private static final int KILLED = 128 + 9;

    /** What the JVM ends with when its heap is full, see {@code -XX:+ExitOnOutOfMemoryError}. */
    private static final int HEAP_FULL = 3;

    private static final String HEAP_WORDS = "java.lang.OutOfMemoryError: ";
    private static final int FAILED = 1;
    private static final int BAD_INPUT = 2;

    /** What a worker ends with whose training has no memory for one image at a time. */
    private static final int NO_MEMORY = 4;

    private static final int TAIL_LINES = 12;
    private static final int TAIL_BYTES = 16_384;

    /** @param problem what the worker itself said; empty when it had no time to */
    static TrialFailure of(String trial, int exitCode, String problem, List<String> tail) {
        return new TrialFailure(trial, exitCode, problem.isEmpty() ? reason(exitCode, tail) : problem, tail);
    }

    private static String reason(int exitCode, List<String> tail) {
        if (exitCode == HEAP_FULL) {
            for (String line : tail) {
                if (line.contains(HEAP_WORDS)) {
                    return "the worker's Java heap is full (" + line.substring(line.indexOf(HEAP_WORDS))
                            + "), for which a smaller micro-batch is no cure: give workers more than -Xmx"
                            + WorkerCommand.heap() + ", as with DITLAB_WORKER_HEAP=4g in front of the command";
                }
            }
        }
        return exitCode == KILLED
                ? "the worker was killed (signal 9, exit code " + exitCode + ")"
                : "the worker ended with exit code " + exitCode;
    }

    /** Whether the trial's input is at fault. */
    boolean refused() {
        return exitCode == BAD_INPUT;
    }

    /** What a worker ends with that memory did not suffice for. */
    static int exitCode(OutOfMemoryException shortage) {
        return shortage instanceof SmallestBatchException ? NO_MEMORY : FAILED;
    }

    /** Whether a worker has said itself why it failed, by an exit code that it chose. */
    static boolean told(int exitCode) {
        return exitCode == FAILED || exitCode == BAD_INPUT || exitCode == NO_MEMORY;
    }

    /** Whether another attempt would end in the same way. */
    boolean certain() {
        return refused()
                || exitCode == NO_MEMORY
                || exitCode == HEAP_FULL && tail.stream().anyMatch(line -> line.contains(HEAP_WORDS));
    }

    /** Whether the worker had no chance to say anything. */
    boolean killed() {
        return exitCode == KILLED;
    }

    /**
     * The same where memory is thought to be the reason.
     *
     * @param half what its training goes on with, if that is a cure
     */
    TrialFailure forMemory(Optional<MicroBatch> half) {
        String next = half.map(smaller -> "; its training goes on with a micro-batch of " + smaller.images())
                .orElse("; more memory helps, or fewer trials at once (--workers 1)");
        return new TrialFailure(trial, exitCode, reason + ", probably for want of memory" + next, tail);
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
