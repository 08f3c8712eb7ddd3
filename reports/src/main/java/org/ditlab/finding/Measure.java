package org.ditlab.finding;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.ditlab.statistics.Estimate;
import org.ditlab.statistics.PairedDifference;
import org.ditlab.store.TrialResult;
import org.ditlab.summary.Protocol;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;
import org.ditlab.table.ComparisonCaption;

/**
 * What the variants are judged by: one metric under one protocol, smaller is better, by variant and seed.
 *
 * @param label for a heading or a sentence: {@code FID[classifier:shapes-32]}
 * @param suffix of the sections' ids: empty for the first measure, {@code -2} for the second
 * @param variants those with at least one value, in the study's order; the untrained model is none
 * @param complete those of them with all their seeds, which alone are ranked and fitted
 * @param values by variant's name, then by the trial's seed
 * @param protocol how it was measured, a sentence for captions; empty of what has no protocol
 */
record Measure(
        String label,
        String suffix,
        List<VariantSummary> variants,
        List<VariantSummary> complete,
        Map<String, SortedMap<Long, Double>> values,
        String protocol) {

    /** FID, once per protocol that has one; else the held-out loss; none where neither is there. */
    static List<Measure> of(StudySummary study) {
        List<Measure> measures = new ArrayList<>();
        for (Protocol protocol : study.protocols()) {
            read(study, protocol.column("FID"), "fid", Optional.of(protocol), measures.size())
                    .ifPresent(measures::add);
        }
        if (measures.isEmpty()) {
            read(study, "held-out loss", "heldout.loss", Optional.empty(), 0).ifPresent(measures::add);
        }
        return List.copyOf(measures);
    }

    private static Optional<Measure> read(
            StudySummary study, String label, String key, Optional<Protocol> protocol, int earlier) {
        List<VariantSummary> variants = new ArrayList<>();
        Map<String, SortedMap<Long, Double>> values = new LinkedHashMap<>();
        for (VariantSummary variant : study.trained()) {
            SortedMap<Long, Double> bySeed = new TreeMap<>();
            for (TrialResult trial : variant.done()) {
                if (trial.metrics().get(key) instanceof Number number
                        && Double.isFinite(number.doubleValue())
                        && protocol.map(one -> one.measured(trial)).orElse(true)) {
                    bySeed.putIfAbsent(trial.seed(), number.doubleValue());
                }
            }
            if (!bySeed.isEmpty()) {
                variants.add(variant);
                values.put(variant.name(), bySeed);
            }
        }
        if (variants.isEmpty()) {
            return Optional.empty();
        }
        String suffix = earlier == 0 ? "" : "-" + (earlier + 1);
        List<VariantSummary> complete = variants.stream()
                .filter(variant -> protocol.map(one -> variant.complete(key, one)).orElseGet(() -> variant.complete(key)))
                .toList();
        String measured = protocol.map(one -> label + ": " + ComparisonCaption.protocol(study, one) + ".")
                .orElse("");
        return Optional.of(new Measure(label, suffix, List.copyOf(variants), complete, values, measured));
    }

    /** Value by seed; empty where the variant has none. */
    SortedMap<Long, Double> values(String variant) {
        return values.getOrDefault(variant, new TreeMap<>());
    }

    /** The variants that are not ranked, in a sentence after a space; empty where all are. */
    String leftOut() {
        return StudySummary.leftOut(variants.stream()
                .filter(variant -> !complete.contains(variant))
                .toList());
    }

    boolean has(String variant) {
        return values.containsKey(variant);
    }

    Optional<VariantSummary> variant(String name) {
        return variants.stream().filter(variant -> variant.name().equals(name)).findFirst();
    }

    Estimate estimate(String variant) {
        return Estimate.of(values(variant).values());
    }

    /** By how much a variant's values lie above another's, seed by seed: below 0 is better. */
    PairedDifference difference(String variant, String other) {
        return PairedDifference.of(values(variant), values(other));
    }

    /** 10^9 multiply-accumulates of a forward pass; NaN where nobody counted them. */
    static double gmacs(VariantSummary variant) {
        return variant.cost("macs").orElse(Double.NaN) / 1e9;
    }
}
