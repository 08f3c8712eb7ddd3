package org.ditlab.study.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.ditlab.knob.Domains;
import org.ditlab.knob.Settings;
import org.ditlab.study.Base;
import org.ditlab.study.Comparison;
import org.ditlab.study.Correction;
import org.ditlab.study.EarlyStopping;
import org.ditlab.study.Expansion;
import org.ditlab.study.Knobs;
import org.ditlab.study.Pairing;
import org.ditlab.study.PlanKind;
import org.ditlab.study.Section;
import org.ditlab.study.SpecProblem;
import org.ditlab.study.SpecRules;
import org.ditlab.study.StudySpec;
import org.ditlab.study.Text;
import org.ditlab.study.Variant;
import org.ditlab.study.yaml.MapReader.Entry;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** Nodes to a study; goes on after a problem, so that all are reported. */
final class StudyDecoder {
    private static final List<String> KEYS = keys();
    private static final Pattern EXCLUSION = Pattern.compile("/exclude(/[0-9]+)?$");

    private final SourceText source;
    private final YamlProblems problems;
    private final MapReader reader;
    private final KnobReader knobReader;
    private final PlanDecoder plans;
    private final Map<String, Node> places = new HashMap<>();
    private final Map<String, String> variants = new HashMap<>();
    private final Map<String, String> set = new HashMap<>();
    private final Map<String, Node> kept = new HashMap<>();

    StudyDecoder(SourceText source, YamlProblems problems, Knobs knobs) {
        this.source = source;
        this.problems = problems;
        this.reader = new MapReader(problems);
        this.knobReader = new KnobReader(reader, problems, knobs, places);
        this.plans = new PlanDecoder(reader, problems, knobReader, new MatchDecoder(reader, places), places);
    }

    private static List<String> keys() {
        List<String> keys =
                new ArrayList<>(List.of("study", "paper", "claim", "base", "data", "train", "sample", "measure"));
        keys.addAll(PlanKind.WORDS);
        keys.addAll(List.of(PlanDecoder.ALSO, "seeds", "compare", EarlyStopping.WORD));
        return List.copyOf(keys);
    }

    StudyFile decode(MappingNode root) {
        Map<String, Entry> top = reader.entries(root, "the study");
        reader.refuseOthers(top, "the study", KEYS);
        for (String required : List.of("study", "base")) {
            if (!top.containsKey(required)) {
                reader.missing(root, required + ":", "the study");
            }
        }
        StudySpec spec = new StudySpec(
                name(top.get("study")),
                prose(top.get("paper")),
                prose(top.get("claim")),
                base(top.get("base")),
                recipe(top),
                plans.plans(root, top),
                seeds(top.get("seeds")),
                comparison(top.get("compare")),
                new StoppingDecoder(reader, places).decode(top.get(EarlyStopping.WORD)));
        report(SpecRules.check(spec), root);
        problems.throwIfAny();
        Expansion expansion = spec.expansion();
        expansion.places().forEach((variant, place) -> variants.put(variant, kept(nearest(place, root))));
        places.forEach((place, node) -> {
            if (EXCLUSION.matcher(place).find()) {
                set.put(place, kept(node));
            }
        });
        Map<String, String> excerpts = new HashMap<>();
        kept.forEach((place, node) -> excerpts.put(place, problems.excerpt(node)));
        return new StudyFile(spec, variants, set, excerpts);
    }

    /** A node's place; its line goes with the study. */
    private String kept(Node node) {
        String place = problems.place(node);
        kept.putIfAbsent(place, node);
        return place;
    }

    private void report(List<SpecProblem> found, Node root) {
        boolean readable = problems.isEmpty();
        for (SpecProblem problem : found) {
            Node node = places.get(problem.place());
            if (node != null || readable) {
                problems.add(nearest(problem.place(), root), problem.text(), problem::remark);
            }
        }
    }

    /** The node of a place, or of what it stands in. */
    private Node nearest(String place, Node root) {
        for (String at = place; !at.isEmpty(); at = at.substring(0, Math.max(0, at.lastIndexOf('/')))) {
            Node node = places.get(at);
            if (node != null) {
                return node;
            }
        }
        return root;
    }

    private String name(@Nullable Entry entry) {
        String name = entry == null ? null : reader.text(entry);
        if (name == null) {
            return "unnamed";
        }
        places.put("study", entry.value());
        int slash =
                Math.max(source.fileName().lastIndexOf('/'), source.fileName().lastIndexOf('\\'));
        String file = source.fileName().substring(slash + 1);
        String stem = file.replaceFirst("\\.ya?ml$", "");
        if (!stem.equals(file) && !stem.equals(name)) {
            problems.add(
                    entry.value(),
                    "the study is named " + Text.quote(name) + " but its file " + Text.quote(file)
                            + "; expected study: " + stem);
        }
        return name;
    }

    private String prose(@Nullable Entry entry) {
        String text = entry == null ? null : reader.text(entry);
        if (text == null) {
            return "";
        }
        places.put(entry.name(), entry.value());
        return text;
    }

    private Base base(@Nullable Entry entry) {
        if (entry == null) {
            return Base.of("DiT-S/4");
        }
        variants.put(Variant.BASE, kept(entry.key()));
        variants.put(Variant.UNTRAINED, kept(entry.key()));
        Map<String, Entry> entries = reader.entries(entry.value(), "base");
        Entry model = entries.remove("model");
        String name = model == null ? null : reader.text(model);
        if (model == null && entry.value() instanceof MappingNode) {
            reader.missing(entry.key(), "model:", "base");
        } else if (name != null) {
            places.put("base/model", model.value());
        }
        keep(Section.ARCHITECTURE, entries);
        return new Base(name == null ? "DiT-S/4" : name, knobReader.section(Section.ARCHITECTURE, entries));
    }

    private Settings recipe(Map<String, Entry> top) {
        Settings recipe = Settings.empty();
        for (Section section : Section.values()) {
            Entry entry = section == Section.ARCHITECTURE ? null : top.get(section.word());
            if (entry != null) {
                Map<String, Entry> entries = reader.entries(entry.value(), section.word());
                keep(section, entries);
                recipe = recipe.with(knobReader.section(section, entries));
            }
        }
        return recipe;
    }

    /** Keeps where a section sets its knobs. */
    private void keep(Section section, Map<String, Entry> entries) {
        entries.values().forEach(entry -> set.put(section.prefix() + entry.name(), kept(entry.key())));
    }

    private int seeds(@Nullable Entry entry) {
        Integer seeds =
                entry == null ? null : reader.value("seeds", Domains.integer(1, SpecRules.MAX_SEEDS), entry.value());
        return seeds == null ? 1 : seeds;
    }

    private @Nullable Comparison comparison(@Nullable Entry entry) {
        if (entry == null) {
            return null;
        }
        Map<String, Entry> entries = reader.entries(entry.value(), "compare");
        reader.refuseOthers(entries, "compare", List.of("paired-by", "correction"));
        Entry pairedBy = entries.get("paired-by");
        Entry correction = entries.get("correction");
        Pairing pairing =
                pairedBy == null ? null : reader.value("paired-by", Domains.choice(Pairing.class), pairedBy.value());
        Correction corrected = correction == null
                ? null
                : reader.value("correction", Domains.choice(Correction.class), correction.value());
        return new Comparison(
                pairing == null ? Pairing.SEED : pairing, corrected == null ? Correction.HOLM : corrected);
    }
}
