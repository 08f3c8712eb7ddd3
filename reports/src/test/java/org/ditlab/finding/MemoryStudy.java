package org.ditlab.finding;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.store.TrialResult;
import org.ditlab.store.TrialStatus;
import org.ditlab.study.GroupMember;
import org.ditlab.study.GroupOrder;
import org.ditlab.study.PlanGroup;
import org.ditlab.summary.Protocol;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;

/** A study's summary built in memory, a variant at a time. */
final class MemoryStudy {
    private final List<VariantSummary> variants = new ArrayList<>();
    private final List<PlanGroup> groups = new ArrayList<>();
    private final Map<String, Object> spec = new LinkedHashMap<>(Map.of("study", "memory"));
    private final Map<String, Object> protocol = new LinkedHashMap<>(Map.of("features", "classifier:shapes-32"));
    private String metric = "fid";
    private String name = "memory";
    private TrialStatus last = TrialStatus.DONE;

    MemoryStudy metric(String key) {
        metric = key;
        return this;
    }

    /** The study's name, which its trials' hashes depend on. */
    MemoryStudy name(String study) {
        name = study;
        return this;
    }

    /** What the last seed of the next variant came to. */
    MemoryStudy last(TrialStatus status) {
        last = status;
        return this;
    }

    MemoryStudy protocol(String field, Object value) {
        protocol.put(field, value);
        return this;
    }

    MemoryStudy sampler(String name) {
        protocol.put("sampler", name);
        return this;
    }

    MemoryStudy spec(String key, Object value) {
        spec.put(key, value);
        return this;
    }

    /** A variant with a value per seed, seeds counting from 1. */
    MemoryStudy variant(String name, double gmacs, Map<String, Object> knobs, double... values) {
        List<TrialResult> trials = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            Map<String, Object> settings = new LinkedHashMap<>(Map.of("train.steps", 400, "data.set", "shapes"));
            settings.putAll(knobs);
            trials.add(new TrialResult(
                    String.format("%064x", ((this.name.equals("memory") ? "" : this.name) + name + i).hashCode() & 0xffffffL),
                    name,
                    i,
                    i + 1,
                    i == values.length - 1 ? last : TrialStatus.DONE,
                    settings,
                    Map.of("macs", gmacs * 1e9),
                    Map.of(metric, values[i]),
                    Map.of(),
                    metric.equals("fid") ? Map.copyOf(protocol) : Map.of(),
                    List.of(),
                    null));
        }
        last = TrialStatus.DONE;
        variants.add(new VariantSummary(name, trials));
        return this;
    }

    /** A group whose members are variants of the same names. */
    MemoryStudy group(String kind, String... members) {
        groups.add(new PlanGroup(
                kind,
                kind,
                List.of(members).stream().map(name -> member(name, Map.of())).toList(),
                List.of(),
                List.of()));
        return this;
    }

    MemoryStudy group(PlanGroup group) {
        groups.add(group);
        return this;
    }

    MemoryStudy permuted(String label, List<String> members, GroupOrder... orders) {
        return group(new PlanGroup(
                "permuted-ladder",
                label,
                members.stream().map(name -> member(name, Map.of())).toList(),
                List.of(orders),
                List.of()));
    }

    static GroupMember member(String name, Map<String, Object> coordinates) {
        return new GroupMember(name, name, List.of(), List.of(), List.of(), coordinates);
    }

    StudySummary study() {
        return new StudySummary(name, spec, variants, Protocol.of(variants), Map.of(), groups, List.of());
    }
}
