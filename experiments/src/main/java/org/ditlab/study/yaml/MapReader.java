package org.ditlab.study.yaml;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.ditlab.knob.Domain;
import org.ditlab.knob.DomainException;
import org.ditlab.study.Spelling;
import org.ditlab.study.Text;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Takes nodes apart and reports what is of the wrong kind. */
final class MapReader {
    /** Characters of a list that a message repeats. */
    private static final int REPEATED = 60;

    private static final int LISTED = 16;

    /** A key of a map with what it holds. */
    record Entry(Node key, String name, Node value) {}

    private final YamlProblems problems;

    MapReader(YamlProblems problems) {
        this.problems = problems;
    }

    /** The entries of a map by key; empty, and reported, when the node is none. */
    Map<String, Entry> entries(Node node, String what) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        if (!(node instanceof MappingNode map)) {
            problems.add(node, what + " is " + kind(node) + "; expected keys with values");
            return entries;
        }
        for (NodeTuple tuple : map.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problems.add(
                        tuple.getKeyNode(),
                        "a key of " + what + " is " + kind(tuple.getKeyNode()) + "; expected a word");
                continue;
            }
            Entry first = entries.putIfAbsent(key.getValue(), new Entry(key, key.getValue(), tuple.getValueNode()));
            if (first != null) {
                problems.add(
                        key,
                        "duplicate key " + Text.quote(key.getValue()) + ", first at " + problems.place(first.key())
                                + "; expected each key once");
            }
        }
        return entries;
    }

    /** Reports every key that is none of the known ones. */
    void refuseOthers(Map<String, Entry> entries, String what, Collection<String> known) {
        for (Entry entry : entries.values()) {
            if (!known.contains(entry.name())) {
                problems.add(
                        entry.key(),
                        "unknown key " + Text.quote(entry.name()) + " in " + what + "; expected " + alternatives(known),
                        () -> Spelling.remark(entry.name(), known));
            }
        }
    }

    /** Text that is not blank; null, and reported, when the node holds none. */
    @Nullable
    String text(Entry entry) {
        if (entry.value() instanceof ScalarNode scalar
                && !isMissing(scalar)
                && !scalar.getValue().isBlank()) {
            return scalar.getValue();
        }
        problems.add(entry.value(), entry.name() + " is " + kind(entry.value()) + "; expected text");
        return null;
    }

    /** What a domain reads at a node; null, and reported, when it refuses. */
    <V> @Nullable V value(String name, Domain<V> domain, Node node) {
        return value(name, domain, node, "");
    }

    /** The same, where something else than the domain's values may stand, too. */
    <V> @Nullable V value(String name, Domain<V> domain, Node node, String otherwise) {
        try {
            return domain.parse(raw(node));
        } catch (DomainException e) {
            String problem = isMissing(node) ? " has no value; " : " cannot be " + kind(node) + "; ";
            String word = node instanceof ScalarNode scalar ? scalar.getValue() : "";
            problems.add(
                    node, name + problem + e.getMessage() + otherwise, () -> Spelling.remark(word, domain.words()));
            return null;
        }
    }

    /** Reports that a key is missing in what stands at a node. */
    void missing(Node where, String key, String what) {
        problems.addAtStart(where, "a required key is missing; expected " + key + " in " + what);
    }

    /** The items of a list; empty, and reported, when the node is none. */
    List<Node> items(Entry entry) {
        if (entry.value() instanceof SequenceNode list) {
            return list.getValue();
        }
        problems.add(entry.value(), entry.name() + " is " + kind(entry.value()) + "; expected a list");
        return List.of();
    }

    /** What a domain reads: scalars as String, lists as List, maps as Map. */
    static Object raw(Node node) {
        if (node instanceof SequenceNode list) {
            return list.getValue().stream().map(MapReader::raw).toList();
        }
        if (node instanceof MappingNode map) {
            Map<String, Object> raw = new LinkedHashMap<>();
            map.getValue()
                    .forEach(tuple -> raw.put(String.valueOf(raw(tuple.getKeyNode())), raw(tuple.getValueNode())));
            return raw;
        }
        return ((ScalarNode) node).getValue();
    }

    /** What a node is, for a message: {@code a list}, {@code "abc"}. */
    static String kind(Node node) {
        if (node instanceof SequenceNode list) {
            return scalars(list);
        }
        if (node instanceof ScalarNode scalar) {
            return isMissing(scalar) ? "empty" : Text.quote(scalar.getValue());
        }
        return "a map";
    }

    /** {@code the list [1, 2]}, or "a list" when it is long or holds more than words. */
    private static String scalars(SequenceNode list) {
        StringJoiner words = new StringJoiner(", ", "the list [", "]");
        for (Node item : list.getValue()) {
            if (!(item instanceof ScalarNode scalar) || words.length() > REPEATED) {
                return "a list";
            }
            words.add(scalar.getValue());
        }
        return Text.printable(words.toString()) ? words.toString() : "a list";
    }

    static boolean isMissing(Node node) {
        return node instanceof ScalarNode scalar
                && scalar.getScalarStyle() == ScalarStyle.PLAIN
                && scalar.getValue().isEmpty();
    }

    /** The first few words of a list, with bars. */
    static String alternatives(Collection<String> words) {
        List<String> shown = new ArrayList<>(words.stream().limit(LISTED).toList());
        if (words.size() > LISTED) {
            shown.add("...");
        }
        return String.join(" | ", shown);
    }
}
