package org.ditlab.study.yaml;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ditlab.knob.Domains;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.study.Axis;
import org.ditlab.study.Change;
import org.ditlab.study.Exclusion;
import org.ditlab.study.Expansion;
import org.ditlab.study.GridPlan;
import org.ditlab.study.Match;
import org.ditlab.study.RandomPlan;
import org.ditlab.study.Spelling;
import org.ditlab.study.Terms;
import org.ditlab.study.Text;
import org.ditlab.study.ZipPlan;
import org.ditlab.study.yaml.MapReader.Entry;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Grids, zips and random draws with their axes, and the terms that every generated kind may have. */
final class AxisDecoder {
    /** Keys that stand beside the axes. */
    private static final List<String> TERMS = List.of("name", "label", "match", "exclude", "order");

    private static final List<String> RANDOM = List.of("draws", "seed");
    private static final List<String> RANGE = List.of("from", "to", "scale", "step");

    private final MapReader reader;
    private final YamlProblems problems;
    private final KnobReader knobs;
    private final MatchDecoder matches;
    private final Map<String, Node> places;

    AxisDecoder(
            MapReader reader, YamlProblems problems, KnobReader knobs, MatchDecoder matches, Map<String, Node> places) {
        this.reader = reader;
        this.problems = problems;
        this.knobs = knobs;
        this.matches = matches;
        this.places = places;
    }

    GridPlan grid(Entry entry, String place) {
        Map<String, Entry> said = reader.entries(entry.value(), entry.name());
        return new GridPlan(axes(said, place, TERMS), terms(said, place));
    }

    ZipPlan zip(Entry entry, String place) {
        Map<String, Entry> said = reader.entries(entry.value(), entry.name());
        return new ZipPlan(axes(said, place, TERMS), terms(said, place));
    }

    RandomPlan random(Entry entry, String place) {
        Map<String, Entry> said = reader.entries(entry.value(), entry.name());
        List<String> keys = new ArrayList<>(RANDOM);
        keys.addAll(TERMS);
        Entry draws = said.get("draws");
        if (draws == null && entry.value() instanceof MappingNode) {
            reader.missing(entry.key(), "draws:", "random");
        }
        Integer count = draws == null ? null : reader.value("draws", Domains.integer(1, Expansion.MOST), draws.value());
        keep(place, draws);
        return new RandomPlan(
                axes(said, place, keys), count == null ? 1 : count, seed(said.get("seed")), terms(said, place));
    }

    /** A seed; 0 where none is said. */
    long seed(@Nullable Entry entry) {
        Integer seed =
                entry == null ? null : reader.value("seed", Domains.integer(0, Integer.MAX_VALUE), entry.value());
        return seed == null ? 0 : seed;
    }

    /** Remembers where a key's value stands. */
    void keep(String place, @Nullable Entry entry) {
        if (entry != null) {
            places.put(place + "/" + entry.name(), entry.value());
        }
    }

    /** What every variant of a kind has to meet, and which are left out. */
    Terms terms(Map<String, Entry> said, String place) {
        Match match = matches.decode(said.get("match"), place + "/match/");
        List<Exclusion> exclude = new ArrayList<>();
        Entry excluded = said.get("exclude");
        if (excluded != null) {
            places.put(place + "/exclude", excluded.key());
            List<Node> items =
                    excluded.value() instanceof SequenceNode ? reader.items(excluded) : List.of(excluded.value());
            for (Node item : items) {
                Exclusion exclusion = exclusion(item, place + "/exclude/" + exclude.size());
                if (exclusion != null) {
                    exclude.add(exclusion);
                }
            }
        }
        return new Terms(match, exclude, text(said.get("label"), place), text(said.get("name"), place));
    }

    private String text(@Nullable Entry entry, String place) {
        String text = entry == null ? null : reader.text(entry);
        keep(place, entry);
        return text == null ? "" : text;
    }

    private @Nullable Exclusion exclusion(Node item, String place) {
        places.put(place, item);
        if (!(item instanceof MappingNode)) {
            String name = reader.text(new Entry(item, "exclude", item));
            if (name == null) {
                return null;
            }
            return name.equals(Exclusion.INVALID) ? new Exclusion.Invalid() : new Exclusion.Named(name);
        }
        List<Axis.Values> conditions = new ArrayList<>();
        for (Entry entry : reader.entries(item, "a condition").values()) {
            Knob<?> knob = knobs.knob(entry, "exclude", List.of());
            if (knob != null) {
                conditions.add(condition(knob, entry.value()));
                places.put(place + "/" + knob.name(), entry.value());
            }
        }
        if (conditions.isEmpty()) {
            problems.add(item, "the condition names no knob; expected knobs with the values that are left out");
            return null;
        }
        return new Exclusion.Where(conditions);
    }

    /** One value, or a list of values; a list that the knob takes as one value is one. */
    private <V> Axis.Values condition(Knob<V> knob, Node node) {
        if (node instanceof SequenceNode list && !takesLists(knob)) {
            return new Axis.Values(knob, values(knob, list.getValue()));
        }
        boolean lists = node instanceof SequenceNode list
                && !list.getValue().isEmpty()
                && list.getValue().get(0) instanceof SequenceNode;
        return new Axis.Values(knob, values(knob, lists ? ((SequenceNode) node).getValue() : List.of(node)));
    }

    private static <V> boolean takesLists(Knob<V> knob) {
        return knob.domain().render(knob.defaultValue()) instanceof List;
    }

    private List<Setting<?>> values(Knob<?> knob, List<Node> nodes) {
        List<Setting<?>> values = new ArrayList<>();
        for (Node node : nodes) {
            Setting<?> setting = knobs.setting(knob, node);
            if (setting != null) {
                values.add(setting);
            }
        }
        return values;
    }

    private List<Axis> axes(Map<String, Entry> said, String place, List<String> keys) {
        Map<String, Axis> axes = new LinkedHashMap<>();
        for (Entry entry : said.values()) {
            if (!keys.contains(entry.name())) {
                places.put(place + "/" + entry.name(), entry.key());
                Axis axis = axis(entry, place + "/" + entry.name(), keys);
                if (axis != null) {
                    axes.put(entry.name(), axis);
                }
            }
        }
        Entry order = said.get("order");
        return order == null ? List.copyOf(axes.values()) : ordered(axes, order);
    }

    private List<Axis> ordered(Map<String, Axis> axes, Entry order) {
        Set<String> named = new HashSet<>();
        List<Axis> ordered = new ArrayList<>();
        for (Node item : reader.items(order)) {
            String word = reader.text(new Entry(order.key(), "order", item));
            if (word == null) {
                continue;
            }
            if (!axes.containsKey(word) || !named.add(word)) {
                problems.add(
                        item,
                        "order names " + Text.quote(word) + (axes.containsKey(word) ? " twice" : ", which is no axis")
                                + "; expected each axis once",
                        () -> axes.containsKey(word) ? "" : Spelling.remark(word, axes.keySet()));
                continue;
            }
            ordered.add(axes.get(word));
        }
        axes.forEach((label, axis) -> {
            if (!named.contains(label)) {
                ordered.add(axis);
            }
        });
        return ordered;
    }

    private @Nullable Axis axis(Entry entry, String place, List<String> keys) {
        if (entry.value() instanceof SequenceNode list
                && !list.getValue().isEmpty()
                && list.getValue().get(0) instanceof MappingNode) {
            return new Axis.Changes(entry.name(), changes(list.getValue(), place));
        }
        Knob<?> knob = knobs.knob(entry, place.substring(0, place.indexOf('/')), keys);
        if (knob == null) {
            return null;
        }
        if (entry.value() instanceof MappingNode) {
            return range(knob, entry, place);
        }
        List<Node> items = reader.items(entry);
        List<Setting<?>> values = values(knob, items);
        if (values.size() < items.size() || !(entry.value() instanceof SequenceNode)) {
            // What could not be read is reported; what follows from that is not.
            places.remove(place);
        }
        return new Axis.Values(knob, values);
    }

    private List<Change> changes(List<Node> rows, String place) {
        List<Change> changes = new ArrayList<>();
        for (Node row : rows) {
            Map<String, Entry> entries = reader.entries(row, "a named change");
            reader.refuseOthers(entries, "a named change", List.of("name", "change"));
            String at = place + "/" + changes.size();
            Settings settings = knobs.change(entries.get("change"), at);
            Entry named = entries.get("name");
            String name = named == null ? null : reader.text(named);
            if (named == null && row instanceof MappingNode) {
                reader.missing(row, "name:", "a named change");
            } else if (name != null) {
                places.put(at + "/name", named.value());
                changes.add(new Change(name, settings, null));
            }
        }
        return changes;
    }

    private Axis range(Knob<?> knob, Entry entry, String place) {
        Map<String, Entry> said = reader.entries(entry.value(), "a range");
        reader.refuseOthers(said, "a range", RANGE);
        for (String key : List.of("from", "to")) {
            if (!said.containsKey(key)) {
                reader.missing(entry.key(), key + ":", "the range of " + entry.name());
            }
        }
        Entry scale = said.get("scale");
        String word =
                scale == null ? "linear" : reader.value("scale", Domains.word(List.of("linear", "log")), scale.value());
        Entry step = said.get("step");
        Double distance = step == null ? null : reader.value("step", Domains.real(-1e15, 1e15), step.value());
        if (distance != null && distance <= 0) {
            problems.add(
                    step.value(),
                    "step cannot be " + MapReader.kind(step.value()) + "; expected a number above 0, or none");
            distance = null;
        }
        Setting<?> from = end(knob, said.get("from"));
        Setting<?> to = end(knob, said.get("to"));
        if (from == null || to == null) {
            places.remove(place);
        } else {
            keep(place, step);
        }
        return new Axis.Range(
                knob, number(from, 0), number(to, 1), "log".equals(word), distance == null ? 0 : distance);
    }

    private @Nullable Setting<?> end(Knob<?> knob, @Nullable Entry entry) {
        return entry == null ? null : knobs.setting(knob, entry.value());
    }

    private static double number(@Nullable Setting<?> setting, double otherwise) {
        return setting != null && setting.raw() instanceof Number number ? number.doubleValue() : otherwise;
    }
}
