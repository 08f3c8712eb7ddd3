package org.ditlab.study.yaml;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.ditlab.knob.Domains;
import org.ditlab.knob.Knob;
import org.ditlab.study.Match;
import org.ditlab.study.MatchTarget;
import org.ditlab.study.yaml.MapReader.Entry;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** The node of {@code match: { gmacs: base, within: 2%, solve: width }} to a match. */
final class MatchDecoder {
    private static final List<String> KEYS = List.of("gmacs", "within", "solve");
    /** What YAML 1.2 reads as a number, and what is quoted when it is written as text. */
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]*)?([eE][-+]?[0-9]+)?");

    private final MapReader reader;
    private final Map<String, Node> places;

    MatchDecoder(MapReader reader, Map<String, Node> places) {
        this.reader = reader;
        this.places = places;
    }

    /** The match, its parts' nodes kept under {@code place}; null where there is none, or none that can be read. */
    @Nullable
    Match decode(@Nullable Entry entry, String place) {
        if (entry == null) {
            return null;
        }
        Map<String, Entry> entries = reader.entries(entry.value(), "match");
        if (!(entry.value() instanceof MappingNode)) {
            return null;
        }
        reader.refuseOthers(entries, "match", KEYS);
        KEYS.stream()
                .filter(key -> !entries.containsKey(key))
                .forEach(key -> reader.missing(entry.key(), key + ":", "match"));
        MatchTarget target = target(entries.get("gmacs"));
        Entry within = entries.get("within");
        Double percent = within == null ? null : reader.value("within", Match.WITHIN, within.value());
        Knob<?> knob = knob(entries.get("solve"));
        keep(place, entries.get("gmacs"), target);
        keep(place, entries.get("within"), percent);
        keep(place, entries.get("solve"), knob);
        // What could not be read is reported; what stands in for it lets the rest be checked.
        return target == null
                ? null
                : new Match(target, percent == null ? 0 : percent, knob == null ? Match.SOLVABLE.get(0) : knob);
    }

    private void keep(String place, @Nullable Entry entry, @Nullable Object read) {
        if (entry != null && read != null) {
            places.put(place + entry.name(), entry.value());
        }
    }

    private @Nullable MatchTarget target(@Nullable Entry entry) {
        if (entry == null) {
            return null;
        }
        if (entry.value() instanceof ScalarNode scalar
                && scalar.getScalarStyle() == ScalarStyle.PLAIN
                && NUMBER.matcher(scalar.getValue()).matches()) {
            Double gmacs = reader.value("gmacs", MatchTarget.GMACS, scalar);
            return gmacs == null ? null : new MatchTarget.Gmacs(gmacs);
        }
        String name = reader.text(entry);
        return name == null ? null : new MatchTarget.Named(name);
    }

    private @Nullable Knob<?> knob(@Nullable Entry entry) {
        String word = entry == null ? null : reader.value("solve", Domains.word(Match.words()), entry.value());
        return Match.SOLVABLE.stream()
                .filter(knob -> knob.name().equals(word))
                .findFirst()
                .orElse(null);
    }
}
