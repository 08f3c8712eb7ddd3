package org.ditlab.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ditlab.run.exec.TrialEvent;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.Trial;

/** What a run knows of the trials that are worked on, from their events. */
final class RunBoard {
    private final Workload workload;
    private final Map<String, Trial> trials;
    private final Map<String, RunProgress.Row> rows = new LinkedHashMap<>();

    RunBoard(Workload workload, Map<String, Trial> trials) {
        this.workload = workload;
        this.trials = trials;
    }

    void take(TrialEvent event) {
        Trial trial = trials.get(event.trial());
        if (event instanceof TrialEvent.Started) {
            rows.put(trial.hash(), row(trial, "", 0, 0, "starting"));
        } else if (event instanceof TrialEvent.Progress progress) {
            if (progress.total() > 0) {
                workload.progress(progress.stage(), (double) progress.done() / progress.total());
            }
            rows.put(
                    trial.hash(),
                    row(trial, label(trial, progress.stage()), progress.done(), progress.total(), progress.text()));
        } else if (event instanceof TrialEvent.Waiting waiting) {
            rows.put(trial.hash(), row(trial, label(trial, waiting.stage()), 0, 0, waiting.text()));
        } else if (event instanceof TrialEvent.StageDone done) {
            workload.done(done.stage());
        } else if (event instanceof TrialEvent.Ended
                || event instanceof TrialEvent.PutAside
                || event instanceof TrialEvent.Cancelled) {
            rows.remove(trial.hash());
        }
    }

    /** All trials; {@code open} of them have no result yet and may still get one. */
    RunProgress progress(int open, int failed, int workers) {
        List<RunProgress.Row> running = new ArrayList<>();
        rows.forEach((hash, row) -> running.add(new RunProgress.Row(
                row.variant(),
                row.replicate(),
                row.stage(),
                row.done(),
                row.total(),
                row.text(),
                workload.remaining(
                        trials.get(hash).stages().stream().map(Stage::id).toList()))));
        return new RunProgress(
                workload.fraction(),
                workload.remaining(Math.min(workers, open)),
                trials.size() - open - failed,
                failed,
                trials.size(),
                running);
    }

    /** {@code sample@500}, or the kind's word where the stage is none of the trial's, as its own lock. */
    private static String label(Trial trial, String id) {
        return trial.stages().stream()
                .filter(stage -> stage.id().equals(id))
                .findFirst()
                .map(Stage::label)
                .orElse(id.contains("-") ? id.substring(0, id.indexOf('-')) : id);
    }

    private static RunProgress.Row row(Trial trial, String stage, long done, long total, String text) {
        return new RunProgress.Row(trial.variant(), trial.replicate(), stage, done, total, text, Optional.empty());
    }
}
