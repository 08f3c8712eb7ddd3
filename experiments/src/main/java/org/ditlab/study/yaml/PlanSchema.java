package org.ditlab.study.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.knob.Domains;
import org.ditlab.knob.Knob;
import org.ditlab.study.AddOneIn;
import org.ditlab.study.Controls;
import org.ditlab.study.Expansion;
import org.ditlab.study.GridPlan;
import org.ditlab.study.Knobs;
import org.ditlab.study.Ladder;
import org.ditlab.study.LeaveOneOut;
import org.ditlab.study.ListPlan;
import org.ditlab.study.PermutedLadder;
import org.ditlab.study.PlanKind;
import org.ditlab.study.RandomPlan;
import org.ditlab.study.ZipPlan;

/** The part of the schema that describes plan kinds. */
final class PlanSchema {
    private static final Map<String, Object> CHANGE = Map.of("$ref", "#/definitions/change");
    private static final Map<String, Object> MATCH = Map.of("$ref", "#/definitions/match");

    private PlanSchema() {}

    /** A property per kind, and {@code also}. */
    static Map<String, Object> sections(Knobs knobs) {
        Map<String, Object> kinds = new LinkedHashMap<>();
        for (String word : PlanKind.WORDS) {
            kinds.put(word, kind(word, knobs));
        }
        Map<String, Object> any = new LinkedHashMap<>();
        any.put(
                "anyOf",
                List.of(
                        Map.of("enum", List.of(LeaveOneOut.WORD, AddOneIn.WORD, PermutedLadder.WORD)),
                        StudySchema.object("One more plan kind.", List.of(), new LinkedHashMap<>(kinds))));
        Map<String, Object> sections = new LinkedHashMap<>(kinds);
        sections.put(
                PlanDecoder.ALSO,
                StudySchema.list("More plan kinds; a word alone takes the rungs of the ladder.", any));
        return sections;
    }

    /** One of the sections has to be there. */
    static List<Object> required() {
        List<Object> required = new ArrayList<>();
        PlanKind.WORDS.forEach(word -> required.add(Map.of("required", List.of(word))));
        required.add(Map.of("required", List.of(PlanDecoder.ALSO)));
        return required;
    }

    private static Map<String, Object> kind(String word, Knobs knobs) {
        return switch (word) {
            case Ladder.WORD ->
                StudySchema.list(
                        "The base, then rungs, each on top of the one before.",
                        Map.of("anyOf", List.of(row("A rung.", true), control())));
            case ListPlan.WORD -> StudySchema.list("Independent changes of the base.", row("A variant.", false));
            case Controls.WORD -> StudySchema.list("Variants that make others readable.", control());
            case LeaveOneOut.WORD -> combined("All changes, and all but each one.", word);
            case AddOneIn.WORD -> combined("The base, and the base with each single change.", word);
            case PermutedLadder.WORD -> combined("Ladders of the same rungs in several orders.", word);
            case GridPlan.WORD -> axes("Every combination of the values of some knobs.", word, knobs);
            case ZipPlan.WORD -> axes("The first values of all knobs together, then the second ones.", word, knobs);
            default -> axes("Points drawn at random.", word, knobs);
        };
    }

    private static Map<String, Object> row(String description, boolean with) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("name", StudySchema.text("The row's name."));
        properties.put("change", CHANGE);
        properties.put("match", MATCH);
        if (with) {
            properties.put("with", names("Rows that are left out with this one, and to which it is added."));
        }
        return StudySchema.object(description, List.of("name"), properties);
    }

    private static Map<String, Object> control() {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("control", StudySchema.text("The row's name."));
        properties.put("of", StudySchema.text("The variant it starts from, or base."));
        properties.put("change", CHANGE);
        properties.put("match", MATCH);
        return StudySchema.object(
                "A variant beside others; nothing stands on it.", List.of("control", "of"), properties);
    }

    private static Map<String, Object> combined(String description, String word) {
        Map<String, Object> properties = new LinkedHashMap<>();
        Map<String, Object> rows =
                StudySchema.list("Named changes; the ladder's rungs where there are none.", row("A change.", true));
        properties.put("changes", rows);
        if (word.equals(LeaveOneOut.WORD)) {
            properties.put("full", StudySchema.text("The name of the variant with all changes."));
        } else if (word.equals(PermutedLadder.WORD)) {
            properties.put(
                    "orders",
                    Map.of(
                            "description",
                            "How many orders are drawn, or all.",
                            "anyOf",
                            List.of(
                                    Map.of("enum", List.of("all")),
                                    Domains.integer(1, PermutedLadder.MOST).schema())));
            properties.put("seed", seed());
        }
        terms(properties);
        return Map.of(
                "description",
                description,
                "anyOf",
                List.of(rows, StudySchema.object(description, List.of(), properties)));
    }

    private static Map<String, Object> axes(String description, String word, Knobs knobs) {
        Map<String, Object> properties = new LinkedHashMap<>();
        if (word.equals(RandomPlan.WORD)) {
            properties.put(
                    "draws", StudySchema.with(Domains.integer(1, Expansion.MOST).schema(), "How many points.", 20L));
            properties.put("seed", seed());
        }
        properties.put("name", StudySchema.text("Pattern of the names: {width} for an axis, {n} for the number."));
        properties.put("order", names("The order of the axes, where it is not that of their keys."));
        terms(properties);
        for (Knob<?> knob : knobs.all()) {
            properties.put(knob.name(), axis(knob, word.equals(RandomPlan.WORD)));
        }
        List<String> required = word.equals(RandomPlan.WORD) ? List.of("draws") : List.of();
        Map<String, Object> schema = StudySchema.object(description, required, properties);
        // Any other key is an axis of named changes.
        schema.put("additionalProperties", named());
        return schema;
    }

    private static <V> Map<String, Object> axis(Knob<V> knob, boolean random) {
        List<Object> forms = new ArrayList<>();
        forms.add(Map.of("type", "array", "minItems", 1, "items", knob.domain().schema()));
        if (random) {
            Map<String, Object> range = new LinkedHashMap<>();
            range.put("from", knob.domain().schema());
            range.put("to", knob.domain().schema());
            range.put("scale", Map.of("enum", List.of("linear", "log")));
            range.put("step", Map.of("type", "number"));
            forms.add(StudySchema.object("A range of numbers.", List.of("from", "to"), range));
        }
        return Map.of("description", knob.description(), "anyOf", forms);
    }

    private static Map<String, Object> named() {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("name", StudySchema.text("The change's name."));
        properties.put("change", CHANGE);
        return StudySchema.list("Named changes.", StudySchema.object("A named change.", List.of("name"), properties));
    }

    private static void terms(Map<String, Object> properties) {
        properties.put("label", StudySchema.text("Heads the group in tables."));
        properties.put("match", MATCH);
        List<Object> exclusions = List.of(Map.of("type", "string"), Map.of("type", "object"));
        properties.put(
                "exclude",
                Map.of(
                        "description",
                        "What is left out: invalid, a variant's name, knobs with values, or a list of these.",
                        "anyOf",
                        List.of(
                                Map.of("type", "string"),
                                Map.of("type", "object"),
                                Map.of("type", "array", "items", Map.of("anyOf", exclusions)))));
    }

    private static Map<String, Object> seed() {
        return StudySchema.with(Domains.integer(0, Integer.MAX_VALUE).schema(), "Of the draw.", 0L);
    }

    private static Map<String, Object> names(String description) {
        return StudySchema.list(description, Map.of("type", "string"));
    }
}
