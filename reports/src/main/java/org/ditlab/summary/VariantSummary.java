package org.ditlab.summary;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.ditlab.statistics.Estimate;
import org.ditlab.store.RungPlace;
import org.ditlab.store.TrialResult;
import org.ditlab.store.TrialStatus;

/**
 * All trials of one variant, by replicate.
 *
 * @param trials at least one
 */
public record VariantSummary(String name, List<TrialResult> trials) {
    /** The name of the fixed row whose model never trained. */
    public static final String UNTRAINED = "untrained";

    public VariantSummary {
        trials = List.copyOf(trials);
    }

    public boolean untrained() {
        return trials.get(0).variant().equals(UNTRAINED);
    }

    /** Whether a trial of this variant is one of the other's too, told by its hash. */
    boolean sharesTrialWith(VariantSummary other) {
        return trials.stream()
                .anyMatch(trial ->
                        other.trials.stream().anyMatch(one -> one.hash().equals(trial.hash())));
    }

    public long count(TrialStatus status) {
        return trials.stream().filter(trial -> trial.status() == status).count();
    }

    /** The trials whose metrics may be read. */
    public List<TrialResult> done() {
        return trials.stream()
                .filter(trial -> trial.status() == TrialStatus.DONE)
                .toList();
    }

    /** Raw knob values, the same for all replicates. */
    public Map<String, Object> settings() {
        return trials.get(0).settings();
    }

    /** A number of the architecture's cost. */
    public Optional<Double> cost(String key) {
        return finite(trials.get(0).cost(), key);
    }

    /**
     * Multiply-accumulates of the whole training in units of 10^9: 3 x batch x steps x the forward pass of the graph that
     * trains, the backward pass counted as twice the forward pass.
     */
    public Optional<Double> trainingGmacs() {
        Optional<Double> batch = finite(settings(), "train.batch");
        Optional<Double> steps = finite(settings(), "train.steps");
        if (batch.isEmpty() || steps.isEmpty()) {
            return Optional.empty();
        }
        return cost("macs_train_graph").map(macs -> 3 * macs / 1e9 * batch.get() * steps.get());
    }

    /** {@code stopped at step 500} of a variant of which nothing is done, for where its numbers would stand; else empty. */
    public String stopped() {
        String steps = stoppedSteps();
        return done().isEmpty() && !steps.isEmpty() ? "stopped at step " + steps : "";
    }

    private String stoppedSteps() {
        return trials.stream()
                .flatMap(trial -> Optional.ofNullable(trial.stopped()).stream())
                .map(RungPlace::step)
                .distinct()
                .sorted()
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
    }

    /** {@code 1/3 done, 1 diverged (at step 40), 1 stopped at step 500}. */
    public String status() {
        List<String> parts = new ArrayList<>();
        parts.add(done().size() + "/" + trials.size() + " done");
        for (TrialStatus status : TrialStatus.values()) {
            if (status != TrialStatus.DONE && count(status) > 0) {
                String at = switch (status) {
                    case STOPPED -> " at step " + stoppedSteps();
                    case DIVERGED -> divergedSteps();
                    case PLANNED, RUNNING, DONE, FAILED -> "";
                };
                parts.add(count(status) + " " + status.word() + at);
            }
        }
        return String.join(", ", parts);
    }

    private String divergedSteps() {
        String steps = trials.stream()
                .flatMap(trial -> finite(trial.metrics(), "diverged_at_step").stream())
                .map(step -> Long.toString(step.longValue()))
                .collect(Collectors.joining(", "));
        return steps.isEmpty() ? "" : " (at step " + steps + ")";
    }

    /** A metric by replicate, over the trials that are done and were measured by this protocol. */
    public Map<Integer, Double> metric(String key, Protocol protocol) {
        Map<Integer, Double> values = new TreeMap<>();
        for (TrialResult trial : done()) {
            if (protocol.measured(trial)) {
                finite(trial.metrics(), key).ifPresent(value -> values.put(trial.replicate(), value));
            }
        }
        return values;
    }

    /** Mean and interval of a metric under a protocol. */
    public Estimate estimate(String key, Protocol protocol) {
        return Estimate.of(metric(key, protocol).values());
    }

    /**
     * Whether no seed's value of a metric under a protocol is missing. Only such variants are marked, ranked, put on a front or
     * fitted: where seeds diverged, were stopped or have not ended, the mean is over those that did well. Never the untrained model.
     */
    public boolean complete(String key, Protocol protocol) {
        return !untrained() && metric(key, protocol).size() == trials.size();
    }

    /** As {@link #complete(String, Protocol)}, of a metric that has no protocol. */
    public boolean complete(String key) {
        return !untrained() && values(key).size() == trials.size();
    }

    /** Mean and interval over the trials that are done, of a number among their metrics, timing and cost. */
    public Estimate estimate(String key) {
        return Estimate.of(values(key));
    }

    /** A number among metrics, timing and cost of the trials that are done, where they have it. */
    public List<Double> values(String key) {
        return done().stream()
                .flatMap(trial -> trial.number(key).filter(Double::isFinite).stream())
                .toList();
    }

    /** The number under a key; empty where it is missing, no number, or not finite. */
    static Optional<Double> finite(Map<String, Object> map, String key) {
        return map.get(key) instanceof Number number && Double.isFinite(number.doubleValue())
                ? Optional.of(number.doubleValue())
                : Optional.empty();
    }
}
