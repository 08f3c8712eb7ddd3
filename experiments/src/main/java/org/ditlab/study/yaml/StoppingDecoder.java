package org.ditlab.study.yaml;

import java.util.List;
import java.util.Map;
import org.ditlab.knob.Domain;
import org.ditlab.knob.Domains;
import org.ditlab.study.EarlyStopping;
import org.ditlab.study.RungMetric;
import org.ditlab.study.yaml.MapReader.Entry;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** The node of {@code early-stopping: { metric: train.loss, rungs: [500, 1500], factor: 3 }} to the policy. */
final class StoppingDecoder {
    static final Domain<String> METRIC = Domains.word(RungMetric.words());
    static final Domain<Integer> STEP = Domains.integer(1, Integer.MAX_VALUE);
    static final Domain<List<Integer>> RUNGS = Domains.list(STEP, 1, EarlyStopping.MAX_RUNGS);
    static final Domain<Integer> FACTOR = Domains.integer(2, EarlyStopping.MAX_FACTOR);
    static final Domain<List<String>> PROTECT = Domains.list(Domains.text("a variant's name"), 0, 1000);

    private static final List<String> KEYS = List.of("metric", "rungs", "first", "factor", "protect");

    private final MapReader reader;
    private final Map<String, Node> places;

    StoppingDecoder(MapReader reader, Map<String, Node> places) {
        this.reader = reader;
        this.places = places;
    }

    /** The policy, its parts' nodes kept as places; null where there is none, or none that can be read. */
    @Nullable
    EarlyStopping decode(@Nullable Entry entry) {
        if (entry == null) {
            return null;
        }
        Map<String, Entry> entries = reader.entries(entry.value(), EarlyStopping.WORD);
        if (!(entry.value() instanceof MappingNode)) {
            return null;
        }
        reader.refuseOthers(entries, EarlyStopping.WORD, KEYS);
        places.put(EarlyStopping.WORD, entry.key());
        entries.values().forEach(part -> places.put(EarlyStopping.WORD + "/" + part.name(), part.value()));
        boolean said = entries.containsKey("rungs") || entries.containsKey("first");
        String metric = value(entries, "metric", METRIC);
        List<Integer> rungs = value(entries, "rungs", RUNGS);
        Integer first = value(entries, "first", STEP);
        Integer factor = value(entries, "factor", FACTOR);
        List<String> protect = value(entries, "protect", PROTECT);
        if (said && rungs == null && first == null) {
            return null;
        }
        return new EarlyStopping(
                metric == null ? RungMetric.TRAIN_LOSS : RungMetric.of(metric),
                rungs == null ? List.of() : rungs,
                first == null ? 0 : first,
                factor == null ? EarlyStopping.DEFAULT_FACTOR : factor,
                protect);
    }

    private <V> @Nullable V value(Map<String, Entry> entries, String key, Domain<V> domain) {
        Entry entry = entries.get(key);
        return entry == null ? null : reader.value(key, domain, entry.value());
    }
}
