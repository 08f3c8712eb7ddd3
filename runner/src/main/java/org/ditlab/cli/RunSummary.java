package org.ditlab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.run.ProgressDisplay;
import org.ditlab.store.JsonFile;
import org.ditlab.store.RunCommand;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.StudyResults;
import org.ditlab.store.TrialResult;
import org.ditlab.store.TrialStatus;
import org.ditlab.study.StudyException;

/**
 * The end of a run in a table: trials by variant and status, then what failed, why, and what runs it again.
 *
 * @param counts trials by variant and status
 * @param failures variant, seed and reason
 * @param stopped variant, seed and place of the trials that early stopping ended
 * @param command what runs again only what has no result; empty where it is not known
 * @param refused whether every failure is the input's fault
 */
record RunSummary(
        Map<String, Map<TrialStatus, Integer>> counts,
        List<String> failures,
        List<String> stopped,
        String command,
        boolean refused) {
    private static final int BAD_INPUT = 2;

    /** More variants than these are shown only where something is left to say of them. */
    private static final int ROWS = 20;

    static RunSummary of(StudyResults results, StudyDirectory study) {
        Map<String, Map<TrialStatus, Integer>> counts = new LinkedHashMap<>();
        List<String> failures = new ArrayList<>();
        List<String> stopped = new ArrayList<>();
        boolean refused = true;
        for (TrialResult trial : results.trials()) {
            String variant = ProgressDisplay.plain(trial.variant());
            counts.computeIfAbsent(variant, name -> new LinkedHashMap<>()).merge(trial.status(), 1, Integer::sum);
            if (trial.stopped() != null) {
                stopped.add(variant + " seed " + trial.replicate() + " "
                        + trial.stopped().text());
            }
            if (trial.status() == TrialStatus.FAILED) {
                Map<String, Object> failure = failure(study, trial);
                failures.add(variant + " seed " + trial.replicate() + ": "
                        + ProgressDisplay.plain(String.valueOf(failure.get("reason"))));
                refused &= failure.get("exit_code") instanceof Integer code && code == BAD_INPUT;
            }
        }
        return new RunSummary(
                counts, failures, stopped, study.command().map(RunCommand::line).orElse(""), refused);
    }

    private static Map<String, Object> failure(StudyDirectory study, TrialResult trial) {
        try {
            return JsonFile.read(study.trial(trial.hash()).failureFile());
        } catch (IOException | StudyException damaged) {
            return Map.of("reason", "the reason cannot be read");
        }
    }

    void print(PrintWriter out) {
        List<TrialStatus> columns = new ArrayList<>();
        for (TrialStatus status : TrialStatus.values()) {
            if (counts.values().stream().anyMatch(row -> row.containsKey(status))) {
                columns.add(status);
            }
        }
        int width = counts.keySet().stream().mapToInt(String::length).max().orElse(0);
        StringBuilder head = new StringBuilder(String.format("  %-" + Math.max(width, 7) + "s", "variant"));
        columns.forEach(status -> head.append(String.format("  %8s", status.word())));
        out.println(head);
        boolean all = counts.size() <= ROWS;
        counts.forEach((variant, row) -> {
            if (all || row.size() > 1 || !row.containsKey(TrialStatus.DONE)) {
                StringBuilder line = new StringBuilder(String.format("  %-" + Math.max(width, 7) + "s", variant));
                columns.forEach(status -> line.append(String.format(
                        "  %8s", row.containsKey(status) ? row.get(status).toString() : "-")));
                out.println(line);
            }
        });
        if (!all) {
            out.println("  variants that are not shown are done");
        }
        stopped.stream().limit(ROWS).forEach(trial -> out.println("  stopped early: " + trial));
        if (stopped.size() > ROWS) {
            out.println("  stopped early: " + (stopped.size() - ROWS) + " more");
        }
        failures.forEach(failure -> out.println("  failed: " + failure));
        if (!failures.isEmpty() && !command.isEmpty()) {
            out.println("  " + (refused ? RunCommand.AGAIN_ONCE_MENDED : RunCommand.AGAIN)
                    + ProgressDisplay.plain(command));
        }
        out.flush();
    }
}
