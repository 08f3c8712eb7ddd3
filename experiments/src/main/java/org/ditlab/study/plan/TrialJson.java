package org.ditlab.study.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ditlab.knob.DomainException;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.model.ModelCost;
import org.ditlab.study.CanonicalJson;
import org.ditlab.study.Knobs;
import org.ditlab.study.Spelling;
import org.ditlab.study.StudyException;
import org.ditlab.study.Text;

/** A trial as {@code trial.json}: all that a worker process needs to know of it. What is written reads back equal. */
public final class TrialJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private TrialJson() {}

    /** The object that {@code trial.json} holds. */
    public static Map<String, Object> tree(Trial trial, ModelCost cost) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("trial", trial.hash());
        tree.put("variant", trial.variant());
        tree.put("replicate", trial.replicate());
        tree.put("seed", trial.seed());
        tree.put("settings", trial.settings().raw());
        List<Object> stages = new ArrayList<>();
        for (Stage stage : trial.stages()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("kind", stage.kind().word());
            row.put("hash", stage.hash());
            row.put("id", stage.id());
            row.put("uses", stage.uses());
            row.put("identity", stage.identity());
            stages.add(row);
        }
        tree.put("stages", stages);
        tree.put("cost", cost(cost));
        return tree;
    }

    /** The same with the groups that the trial's variant stands in, for reports. */
    public static Map<String, Object> tree(Trial trial, ModelCost cost, List<Map<String, Object>> groups) {
        Map<String, Object> tree = tree(trial, cost);
        tree.put("groups", groups);
        return tree;
    }

    /** A cost under the keys of {@code trial.json}. */
    public static Map<String, Object> cost(ModelCost cost) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("parameters", cost.parameters());
        tree.put("parameters_folded", cost.parametersFolded());
        tree.put("macs", cost.macs());
        tree.put("macs_torchprofile", cost.macsTorchprofile());
        tree.put("macs_dit_paper", cost.macsDitPaper());
        tree.put("macs_train_graph", cost.macsTraining());
        tree.put("activation_bytes", cost.activationBytes());
        return tree;
    }

    /**
     * Reads the text of {@code trial.json}.
     *
     * @param place opens the message of an error, the file's name
     * @throws StudyException when it is no trial, or names a knob that is not installed
     */
    public static Trial read(String text, String place, Knobs knobs) {
        try {
            if (MAPPER.readValue(text, Object.class) instanceof Map<?, ?> tree) {
                return read(tree, place, knobs);
            }
        } catch (JsonProcessingException e) {
            throw new StudyException(place + ": not JSON: " + e.getOriginalMessage() + "; plan the study again");
        }
        throw new StudyException(place + ": expected a JSON object; plan the study again");
    }

    /** Reads the object that {@code trial.json} holds; see {@link #read(String, String, Knobs)}. */
    public static Trial read(Map<?, ?> tree, String place, Knobs knobs) {
        List<Stage> stages = new ArrayList<>();
        for (Object item : part(tree, "stages", List.class, place)) {
            if (!(item instanceof Map<?, ?> row)) {
                throw new StudyException(place + ": a stage is no object; plan the study again");
            }
            List<String> uses = new ArrayList<>();
            for (Object used : part(row, "uses", List.class, place)) {
                uses.add(String.valueOf(used));
            }
            stages.add(new Stage(
                    kind(part(row, "kind", String.class, place), place),
                    part(row, "hash", String.class, place),
                    CanonicalJson.normal(part(row, "identity", Map.class, place)),
                    List.copyOf(uses)));
        }
        return new Trial(
                part(tree, "trial", String.class, place),
                part(tree, "variant", String.class, place),
                part(tree, "replicate", Number.class, place).intValue(),
                part(tree, "seed", Number.class, place).longValue(),
                settings(part(tree, "settings", Map.class, place), place, knobs),
                List.copyOf(stages));
    }

    private static Settings settings(Map<?, ?> raw, String place, Knobs knobs) {
        List<Setting<?>> settings = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        raw.forEach((key, value) -> {
            String name = String.valueOf(key);
            Knob<?> knob = knobs.find(name).orElse(null);
            if (knob == null) {
                problems.add(place + ": unknown knob " + Text.quote(name) + "; plan the study again with this version "
                        + Spelling.remark(name, knobs.names()));
                return;
            }
            try {
                settings.add(knob.parse(value));
            } catch (DomainException e) {
                problems.add(place + ": " + name + " cannot be " + Text.quote(String.valueOf(value)) + "; "
                        + e.getMessage());
            }
        });
        if (!problems.isEmpty()) {
            throw new StudyException(problems);
        }
        return Settings.empty().with(settings);
    }

    private static StageKind kind(String word, String place) {
        for (StageKind kind : StageKind.values()) {
            if (kind.word().equals(word.toLowerCase(Locale.ROOT))) {
                return kind;
            }
        }
        throw new StudyException(place + ": there is no stage " + Text.quote(word) + "; plan the study again");
    }

    private static <T> T part(Map<?, ?> tree, String key, Class<T> type, String place) {
        Object value = tree.get(key);
        if (!type.isInstance(value)) {
            throw new StudyException(place + ": " + key + " is missing or of another kind; plan the study again");
        }
        return type.cast(value);
    }
}
