package org.ditlab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.ditlab.command.StudyReference;
import org.ditlab.command.Verb;
import org.ditlab.model.inspect.Json;
import org.ditlab.run.exec.ExecutorProvider;
import org.ditlab.store.JsonFile;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.StudyResults;
import org.ditlab.store.TrialResult;
import org.ditlab.store.TrialStage;
import org.ditlab.store.TrialStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ditlab status STUDY}: where it stands. */
@Command(name = "status", description = "Show where the trials of a study stand.", mixinStandardHelpOptions = true)
public final class StatusVerb implements Verb {
    /** How the list is written. */
    enum Format {
        TEXT,
        CSV,
        JSON
    }

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "STUDY",
            description = "A YAML file, a single-file Java program, a study's name under --out, or its directory.")
    private String study;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "studies-out",
            description = "Where studies' directories lie. Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(
            names = "--format",
            paramLabel = "text|csv|json",
            defaultValue = "text",
            description = "Default: ${DEFAULT-VALUE}.")
    private Format format;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path directory = StudyReference.directory(study, out);
        StudyResults results = StudyResults.read(directory);
        Map<String, String> whereabouts = new HashMap<>();
        for (ExecutorProvider provider : ServiceLoader.load(ExecutorProvider.class)) {
            whereabouts.putAll(provider.whereabouts(directory));
        }
        List<Map<String, Object>> rows = new ArrayList<>();
        for (TrialResult trial : results.trials()) {
            rows.add(row(trial, StudyDirectory.open(directory), whereabouts.getOrDefault(trial.hash(), "")));
        }
        PrintWriter writer = spec.commandLine().getOut();
        switch (format) {
            case TEXT -> text(results, rows, writer);
            case CSV -> {
                writer.println("trial,variant,replicate,status,stages_done,stages,note");
                rows.forEach(row -> writer.println(String.join(
                        ",", row.values().stream().map(StatusVerb::cell).toList())));
            }
            case JSON -> {
                writer.print(Json.text(Map.of("study", results.name(), "trials", rows)));
                writer.flush();
            }
        }
        return 0;
    }

    private static Map<String, Object> row(TrialResult trial, StudyDirectory study, String whereabouts)
            throws IOException {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("trial", trial.id());
        row.put("variant", trial.variant());
        row.put("replicate", trial.replicate());
        row.put("status", trial.status().word());
        row.put(
                "stages_done",
                trial.stages().stream()
                        .map(TrialStage::directory)
                        .filter(stage -> stage.done())
                        .count());
        row.put("stages", trial.stages().size());
        row.put(
                "note",
                switch (trial.status()) {
                    case FAILED ->
                        JsonFile.read(study.trial(trial.hash()).failureFile()).get("reason");
                    case PLANNED, RUNNING -> whereabouts;
                    case DONE, DIVERGED -> "";
                });
        return row;
    }

    private static void text(StudyResults results, List<Map<String, Object>> rows, PrintWriter writer) {
        int width = rows.stream()
                .mapToInt(row -> String.valueOf(row.get("variant")).length())
                .max()
                .orElse(7);
        for (Map<String, Object> row : rows) {
            String line = String.format(
                    "%s  %-" + width + "s  seed %-3s  %-8s  %s of %s stages  %s",
                    row.get("trial"),
                    row.get("variant"),
                    row.get("replicate"),
                    row.get("status"),
                    row.get("stages_done"),
                    row.get("stages"),
                    row.get("note"));
            writer.println(line.stripTrailing());
        }
        List<String> counts = new ArrayList<>();
        for (TrialStatus status : TrialStatus.values()) {
            if (results.count(status) > 0) {
                counts.add(results.count(status) + " " + status.word());
            }
        }
        writer.println();
        writer.println(results.name() + ": " + String.join(", ", counts));
    }

    private static String cell(Object value) {
        String text = String.valueOf(value).replaceAll("\\R", " ");
        return text.contains(",") || text.contains("\"") ? "\"" + text.replace("\"", "\"\"") + "\"" : text;
    }
}
