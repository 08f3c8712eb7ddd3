package org.ditlab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ditlab.command.Verb;
import org.ditlab.model.inspect.Json;
import org.ditlab.run.ProgressDisplay;
import org.ditlab.run.watch.StudyState;
import org.ditlab.run.watch.StudyWatch;
import org.ditlab.run.watch.TrialState;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.TrialStatus;
import org.ditlab.store.export.Csv;
import org.ditlab.study.Text;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ditlab status STUDY}: where it stands, from its directory alone. */
@Command(name = "status", description = "Show where the trials of a study stand.", mixinStandardHelpOptions = true)
public final class StatusVerb implements Verb {
    private static final long FOLLOW_MILLIS = 2000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private StudyChoice study;

    @Mixin
    private FormatOption output;

    @Option(
            names = "--follow",
            description = "Show what runs, as `run` does, until no trial is left to do; then the list.")
    private boolean follow;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path directory = study.directory();
        StudyDirectory.open(directory);
        StudyWatch watch = new StudyWatch(directory);
        StudyState state = watch.look();
        if (follow) {
            state = follow(watch, state);
        }
        PrintWriter writer = spec.commandLine().getOut();
        switch (output.format) {
            case TEXT -> StatusText.print(state, writer);
            case CSV -> csv(state, writer);
            case JSON -> writer.print(Json.text(json(state)));
        }
        writer.flush();
        PrintWriter err = spec.commandLine().getErr();
        state.problems().forEach(problem -> err.println("ditlab: " + problem));
        err.flush();
        return state.problems().isEmpty() ? 0 : 2;
    }

    private static StudyState follow(StudyWatch watch, StudyState first) throws IOException, InterruptedException {
        StudyState state = first;
        Map<String, TrialStatus> before = statuses(first);
        try (ProgressDisplay display = RunVerb.display(first.name())) {
            while (!state.ended() && state.problems().isEmpty()) {
                display.update(state.progress());
                Thread.sleep(FOLLOW_MILLIS);
                state = watch.look();
                for (TrialState trial : state.trials()) {
                    TrialStatus was = before.getOrDefault(trial.id(), trial.status());
                    if (trial.status() != was && trial.status() != TrialStatus.PLANNED) {
                        display.message(StatusText.line(trial));
                    }
                }
                before = statuses(state);
            }
            display.update(state.progress());
        }
        return state;
    }

    private static Map<String, TrialStatus> statuses(StudyState state) {
        Map<String, TrialStatus> statuses = new HashMap<>();
        state.trials().forEach(trial -> statuses.put(trial.id(), trial.status()));
        return statuses;
    }

    private static void csv(StudyState state, PrintWriter writer) {
        Set<String> metrics = new LinkedHashSet<>();
        state.trials().forEach(trial -> metrics.addAll(trial.metrics().keySet()));
        List<String> head = new ArrayList<>(List.of(
                "trial,variant,replicate,status,stages_done,stages,note,stage,step,total,loss,images_per_second,seconds_left,host,seconds_since_progress"
                        .split(",")));
        head.addAll(metrics);
        writer.print(Csv.line(head));
        for (TrialState trial : state.trials()) {
            List<@Nullable Object> cells = new ArrayList<>(trial.columns().values());
            metrics.forEach(name -> cells.add(trial.metrics().get(name)));
            writer.print(Csv.line(cells.stream().map(StatusVerb::oneLine).toList()));
        }
    }

    private static Map<String, @Nullable Object> json(StudyState state) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("study", state.name());
        json.put("percent", 100 * state.fraction());
        json.put("seconds_left", state.secondsLeft());
        for (TrialStatus status : TrialStatus.values()) {
            json.put(status.word(), state.count(status));
        }
        json.put("command", state.command());
        List<Map<String, @Nullable Object>> trials = new ArrayList<>();
        for (TrialState trial : state.trials()) {
            Map<String, @Nullable Object> row = trial.columns();
            row.put("metrics", trial.metrics());
            trials.add(row);
        }
        json.put("trials", trials);
        return json;
    }

    private static String oneLine(@Nullable Object value) {
        return value == null ? "" : Text.value(value).replaceAll("\\R", " ");
    }
}
