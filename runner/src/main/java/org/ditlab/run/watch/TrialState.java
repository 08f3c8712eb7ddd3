package org.ditlab.run.watch;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ditlab.run.RunProgress;
import org.ditlab.run.StageContext;
import org.ditlab.run.TrialLine;
import org.ditlab.store.TrialStatus;
import org.jspecify.annotations.Nullable;

/**
 * Where one trial stands.
 *
 * @param hash full hash
 * @param replicate 1 for the first seed
 * @param stagesDone of {@code stages}
 * @param stage the one that is worked on, {@code train} or {@code sample@500}; empty unless it runs or was stopped on the way
 * @param step units of {@code total}
 * @param total 0 where none are counted
 * @param loss of the last step, or null
 * @param rate images per second, or null
 * @param secondsLeft of the whole trial, or null where nothing has been measured
 * @param host where its worker runs; empty unless it runs
 * @param silence seconds since its worker last wrote how far it is, or null
 * @param note why it failed, or what it does besides counting
 * @param metrics the numbers of its result by key; empty while there is none
 * @param curve the id of its training stage, whose loss can be drawn; empty without one
 * @param samples whether there is a grid of samples
 */
public record TrialState(
        String hash,
        String variant,
        int replicate,
        TrialStatus status,
        int stagesDone,
        int stages,
        String stage,
        long step,
        long total,
        @Nullable Double loss,
        @Nullable Double rate,
        @Nullable Double secondsLeft,
        String host,
        @Nullable Double silence,
        String note,
        Map<String, Number> metrics,
        String curve,
        boolean samples) {
    /** The first 12 hex digits. */
    public String id() {
        return hash.substring(0, 12);
    }

    /** The columns of {@code status}, by name, in order; null where there is nothing to say. */
    public Map<String, @Nullable Object> columns() {
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        columns.put("trial", id());
        columns.put("variant", variant);
        columns.put("replicate", replicate);
        columns.put("status", status.word());
        columns.put("stages_done", stagesDone);
        columns.put("stages", stages);
        columns.put("note", note);
        columns.put("stage", stage);
        columns.put("step", stage.isEmpty() ? null : step);
        columns.put("total", stage.isEmpty() ? null : total);
        columns.put("loss", loss);
        columns.put("images_per_second", rate);
        columns.put("seconds_left", secondsLeft);
        columns.put("host", host);
        columns.put("seconds_since_progress", silence);
        return columns;
    }

    /** The metrics of the last weights as a person reads them, see {@link TrialLine#metrics}. */
    public Map<String, String> shown() {
        return TrialLine.metrics(metrics);
    }

    /** As a run would show it. */
    RunProgress.Row row() {
        return new RunProgress.Row(
                variant,
                replicate,
                stage,
                step,
                total,
                rate == null ? note : StageContext.text(loss, rate),
                StudyState.duration(secondsLeft));
    }
}
