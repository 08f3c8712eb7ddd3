package org.ditlab.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.ditlab.run.ProgressDisplay;
import org.ditlab.run.StageContext;
import org.ditlab.run.watch.StudyState;
import org.ditlab.run.watch.TrialState;
import org.ditlab.store.RunCommand;
import org.ditlab.store.TrialStatus;

/** Where a study stands, as a person reads it. */
final class StatusText {
    /** A worker that has been silent for longer is worth a word. */
    private static final double SILENCE = 30;

    private StatusText() {}

    /** A line for each trial, and one for the study. */
    static void print(StudyState state, PrintWriter out) {
        int width = state.trials().stream()
                .mapToInt(trial -> trial.variant().length())
                .max()
                .orElse(1);
        for (TrialState trial : state.trials()) {
            String line = String.format(
                    "%s  %-" + width + "s  seed %-3s  %-8s  %s of %s stages  %s",
                    trial.id(),
                    trial.variant(),
                    trial.replicate(),
                    trial.status().word(),
                    trial.stagesDone(),
                    trial.stages(),
                    String.join(", ", facts(trial)));
            out.println(line.stripTrailing());
        }
        if (state.trials().isEmpty()) {
            out.println(state.name() + ": " + TrialStatus.counts(state::count));
            return;
        }
        out.println();
        String left = state.secondsLeft() == null ? "" : ", about " + clock(state.secondsLeft()) + " left";
        out.println(state.name() + ": " + TrialStatus.counts(state::count) + "; " + Math.round(100 * state.fraction())
                + " %" + left);
        if (state.count(TrialStatus.FAILED) > 0 && !state.command().isEmpty()) {
            out.println(RunCommand.AGAIN + state.command());
        }
    }

    /** {@code base seed 1: done, FID 383.2}. */
    static String line(TrialState trial) {
        List<String> facts = facts(trial);
        return trial.variant() + " seed " + trial.replicate() + ": "
                + trial.status().word() + (facts.isEmpty() ? "" : ", " + String.join(", ", facts));
    }

    private static List<String> facts(TrialState trial) {
        List<String> facts = new ArrayList<>();
        if (!trial.stage().isEmpty()) {
            String place =
                    trial.total() == 0 ? trial.stage() : trial.stage() + " " + trial.step() + "/" + trial.total();
            facts.add(trial.status() == TrialStatus.PLANNED ? "stopped in " + place : place);
        }
        if (trial.rate() != null) {
            facts.add(StageContext.text(trial.loss(), trial.rate()));
        }
        if (!trial.note().isEmpty()) {
            facts.add(trial.note());
        }
        if (trial.secondsLeft() != null) {
            facts.add(clock(trial.secondsLeft()) + " left");
        }
        if (!trial.host().isEmpty()) {
            facts.add("on " + trial.host());
        }
        if (trial.silence() != null && trial.silence() > SILENCE) {
            facts.add("last sign of life " + clock(trial.silence()) + " ago");
        }
        trial.shown().forEach((label, value) -> facts.add(label + " " + value));
        return facts;
    }

    private static String clock(double seconds) {
        return ProgressDisplay.clock(Duration.ofSeconds(Math.round(seconds)));
    }
}
