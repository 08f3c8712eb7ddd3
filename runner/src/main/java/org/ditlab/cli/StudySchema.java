package org.ditlab.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ditlab.knob.Knob;
import org.ditlab.model.ModelZoo;
import org.ditlab.study.Correction;
import org.ditlab.study.Knobs;
import org.ditlab.study.Pairing;
import org.ditlab.study.Section;

/** JSON Schema (draft 2020-12) of the YAML form. For editors only: the reader has its own, stricter, rules. */
final class StudySchema {
    private StudySchema() {}

    static Map<String, Object> of(Knobs knobs) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("study", text("The study's name: the file's stem, and its directory under --out."));
        properties.put("paper", text("What is reproduced or built on."));
        properties.put("claim", text("What the study tests, in a sentence."));
        Map<String, Object> base = new LinkedHashMap<>();
        base.put("model", Map.of("enum", ModelZoo.names()));
        base.putAll(section(knobs, Section.ARCHITECTURE));
        properties.put("base", object(base, List.of("model")));
        for (Section section : Section.values()) {
            if (section != Section.ARCHITECTURE) {
                properties.put(section.word(), object(section(knobs, section), List.of()));
            }
        }
        Map<String, Object> change = object(changes(knobs), List.of());
        Map<String, Object> name = text("The variant's name in tables.");
        Map<String, Object> rung = object(Map.of("name", name, "change", change), List.of("name", "change"));
        Map<String, Object> control = object(
                Map.of("control", name, "of", text("The rung that it makes readable."), "change", change),
                List.of("control", "of", "change"));
        properties.put("ladder", Map.of("type", "array", "items", Map.of("anyOf", List.of(rung, control))));
        properties.put("list", Map.of("type", "array", "items", rung));
        properties.put("seeds", Map.of("type", "integer", "minimum", 1));
        properties.put(
                "compare",
                object(
                        Map.of("paired-by", words(Pairing.values()), "correction", words(Correction.values())),
                        List.of()));
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "A DiTLab study");
        schema.putAll(object(properties, List.of("study", "base")));
        return schema;
    }

    private static Map<String, Object> section(Knobs knobs, Section section) {
        Map<String, Object> properties = new LinkedHashMap<>();
        knobs.of(section).forEach(knob -> properties.put(Section.shortName(knob), knob(knob)));
        return properties;
    }

    private static Map<String, Object> changes(Knobs knobs) {
        Map<String, Object> properties = new LinkedHashMap<>();
        knobs.all().forEach(knob -> properties.put(knob.name(), knob(knob)));
        return properties;
    }

    private static <V> Map<String, Object> knob(Knob<V> knob) {
        Map<String, Object> schema = new LinkedHashMap<>(knob.domain().schema());
        schema.put("description", knob.description());
        schema.put("default", knob.domain().render(knob.defaultValue()));
        return schema;
    }

    private static Map<String, Object> object(Map<String, Object> properties, List<String> required) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("additionalProperties", false);
        schema.put("required", required);
        schema.put("properties", properties);
        return schema;
    }

    private static Map<String, Object> text(String description) {
        return Map.of("type", "string", "description", description);
    }

    private static Map<String, Object> words(Enum<?>[] constants) {
        List<String> words = new ArrayList<>();
        for (Enum<?> constant : constants) {
            words.add(constant.name().toLowerCase(Locale.ROOT));
        }
        return Map.of("enum", words);
    }
}
