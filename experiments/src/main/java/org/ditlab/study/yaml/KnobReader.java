package org.ditlab.study.yaml;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.study.Knobs;
import org.ditlab.study.Section;
import org.ditlab.study.Spelling;
import org.ditlab.study.Text;
import org.ditlab.study.yaml.MapReader.Entry;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Maps of knobs with their values. */
final class KnobReader {
    private final MapReader reader;
    private final YamlProblems problems;
    private final Knobs knobs;
    private final Map<String, Node> places;

    KnobReader(MapReader reader, YamlProblems problems, Knobs knobs, Map<String, Node> places) {
        this.reader = reader;
        this.problems = problems;
        this.knobs = knobs;
        this.places = places;
    }

    /** The knobs of a section by their short names. */
    Settings section(Section section, Map<String, Entry> entries) {
        Map<String, Knob<?>> known = new LinkedHashMap<>();
        knobs.of(section).forEach(knob -> known.put(Section.shortName(knob), knob));
        Set<String> words = new LinkedHashSet<>();
        if (section == Section.ARCHITECTURE) {
            words.add("model");
        }
        words.addAll(known.keySet());
        return settings(entries, known, words, section.word(), null);
    }

    /** Any knobs by their full names, their nodes kept under {@code place}. */
    Settings change(@Nullable Entry entry, String place) {
        if (entry == null) {
            return Settings.empty();
        }
        Map<String, Knob<?>> known = new LinkedHashMap<>();
        knobs.all().forEach(knob -> known.put(knob.name(), knob));
        return settings(reader.entries(entry.value(), "change"), known, known.keySet(), "change", place);
    }

    /** A knob of any section by its full name; null, and reported, where there is none. */
    @Nullable
    Knob<?> knob(Entry entry, String where, Collection<String> others) {
        Knob<?> knob = knobs.find(entry.name()).orElse(null);
        if (knob == null) {
            Set<String> words = new LinkedHashSet<>(others);
            words.addAll(knobs.names());
            unknown(entry, where, words);
        }
        return knob;
    }

    <V> @Nullable Setting<V> setting(Knob<V> knob, Node node) {
        V value = reader.value(knob.name(), knob.domain(), node);
        return value == null ? null : knob.to(value);
    }

    private Settings settings(
            Map<String, Entry> entries,
            Map<String, Knob<?>> known,
            Set<String> words,
            String where,
            @Nullable String place) {
        List<Setting<?>> settings = new ArrayList<>();
        for (Entry entry : entries.values()) {
            Knob<?> knob = known.get(entry.name());
            if (knob == null) {
                unknown(entry, where, words);
                continue;
            }
            Setting<?> setting = setting(knob, entry.value());
            if (setting != null) {
                settings.add(setting);
                if (place != null) {
                    places.put(place + "/change/" + knob.name(), entry.key());
                }
            }
        }
        return Settings.empty().with(settings);
    }

    private void unknown(Entry entry, String where, Set<String> words) {
        problems.add(
                entry.key(),
                "unknown knob " + Text.quote(entry.name()) + " in " + where + "; expected "
                        + MapReader.alternatives(words),
                () -> Spelling.remark(entry.name(), words));
    }
}
