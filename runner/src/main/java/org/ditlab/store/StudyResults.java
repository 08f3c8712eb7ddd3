package org.ditlab.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ditlab.study.PlanGroup;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.StageKind;

/**
 * What a study directory says, read once: for reports, tables and {@code status}.
 *
 * @param directory the study's directory
 * @param spec {@code study.json}, the canonical spec
 * @param trials in the order of the plan
 * @param groups what each plan kind of the study came to; empty where the plan does not say
 */
public record StudyResults(Path directory, Map<String, Object> spec, List<TrialResult> trials, List<PlanGroup> groups) {
    /** The study's name. */
    public String name() {
        Object name = spec.get("study");
        return name == null
                ? directory.toAbsolutePath().normalize().getFileName().toString()
                : name.toString();
    }

    /** The trials of a variant, by replicate. */
    public List<TrialResult> trials(String variant) {
        return trials.stream().filter(trial -> trial.variant().equals(variant)).toList();
    }

    /** The variants' names, in the order of the plan. */
    public List<String> variants() {
        return trials.stream().map(TrialResult::variant).distinct().toList();
    }

    /** How many trials stand so. */
    public long count(TrialStatus status) {
        return trials.stream().filter(trial -> trial.status() == status).count();
    }

    /**
     * Reads a study's directory; safe while it is being written.
     *
     * @throws org.ditlab.study.StudyException when this is no study's directory
     */
    public static StudyResults read(Path path) throws IOException {
        StudyDirectory study = StudyDirectory.open(path);
        List<TrialResult> trials = new ArrayList<>();
        Map<String, Object> plan = plan(path);
        for (String hash : plannedTrials(plan)) {
            if (Files.isRegularFile(study.trial(hash).trialFile())) {
                trials.add(trial(study, study.trial(hash)));
            }
        }
        return new StudyResults(path, study.spec(), List.copyOf(trials), StudyGroups.of(plan));
    }

    private static Map<String, Object> plan(Path path) throws IOException {
        Path plan = path.resolve("plan.json");
        return Files.isRegularFile(plan) ? JsonFile.read(plan) : Map.of();
    }

    private static List<String> plannedTrials(Map<String, Object> plan) {
        List<String> hashes = new ArrayList<>();
        list(plan.get("trials")).forEach(hash -> hashes.add(String.valueOf(hash)));
        return hashes;
    }

    private static TrialResult trial(StudyDirectory study, TrialDirectory directory) throws IOException {
        Map<String, Object> trial = directory.trial();
        if (!(trial.get("replicate") instanceof Number replicate) || !(trial.get("seed") instanceof Number seed)) {
            throw new StudyException(directory.path() + ": its trial.json lacks the replicate or the seed; delete the"
                    + " directory and run the study again, finished stages are kept");
        }
        List<TrialStage> stages = new ArrayList<>();
        for (Object item : list(trial.get("stages"))) {
            Map<String, Object> stage = map(item);
            StageKind kind = StageKind.valueOf(String.valueOf(stage.get("kind")).toUpperCase(Locale.ROOT));
            stages.add(new TrialStage(
                    kind, String.valueOf(stage.get("hash")), study.stage(String.valueOf(stage.get("id")))));
        }
        Map<String, Object> result = directory.done() ? directory.result() : Map.of();
        return new TrialResult(
                String.valueOf(trial.get("trial")),
                String.valueOf(trial.get("variant")),
                replicate.intValue(),
                seed.longValue(),
                TrialStatus.of(directory, result),
                map(trial.get("settings")),
                map(trial.get("cost")),
                map(result.get("metrics")),
                map(result.get("timing")),
                map(result.get("protocol")),
                List.copyOf(stages),
                RungPlace.ofResult(result).orElse(null));
    }

    @SuppressWarnings("unchecked") // JSON objects are read as maps from strings.
    private static Map<String, Object> map(Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    private static List<?> list(Object value) {
        return value instanceof List<?> list ? list : List.of();
    }
}
