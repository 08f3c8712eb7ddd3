package org.ditlab.summary;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import org.ditlab.statistics.Estimate;

/**
 * All trials of one variant, by replicate.
 *
 * @param trials at least one
 */
public record VariantSummary(String name, List<TrialSummary> trials) {
    /** The name of the fixed row whose model never trained. */
    public static final String UNTRAINED = "untrained";

    public VariantSummary {
        trials = List.copyOf(trials);
    }

    public boolean untrained() {
        return name.equals(UNTRAINED);
    }

    public long count(TrialStatus status) {
        return trials.stream().filter(trial -> trial.status() == status).count();
    }

    /** Raw knob values, the same for all replicates. */
    public Map<String, Object> settings() {
        return trials.get(0).settings();
    }

    /** A number of the architecture's cost. */
    public OptionalDouble cost(String key) {
        return TrialSummary.number(trials.get(0).cost(), key);
    }

    /** {@code 2/3 done, 1 diverged at step 40}. */
    public String status() {
        List<String> parts = new ArrayList<>();
        parts.add(count(TrialStatus.DONE) + "/" + trials.size() + " done");
        List<String> steps = new ArrayList<>();
        for (TrialSummary trial : trials) {
            TrialSummary.number(trial.metrics(), "diverged_at_step")
                    .ifPresent(step -> steps.add(Long.toString((long) step)));
        }
        if (count(TrialStatus.DIVERGED) > 0) {
            String where = steps.isEmpty() ? "" : " at step " + String.join(", ", steps);
            parts.add(count(TrialStatus.DIVERGED) + " diverged" + where);
        }
        if (count(TrialStatus.UNFINISHED) > 0) {
            parts.add(count(TrialStatus.UNFINISHED) + " unfinished");
        }
        return String.join(", ", parts);
    }

    /** A metric by replicate, over the trials that are done and were measured by this protocol. */
    public Map<Integer, Double> metric(String key, Protocol protocol) {
        Map<Integer, Double> values = new TreeMap<>();
        for (TrialSummary trial : trials) {
            if (trial.done() && protocol.measured(trial)) {
                TrialSummary.number(trial.metrics(), key).ifPresent(value -> values.put(trial.replicate(), value));
            }
        }
        return values;
    }

    /** Mean and interval over the trials that are done, of a number in one of their maps. */
    public Estimate estimate(Function<TrialSummary, Map<String, Object>> map, String key) {
        List<Double> values = new ArrayList<>();
        for (TrialSummary trial : trials) {
            if (trial.done()) {
                TrialSummary.number(map.apply(trial), key).ifPresent(values::add);
            }
        }
        return Estimate.of(values);
    }
}
