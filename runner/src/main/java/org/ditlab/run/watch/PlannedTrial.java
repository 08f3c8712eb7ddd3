package org.ditlab.run.watch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ditlab.run.StageWeight;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.TrialDirectory;
import org.ditlab.study.Knobs;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.Trial;
import org.ditlab.study.plan.TrialJson;

/**
 * A trial as its {@code trial.json} has it: what of it does not change while it runs.
 *
 * @param items its stages, in order
 */
record PlannedTrial(String hash, String variant, int replicate, TrialDirectory directory, List<Item> items) {
    /**
     * A stage and its arithmetic.
     *
     * @param id the directory's name, which cannot lead out of {@code stages/}
     * @param label {@code measure@500}
     * @param timing the name of its seconds in a trial's result
     */
    record Item(StageKind kind, String id, String label, String timing, double weight) {}

    /**
     * Reads the file's object.
     *
     * @throws StudyException when it is no trial
     */
    static PlannedTrial read(TrialDirectory directory, Map<String, Object> json, Knobs knobs) {
        String place = directory.trialFile().toString();
        Map<String, Double> weights = weights(json, place, knobs);
        List<Item> items = new ArrayList<>();
        if (json.get("stages") instanceof List<?> stages) {
            for (Object stage : stages) {
                if (stage instanceof Map<?, ?> row) {
                    items.add(item(row, weights, place));
                }
            }
        }
        return new PlannedTrial(
                String.valueOf(json.get("trial")),
                String.valueOf(json.get("variant")),
                json.get("replicate") instanceof Number number ? number.intValue() : 0,
                directory,
                List.copyOf(items));
    }

    private static Item item(Map<?, ?> row, Map<String, Double> weights, String place) {
        String hash = String.valueOf(row.get("hash"));
        String word = String.valueOf(row.get("kind"));
        if (!StudyDirectory.isHash(hash)) {
            throw new StudyException(place + ": a stage without a hash; plan the study again");
        }
        StageKind kind;
        try {
            kind = StageKind.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new StudyException(place + ": there is no stage of this kind; plan the study again");
        }
        boolean snapshot =
                row.get("identity") instanceof Map<?, ?> identity && identity.get("snapshot") instanceof Number;
        String at = snapshot ? "@" + ((Map<?, ?>) row.get("identity")).get("snapshot") : "";
        String id = kind.word() + "-" + hash.substring(0, 12);
        return new Item(kind, id, kind.word() + at, kind.word() + ".seconds" + at, weights.getOrDefault(id, 1.0));
    }

    /** Arithmetic by stage; empty for a trial of another version, whose knobs are not known. */
    private static Map<String, Double> weights(Map<String, Object> json, String place, Knobs knobs) {
        Map<String, Double> weights = new HashMap<>();
        try {
            Trial trial = TrialJson.read(json, place, knobs);
            double macs = json.get("cost") instanceof Map<?, ?> cost && cost.get("macs") instanceof Number number
                    ? number.doubleValue()
                    : 1;
            for (Stage stage : trial.stages()) {
                weights.put(stage.id(), StageWeight.of(stage, trial.settings(), macs));
            }
        } catch (StudyException other) {
            return Map.of();
        }
        return weights;
    }

    /** The directory's name of the training, or nothing. */
    String training() {
        return id(StageKind.TRAIN);
    }

    /** The directory's name of the samples of the last weights, or nothing. */
    String samples() {
        return id(StageKind.SAMPLE);
    }

    private String id(StageKind kind) {
        return items.stream()
                .filter(item -> item.label().equals(kind.word()))
                .map(Item::id)
                .findFirst()
                .orElse("");
    }
}
