package org.ditlab.summary;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A study as a report tells it: variants in the study's order, the untrained model last.
 *
 * @param name the study's name
 * @param specification {@code study.json}, indented
 * @param variants in the study's order, {@code untrained} last
 * @param protocols how the finished trials were measured; more than one only where they must not share a column
 * @param provenance what the attempts ran on: by key, each value with the number of attempts that recorded it
 */
public record StudySummary(
        String name,
        String specification,
        List<VariantSummary> variants,
        List<Protocol> protocols,
        Map<String, Map<String, Integer>> provenance) {

    public StudySummary {
        variants = List.copyOf(variants);
        protocols = List.copyOf(protocols);
    }

    /** The variants that trained, or will. */
    public List<VariantSummary> trained() {
        return variants.stream().filter(variant -> !variant.untrained()).toList();
    }

    public List<TrialSummary> trials() {
        List<TrialSummary> trials = new ArrayList<>();
        variants.forEach(variant -> trials.addAll(variant.trials()));
        return trials;
    }

    /** How many trials have a result: done or diverged. */
    public long finished() {
        return trials().stream()
                .filter(trial -> trial.status() != TrialStatus.UNFINISHED)
                .count();
    }

    /** {@code 5 of 7 trials done}, and how many diverged. */
    public String progress() {
        List<TrialSummary> all = trials();
        long done = all.stream().filter(TrialSummary::done).count();
        long diverged = finished() - done;
        return done + " of " + all.size() + (all.size() == 1 ? " trial done" : " trials done")
                + (diverged == 0 ? "" : ", " + diverged + " diverged");
    }

    /** The floor of a metric under a protocol: held-out real images; the distinct values that trials recorded. */
    public List<Double> floor(String metric, Protocol protocol) {
        return trials().stream()
                .filter(trial -> trial.done() && protocol.measured(trial))
                .flatMapToDouble(trial ->
                        TrialSummary.number(trial.metrics(), "floor." + metric).stream())
                .distinct()
                .sorted()
                .boxed()
                .toList();
    }
}
