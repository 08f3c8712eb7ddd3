package org.ditlab.study.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.knob.Domain;
import org.ditlab.knob.Domains;
import org.ditlab.knob.Settings;
import org.ditlab.study.AddOneIn;
import org.ditlab.study.Change;
import org.ditlab.study.Control;
import org.ditlab.study.Controls;
import org.ditlab.study.GridPlan;
import org.ditlab.study.Ladder;
import org.ditlab.study.LeaveOneOut;
import org.ditlab.study.ListPlan;
import org.ditlab.study.Match;
import org.ditlab.study.PermutedLadder;
import org.ditlab.study.PlanKind;
import org.ditlab.study.RandomPlan;
import org.ditlab.study.Rung;
import org.ditlab.study.Spelling;
import org.ditlab.study.Step;
import org.ditlab.study.Terms;
import org.ditlab.study.Text;
import org.ditlab.study.Variant;
import org.ditlab.study.ZipPlan;
import org.ditlab.study.yaml.MapReader.Entry;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The sections of a study that say how its variants derive from its base. */
final class PlanDecoder {
    /** The key of kinds that have no section of their own. */
    static final String ALSO = "also";

    private final MapReader reader;
    private final YamlProblems problems;
    private final KnobReader knobs;
    private final MatchDecoder matches;
    private final AxisDecoder axes;
    private final Map<String, Node> places;
    private final Map<String, Integer> counts = new HashMap<>();

    PlanDecoder(
            MapReader reader, YamlProblems problems, KnobReader knobs, MatchDecoder matches, Map<String, Node> places) {
        this.reader = reader;
        this.problems = problems;
        this.knobs = knobs;
        this.matches = matches;
        this.places = places;
        this.axes = new AxisDecoder(reader, problems, knobs, matches, places);
    }

    List<PlanKind> plans(Node root, Map<String, Entry> top) {
        List<PlanKind> plans = new ArrayList<>();
        for (String word : PlanKind.WORDS) {
            Entry entry = top.get(word);
            if (entry != null) {
                plans.add(kind(word, entry.key(), entry.value()));
            }
        }
        Entry also = top.get(ALSO);
        if (also != null) {
            reader.items(also).forEach(item -> also(item, plans));
        }
        if (plans.isEmpty() && also == null) {
            reader.missing(root, "ladder:, list: or another plan kind", "the study");
        }
        return plans;
    }

    private void also(Node item, List<PlanKind> plans) {
        if (item instanceof ScalarNode word) {
            if (known(word, word.getValue())) {
                plans.add(kind(word.getValue(), word, null));
            }
            return;
        }
        for (Entry entry : reader.entries(item, "an item of also").values()) {
            if (known(entry.key(), entry.name())) {
                plans.add(kind(entry.name(), entry.key(), entry.value()));
            }
        }
    }

    private boolean known(Node node, String word) {
        if (PlanKind.WORDS.contains(word)) {
            return true;
        }
        problems.add(
                node,
                "unknown plan kind " + Text.quote(word) + "; expected " + MapReader.alternatives(PlanKind.WORDS),
                () -> Spelling.remark(word, PlanKind.WORDS));
        return false;
    }

    /** One kind; without a node it takes the ladder's rungs, where it can. */
    private PlanKind kind(String word, Node key, @Nullable Node node) {
        int before = counts.merge(word, 1, Integer::sum);
        String place = before == 1 ? word : word + "-" + before;
        places.put(place, node instanceof SequenceNode list && list.getValue().isEmpty() ? node : key);
        Entry entry = new Entry(key, word, node == null ? key : node);
        return switch (word) {
            case Ladder.WORD -> new Ladder(steps(rows(entry, node), place, "a rung", true));
            case Controls.WORD -> new Controls(controls(rows(entry, node), place));
            case LeaveOneOut.WORD, AddOneIn.WORD, PermutedLadder.WORD -> combined(word, entry, node, place);
            case GridPlan.WORD -> axes.grid(entry, place);
            case ZipPlan.WORD -> axes.zip(entry, place);
            case RandomPlan.WORD -> axes.random(entry, place);
            default -> new ListPlan(changes(rows(entry, node), place, "a variant", false));
        };
    }

    private List<Node> rows(Entry entry, @Nullable Node node) {
        if (node == null) {
            problems.add(entry.key(), entry.name() + " has no rows; expected " + entry.name() + ": with a list");
            places.values().remove(entry.key());
            return List.of();
        }
        return reader.items(entry);
    }

    private PlanKind combined(String word, Entry entry, @Nullable Node node, String place) {
        List<Change> changes = List.of();
        Map<String, Entry> said = Map.of();
        if (node instanceof MappingNode) {
            said = reader.entries(node, word);
            List<String> keys = new ArrayList<>(List.of("changes", "label", "match", "exclude"));
            if (word.equals(LeaveOneOut.WORD)) {
                keys.add("full");
            } else if (word.equals(PermutedLadder.WORD)) {
                keys.addAll(List.of("orders", "seed"));
            }
            reader.refuseOthers(said, word, keys);
            Entry list = said.get("changes");
            changes = list == null ? List.of() : named(list, place);
        } else if (node != null) {
            changes = named(entry, place);
        }
        Terms terms = axes.terms(said, place);
        if (word.equals(AddOneIn.WORD)) {
            return new AddOneIn(changes, terms);
        }
        if (word.equals(LeaveOneOut.WORD)) {
            Entry full = said.get("full");
            String name = full == null ? null : reader.text(full);
            axes.keep(place, full);
            return new LeaveOneOut(changes, name == null ? "" : name, terms);
        }
        return new PermutedLadder(changes, orders(said.get("orders"), place), axes.seed(said.get("seed")), terms);
    }

    private int orders(@Nullable Entry entry, String place) {
        if (entry == null) {
            return PermutedLadder.USUAL;
        }
        if (entry.value() instanceof ScalarNode word && word.getValue().equals("all")) {
            return PermutedLadder.ALL;
        }
        Domain<Integer> domain = Domains.integer(1, PermutedLadder.MOST);
        Integer orders = reader.value("orders", domain, entry.value(), ", or all");
        axes.keep(place, entry);
        return orders == null ? PermutedLadder.USUAL : orders;
    }

    /** The changes that a kind combines: at least one. */
    private List<Change> named(Entry entry, String place) {
        List<Node> rows = reader.items(entry);
        if (entry.value() instanceof SequenceNode && rows.isEmpty()) {
            problems.add(entry.value(), "no change is listed; expected at least one");
            places.remove(place);
        }
        return changes(rows, place, "a change", true);
    }

    private List<Change> changes(List<Node> rows, String place, String what, boolean with) {
        List<Change> changes = new ArrayList<>();
        for (Node row : rows) {
            Change change = change(row, place + "/" + changes.size(), what, "name", with, List.of());
            if (change != null) {
                changes.add(change);
            }
        }
        return changes;
    }

    private List<Step> steps(List<Node> rows, String place, String what, boolean rungs) {
        List<Step> steps = new ArrayList<>();
        for (Node row : rows) {
            String at = place + "/" + steps.size();
            boolean control = !rungs
                    || row instanceof MappingNode map
                            && map.getValue().stream()
                                    .anyMatch(tuple -> tuple.getKeyNode() instanceof ScalarNode key
                                            && key.getValue().equals("control"));
            Step step = control ? control(row, at) : rung(row, at, what);
            if (step != null) {
                steps.add(step);
            }
        }
        return steps;
    }

    private List<Control> controls(List<Node> rows, String place) {
        return steps(rows, place, "a control", false).stream()
                .map(Control.class::cast)
                .toList();
    }

    private @Nullable Rung rung(Node row, String place, String what) {
        Change change = change(row, place, what, "name", true, List.of());
        return change == null ? null : new Rung(change);
    }

    private @Nullable Control control(Node row, String place) {
        Change change = change(row, place, "a control", "control", false, List.of("of"));
        if (change == null) {
            return null;
        }
        Entry of = reader.entries(row, "a control").get("of");
        String from = of == null ? null : reader.text(of);
        if (of == null) {
            reader.missing(row, "of:", "the control " + Text.quote(change.name()));
        } else {
            places.put(place + "/of", of.value());
        }
        return new Control(change, from == null ? Variant.BASE : from);
    }

    /** A row; null, and reported, where it has no name. */
    private @Nullable Change change(
            Node row, String place, String what, String nameKey, boolean with, List<String> others) {
        Map<String, Entry> entries = reader.entries(row, what);
        if (!(row instanceof MappingNode)) {
            return null;
        }
        List<String> keys = new ArrayList<>(List.of(nameKey));
        keys.addAll(others);
        keys.addAll(List.of("change", "match"));
        if (with) {
            keys.add("with");
        }
        reader.refuseOthers(entries, what, keys);
        Settings settings = knobs.change(entries.get("change"), place);
        Match match = matches.decode(entries.get("match"), place + "/match/");
        List<String> dependents = new ArrayList<>();
        Entry together = with ? entries.get("with") : null;
        if (together != null) {
            places.put(place + "/with", together.value());
            for (Node item : reader.items(together)) {
                String name = reader.text(new Entry(together.key(), "with", item));
                if (name != null) {
                    dependents.add(name);
                }
            }
        }
        Entry named = entries.get(nameKey);
        if (named == null) {
            boolean rung = what.equals("a rung");
            reader.missing(row, rung ? "name: or control:" : nameKey + ":", what);
            return null;
        }
        String name = reader.text(named);
        if (name == null) {
            return null;
        }
        places.put(place + "/name", named.value());
        places.put(place, named.value());
        return new Change(name, settings, match, dependents);
    }
}
