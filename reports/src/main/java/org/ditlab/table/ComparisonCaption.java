package org.ditlab.table;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.ditlab.statistics.Estimate;
import org.ditlab.store.TrialResult;
import org.ditlab.store.TrialStatus;
import org.ditlab.summary.Protocol;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;

/** The sentences that belong under every table and chart: no number without its protocol. */
public final class ComparisonCaption {
    /** How the fields are introduced, in this order; what is not here follows by name. */
    private static final Map<String, String> WORDS = new LinkedHashMap<>();

    static {
        WORDS.put("extractor", "extractor weights");
        WORDS.put("reference", "reference:");
        WORDS.put("split", "split:");
        WORDS.put("samples", "samples:");
        WORDS.put("sampler", "sampler:");
        WORDS.put("guidance", "guidance");
        WORDS.put("clip", "clip:");
        WORDS.put("labels", "labels");
        WORDS.put("weights", "weights:");
        WORDS.put("dtype", "dtype");
    }

    private ComparisonCaption() {}

    /** @param marked whether a cell of the table is marked */
    static List<String> of(StudySummary study, TableOptions options, boolean marked) {
        List<String> sentences = new ArrayList<>();
        sentences.add((study.parts().isEmpty() ? "Study " : "Studies ") + study.name() + ", " + study.progress() + ".");
        if (!study.parts().isEmpty()) {
            sentences.add(
                    "Trials that several of these studies have stand here once; variants of one name that are not the same"
                            + " are called study: variant.");
        }
        for (Protocol protocol : study.protocols()) {
            sentences.add(protocol.column("FID") + ": " + protocol(study, protocol) + ".");
        }
        if (!study.measures()) {
            sentences.add(
                    "The data are latents, which need a decoder for sampling and measuring: trials end after training,"
                            + " and what is compared is the training loss.");
        } else if (study.protocols().isEmpty()) {
            sentences.add("No trial has been measured yet.");
        }
        if (study.protocols().size() > 1) {
            sentences.add("The trials were measured by " + study.protocols().size() + " protocols that differ in "
                    + String.join(", ", Protocol.differing(study.protocols()))
                    + ": they stand in separate columns, because numbers of two protocols must not be compared.");
        }
        if (study.protocols().stream().anyMatch(protocol -> protocol.features().startsWith("classifier"))) {
            sentences.add("The features are those of a classifier trained on the study's own data, not Inception's: "
                    + "these values do not compare with published FID or IS.");
        }
        sentences.add(
                "\u00b1 is half the width of the " + Math.round(100 * Estimate.LEVEL)
                        + " % confidence interval of the mean over seeds (Student's t); with fewer than two seeds there is none, and n is said.");
        if (marked) {
            sentences.add(
                    "In each column of a metric bold is the best mean and underlined the second best, among variants whose"
                            + " seeds are all done; the untrained model and the floor take no part. This ranks means; it does not say that"
                            + " a difference is significant.");
        }
        if (options.differences() || options.pValues()) {
            sentences.addAll(DifferenceColumns.caption(study, options));
        }
        sentences.add(
                "GMACs are pure multiply-accumulates of one forward pass of the folded model at batch 1 (FLOPs = 2 x MACs); "
                        + "training = 3 x batch x steps x GMACs of the graph that trains, the backward pass counted as twice the forward pass.");
        if (study.count(TrialStatus.DIVERGED) > 0) {
            sentences.add("A diverged seed has no samples and enters no mean.");
        }
        risen(study).ifPresent(sentences::add);
        if (study.count(TrialStatus.STOPPED) > 0) {
            sentences.add(
                    "A seed that early stopping ended has no samples and enters no mean; which ones it ended depends on the"
                            + " order in which trials came to a rung, the numbers of the others do not. Of a variant with stopped seeds"
                            + " the mean is over those that were good enough to go on.");
        }
        String smaller = study.variants().stream()
                .flatMap(variant -> variant.trials().stream()
                        .filter(trial -> trial.timing().containsKey("train.micro_batch"))
                        .map(trial -> variant.name() + " seed " + trial.replicate() + " (micro-batch "
                                + trial.timing().get("train.micro_batch") + ")"))
                .collect(Collectors.joining(", "));
        if (!smaller.isEmpty()) {
            sentences.add("Memory ran out while " + smaller
                    + " trained: with fewer images at a time of the same batch, gradients differ by rounding.");
        }
        return List.copyOf(sentences);
    }

    /** The trainings whose loss ended far above where it began: done, but hardly what was meant. */
    private static Optional<String> risen(StudySummary study) {
        List<String> trials = new ArrayList<>();
        for (VariantSummary variant : study.variants()) {
            for (TrialResult trial : variant.done()) {
                if (trial.metrics().get("train.loss_growth") instanceof Number growth) {
                    trials.add(variant.name() + " seed " + trial.seed() + ", "
                            + Figures.significant(growth.doubleValue()) + " times");
                }
            }
        }
        return trials.isEmpty()
                ? Optional.empty()
                : Optional.of("The training loss ended far above its first value (" + String.join("; ", trials)
                        + "): these models have not learned, and their numbers say nothing of their architecture.");
    }

    /** One protocol in words, with the extractor's held-out accuracy where it was recorded. */
    public static String protocol(StudySummary study, Protocol protocol) {
        Map<String, Object> left = new TreeMap<>(protocol.fields());
        left.remove("features");
        List<String> parts = new ArrayList<>();
        WORDS.forEach((field, word) -> {
            Object value = left.remove(field);
            if (value != null) {
                parts.add(word + " " + value);
            }
        });
        left.forEach((field, value) -> parts.add(field + ": " + value));
        String fields = String.join(", ", parts);
        List<Double> accuracy = study.distinct("extractor.accuracy", protocol);
        String held = accuracy.isEmpty()
                ? ""
                : ", held-out accuracy of the extractor "
                        + accuracy.stream()
                                .map(value -> Figures.decimals(100 * value, 1) + " %")
                                .collect(Collectors.joining(" / "));
        return "features " + protocol.features() + held + (fields.isEmpty() ? "" : ", " + fields);
    }
}
