package org.ditlab.study.yaml;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.knob.Domains;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.model.ModelZoo;
import org.ditlab.model.inspect.Json;
import org.ditlab.study.Correction;
import org.ditlab.study.EarlyStopping;
import org.ditlab.study.Knobs;
import org.ditlab.study.Match;
import org.ditlab.study.Pairing;
import org.ditlab.study.Section;
import org.ditlab.study.SpecRules;

/**
 * JSON Schema (draft 7) of study files, for completion and hints in editors. Errors of a run come from {@link StudyYaml},
 * which knows more.
 */
public final class StudySchema {
    private StudySchema() {}

    /** The schema as indented JSON, with every knob's description and default. */
    public static String text(Knobs knobs) {
        return Json.text(tree(knobs));
    }

    /** The schema as a tree. */
    public static Map<String, Object> tree(Knobs knobs) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("study", text("The study's name: equal to the file's stem."));
        properties.put("paper", text("What is reproduced or built on."));
        properties.put("claim", text("What the study tests, in a sentence."));
        properties.put("base", base(knobs));
        for (Section section : Section.values()) {
            if (section != Section.ARCHITECTURE) {
                properties.put(section.word(), object("", List.of(), shortNames(knobs, section)));
            }
        }
        properties.putAll(PlanSchema.sections(knobs));
        properties.put("seeds", with(Domains.integer(1, SpecRules.MAX_SEEDS).schema(), "Number of replicates.", 1L));
        Map<String, Object> compare = new LinkedHashMap<>();
        compare.put("paired-by", with(Domains.choice(Pairing.class).schema(), "Which trials are compared.", "seed"));
        compare.put("correction", with(Domains.choice(Correction.class).schema(), "For many comparisons.", "holm"));
        properties.put("compare", object("How the report compares variants.", List.of(), compare));
        properties.put(EarlyStopping.WORD, earlyStopping());

        Map<String, Object> change = new LinkedHashMap<>();
        knobs.all().forEach(knob -> change.put(knob.name(), knob(knob)));
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "http://json-schema.org/draft-07/schema#");
        schema.put("title", "DiTLab study");
        schema.putAll(object("An ablation study of diffusion transformers.", List.of("study", "base"), properties));
        schema.put("anyOf", PlanSchema.required());
        schema.put(
                "definitions",
                Map.of(
                        "change", object("Any knobs, by full name.", List.of(), change),
                        "match", match()));
        return schema;
    }

    private static Map<String, Object> base(Knobs knobs) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put(
                "model", with(Map.of("enum", ModelZoo.names()), "What the base's presets come from.", "DiT-S/4"));
        properties.putAll(shortNames(knobs, Section.ARCHITECTURE));
        return object("What variants start from.", List.of("model"), properties);
    }

    private static Map<String, Object> shortNames(Knobs knobs, Section section) {
        Map<String, Object> properties = new LinkedHashMap<>();
        knobs.of(section).forEach(knob -> properties.put(Section.shortName(knob), knob(knob)));
        return properties;
    }

    private static Map<String, Object> match() {
        Map<String, Object> gmacs = new LinkedHashMap<>();
        gmacs.put("description", "The cost to meet: base, another variant, a model of the zoo, or a number of GMACs.");
        gmacs.put("anyOf", List.of(Map.of("type", "number"), Map.of("type", "string")));
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("gmacs", gmacs);
        properties.put("within", with(Match.WITHIN.schema(), "The most the cost may deviate.", "2%"));
        properties.put("solve", with(Domains.word(Match.words()).schema(), "The knob that is solved.", "width"));
        return object("Solves a knob so that the GMACs equal others.", List.copyOf(properties.keySet()), properties);
    }

    private static Map<String, Object> earlyStopping() {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put(
                "metric", with(StoppingDecoder.METRIC.schema(), "What trainings are compared by.", "train.loss"));
        properties.put("rungs", described(StoppingDecoder.RUNGS.schema(), "Steps at which trainings are compared."));
        properties.put(
                "first", described(StoppingDecoder.STEP.schema(), "The first rung; the next ones are its multiples."));
        properties.put("factor", with(StoppingDecoder.FACTOR.schema(), "One training in so many goes on.", (long)
                EarlyStopping.DEFAULT_FACTOR));
        properties.put(
                "protect",
                described(
                        StoppingDecoder.PROTECT.schema(),
                        "Variants that are never stopped. Default: the base and the controls."));
        Map<String, Object> schema =
                object("Stops trainings that fall behind others of their seed.", List.of(), properties);
        schema.put("oneOf", List.of(Map.of("required", List.of("rungs")), Map.of("required", List.of("first"))));
        return schema;
    }

    private static Map<String, Object> described(Map<String, Object> schema, String description) {
        Map<String, Object> copy = new LinkedHashMap<>(schema);
        copy.put("description", description);
        return copy;
    }

    static <V> Map<String, Object> knob(Knob<V> knob) {
        Setting<V> byDefault = knob.to(knob.defaultValue());
        String source = knob.source().isEmpty() ? "" : " (" + knob.source() + ")";
        return with(knob.domain().schema(), knob.description() + source, byDefault.raw());
    }

    static Map<String, Object> with(Map<String, Object> schema, String description, Object byDefault) {
        Map<String, Object> copy = new LinkedHashMap<>(schema);
        copy.put("description", description);
        copy.put("default", byDefault);
        return copy;
    }

    static Map<String, Object> text(String description) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "string");
        schema.put("description", description);
        return schema;
    }

    static Map<String, Object> list(String description, Map<String, Object> item) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "array");
        schema.put("description", description);
        schema.put("minItems", 1);
        schema.put("items", item);
        return schema;
    }

    static Map<String, Object> object(String description, List<String> required, Map<String, Object> properties) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        if (!description.isEmpty()) {
            schema.put("description", description);
        }
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        schema.put("properties", properties);
        schema.put("additionalProperties", false);
        return schema;
    }
}
