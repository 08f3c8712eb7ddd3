package org.ditlab.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ditlab.run.halving.StoppedEarly;
import org.ditlab.store.JsonFile;
import org.ditlab.store.RungPlace;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.TrialStatus;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.Trial;

/** A trial's {@code result.json}: the unions over the results of its stages; keys of a snapshot end in {@code @step}. */
final class TrialSummary {
    private TrialSummary() {}

    /** Whether the loss of this finished stage was not a number, so that no stage may follow it. */
    static boolean diverged(StudyDirectory study, Stage stage) throws IOException {
        return stage.kind() == StageKind.TRAIN
                && map(study.stage(stage).result().get("metrics")).containsKey("diverged_at_step");
    }

    /** What {@link #write} would write; empty while a stage is missing. */
    static Optional<Map<String, Object>> of(StudyDirectory study, Trial trial) throws IOException {
        Map<String, Object> metrics = new LinkedHashMap<>();
        Map<String, Object> timing = new LinkedHashMap<>();
        Map<String, Object> protocol = new LinkedHashMap<>();
        List<String> stages = new ArrayList<>();
        boolean diverged = false;
        for (Stage stage : trial.stages()) {
            diverged |= stage.kind() == StageKind.TRAIN && study.stage(stage).done() && diverged(study, stage);
        }
        for (Stage stage : trial.stages()) {
            // Of a diverged trial only the training counts, whatever else happens to be there.
            if (diverged && stage.kind() != StageKind.TRAIN) {
                continue;
            }
            if (!study.stage(stage).done()) {
                return Optional.empty();
            }
            Map<String, Object> result = study.stage(stage).result();
            String step = stage.snapshot() == 0 ? "" : "@" + stage.snapshot();
            map(result.get("metrics")).forEach((key, value) -> metrics.put(key + step, value));
            map(result.get("timing")).forEach((key, value) -> timing.put(key + step, value));
            if (stage.snapshot() == 0) {
                protocol.putAll(map(result.get("protocol")));
            }
            stages.add(stage.id());
        }
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("trial", trial.hash());
        summary.put("variant", trial.variant());
        summary.put("replicate", trial.replicate());
        summary.put("status", (diverged ? TrialStatus.DIVERGED : TrialStatus.DONE).word());
        summary.put("stages", stages);
        summary.put("metrics", metrics);
        summary.put("timing", timing);
        summary.put("protocol", protocol);
        return Optional.of(summary);
    }

    /** Writes the result of a trial that early stopping ended: where, and what it took; nothing was measured. */
    static void stopped(StudyDirectory study, Trial trial, StoppedEarly stopped) throws IOException {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("trial", trial.hash());
        summary.put("variant", trial.variant());
        summary.put("replicate", trial.replicate());
        summary.put("status", TrialStatus.STOPPED.word());
        summary.put("stages", List.of(trial.stage(StageKind.TRAIN).id()));
        summary.put("metrics", Map.of());
        summary.put("timing", Map.of("train.seconds", stopped.seconds()));
        summary.put("protocol", Map.of());
        summary.put(RungPlace.KEY, stopped.place().json());
        JsonFile.write(study.trial(trial.hash()).resultFile(), summary);
    }

    /** Writes the result when all stages have theirs; says whether it did. */
    static boolean write(StudyDirectory study, Trial trial) throws IOException {
        Optional<Map<String, Object>> summary = of(study, trial);
        if (summary.isPresent()) {
            JsonFile.write(study.trial(trial.hash()).resultFile(), summary.get());
        }
        return summary.isPresent();
    }

    @SuppressWarnings("unchecked") // JSON objects are read as maps from strings.
    private static Map<String, Object> map(Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }
}
