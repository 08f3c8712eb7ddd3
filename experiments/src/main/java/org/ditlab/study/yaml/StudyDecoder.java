package org.ditlab.study.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ditlab.knob.Domains;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.study.Base;
import org.ditlab.study.Change;
import org.ditlab.study.Comparison;
import org.ditlab.study.Control;
import org.ditlab.study.Correction;
import org.ditlab.study.Knobs;
import org.ditlab.study.Ladder;
import org.ditlab.study.ListPlan;
import org.ditlab.study.Match;
import org.ditlab.study.Pairing;
import org.ditlab.study.PlanKind;
import org.ditlab.study.Rung;
import org.ditlab.study.Section;
import org.ditlab.study.SpecProblem;
import org.ditlab.study.SpecRules;
import org.ditlab.study.Spelling;
import org.ditlab.study.Step;
import org.ditlab.study.StudySpec;
import org.ditlab.study.Text;
import org.ditlab.study.Variant;
import org.ditlab.study.yaml.MapReader.Entry;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Nodes to a study; goes on after a problem, so that all are reported. */
final class StudyDecoder {
    private static final List<String> KEYS = List.of(
            "study", "paper", "claim", "base", "data", "train", "sample", "measure", "ladder", "list", "seeds",
            "compare");

    private final SourceText source;
    private final YamlProblems problems;
    private final MapReader reader;
    private final Knobs knobs;
    private final MatchDecoder matches;
    private final Map<String, Node> places = new HashMap<>();
    private final Map<String, String> variants = new HashMap<>();
    private final Map<String, String> set = new HashMap<>();

    StudyDecoder(SourceText source, YamlProblems problems, Knobs knobs) {
        this.source = source;
        this.problems = problems;
        this.reader = new MapReader(problems);
        this.knobs = knobs;
        this.matches = new MatchDecoder(reader, places);
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
                plan(root, top),
                seeds(top.get("seeds")),
                comparison(top.get("compare")));
        report(SpecRules.check(spec), root);
        problems.throwIfAny();
        return new StudyFile(spec, variants, set);
    }

    private void report(List<SpecProblem> found, Node root) {
        boolean readable = problems.isEmpty();
        for (SpecProblem problem : found) {
            Node node = places.get(problem.place());
            if (node != null || readable) {
                problems.add(node == null ? root : node, problem.text(), problem::remark);
            }
        }
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
        variants.put(Variant.BASE, problems.place(entry.key()));
        variants.put(Variant.UNTRAINED, problems.place(entry.key()));
        Map<String, Entry> entries = reader.entries(entry.value(), "base");
        Entry model = entries.remove("model");
        String name = model == null ? null : reader.text(model);
        if (model == null && entry.value() instanceof MappingNode) {
            reader.missing(entry.key(), "model:", "base");
        } else if (name != null) {
            places.put("base/model", model.value());
        }
        keep(Section.ARCHITECTURE, entries);
        return new Base(name == null ? "DiT-S/4" : name, section(Section.ARCHITECTURE, entries));
    }

    private Settings recipe(Map<String, Entry> top) {
        Settings recipe = Settings.empty();
        for (Section section : Section.values()) {
            Entry entry = section == Section.ARCHITECTURE ? null : top.get(section.word());
            if (entry != null) {
                Map<String, Entry> entries = reader.entries(entry.value(), section.word());
                keep(section, entries);
                recipe = recipe.with(section(section, entries));
            }
        }
        return recipe;
    }

    /** Keeps where a section sets its knobs. */
    private void keep(Section section, Map<String, Entry> entries) {
        entries.values().forEach(entry -> set.put(section.prefix() + entry.name(), problems.place(entry.key())));
    }

    private Settings section(Section section, Map<String, Entry> entries) {
        Map<String, Knob<?>> known = new LinkedHashMap<>();
        knobs.of(section).forEach(knob -> known.put(Section.shortName(knob), knob));
        Set<String> words = new LinkedHashSet<>();
        if (section == Section.ARCHITECTURE) {
            words.add("model");
        }
        words.addAll(known.keySet());
        return settings(entries, known, words, section.word());
    }

    private Settings change(@Nullable Entry entry) {
        if (entry == null) {
            return Settings.empty();
        }
        Map<String, Knob<?>> known = new LinkedHashMap<>();
        knobs.all().forEach(knob -> known.put(knob.name(), knob));
        return settings(reader.entries(entry.value(), "change"), known, known.keySet(), "change");
    }

    private Settings settings(Map<String, Entry> entries, Map<String, Knob<?>> known, Set<String> words, String where) {
        List<Setting<?>> settings = new ArrayList<>();
        for (Entry entry : entries.values()) {
            Knob<?> knob = known.get(entry.name());
            if (knob == null) {
                problems.add(
                        entry.key(),
                        "unknown knob " + Text.quote(entry.name()) + " in " + where + "; expected "
                                + MapReader.alternatives(words),
                        () -> Spelling.remark(entry.name(), words));
                continue;
            }
            Setting<?> setting = setting(knob, entry.value());
            if (setting != null) {
                settings.add(setting);
            }
        }
        return Settings.empty().with(settings);
    }

    private <V> @Nullable Setting<V> setting(Knob<V> knob, Node node) {
        V value = reader.value(knob.name(), knob.domain(), node);
        return value == null ? null : knob.to(value);
    }

    private PlanKind plan(MappingNode root, Map<String, Entry> top) {
        Entry ladder = top.get("ladder");
        Entry list = top.get("list");
        if (ladder == null && list == null) {
            reader.missing(root, "ladder: or list:", "the study");
            return new ListPlan(List.of());
        }
        if (ladder != null && list != null) {
            problems.add(list.key(), "ladder and list are both given; expected one of them");
        }
        Entry entry = ladder == null ? list : ladder;
        if (entry.value() instanceof SequenceNode items && items.getValue().isEmpty()) {
            places.put(entry.name(), entry.value());
        }
        List<Step> steps = new ArrayList<>();
        for (Node item : reader.items(entry)) {
            Step step = step(item, ladder != null, steps.size());
            if (step != null) {
                steps.add(step);
            }
        }
        return ladder == null ? new ListPlan(steps.stream().map(Step::change).toList()) : new Ladder(steps);
    }

    private @Nullable Step step(Node item, boolean ladder, int index) {
        String what = ladder ? "a rung" : "a variant";
        Map<String, Entry> entries = reader.entries(item, what);
        if (!(item instanceof MappingNode)) {
            return null;
        }
        boolean control = ladder && entries.containsKey("control");
        List<String> keys = control ? List.of("control", "of", "change", "match") : List.of("name", "change", "match");
        reader.refuseOthers(entries, control ? "a control" : what, keys);
        Settings settings = change(entries.get("change"));
        String place = "steps/" + index + "/";
        Match match = matches.decode(entries.get("match"), place + "match/");
        Entry named = entries.get(keys.get(0));
        if (named == null) {
            reader.missing(item, ladder ? "name: or control:" : "name:", what);
            return null;
        }
        String name = reader.text(named);
        if (name == null) {
            return null;
        }
        places.put(place + "name", named.value());
        variants.putIfAbsent(name, problems.place(named.value()));
        Change change = new Change(name, settings, match);
        if (!control) {
            return new Rung(change);
        }
        Entry of = entries.get("of");
        String from = of == null ? null : reader.text(of);
        if (of == null) {
            reader.missing(item, "of:", "the control " + Text.quote(name));
        } else {
            places.put(place + "of", of.value());
        }
        return new Control(change, from == null ? Variant.BASE : from);
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
