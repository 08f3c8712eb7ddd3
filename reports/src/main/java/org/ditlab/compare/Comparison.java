package org.ditlab.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.ditlab.html.KnobChange;
import org.ditlab.statistics.PairedDifference;
import org.ditlab.statistics.SeedsNeeded;
import org.ditlab.statistics.SignFlipTest;
import org.ditlab.statistics.StudentTest;
import org.ditlab.store.TrialResult;
import org.ditlab.summary.Protocol;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;
import org.ditlab.table.Figures;
import org.ditlab.table.MetricColumn;
import org.ditlab.table.ReportTable;

/**
 * Two variants set against each other: what the second costs and scores more than the first. Differences are over paired seeds:
 * the k-th seed of every variant sees the same data order and noise.
 *
 * @param pair both as a study of two
 */
public record Comparison(StudySummary pair) {

    /** The comparison of two variants, of one study or of two. */
    public static Comparison of(VariantSummary first, VariantSummary second, StudySummary one, StudySummary two) {
        List<VariantSummary> variants = List.of(first, second);
        Map<String, Map<String, Integer>> provenance = new TreeMap<>(one.provenance());
        if (!one.equals(two)) {
            two.provenance().forEach((key, values) -> {
                Map<String, Integer> counts = new TreeMap<>(provenance.getOrDefault(key, Map.of()));
                values.forEach((value, count) -> counts.merge(value, count, Integer::sum));
                provenance.put(key, counts);
            });
        }
        return new Comparison(new StudySummary(
                first.name() + " against " + second.name(),
                Map.of(),
                variants,
                Protocol.of(variants),
                provenance,
                List.of(),
                List.of()));
    }

    /** The first. */
    public VariantSummary first() {
        return pair.variants().get(0);
    }

    /** The second. */
    public VariantSummary second() {
        return pair.variants().get(1);
    }

    /** The knobs in which the two differ. */
    public List<KnobChange> knobs() {
        return KnobChange.between(first().settings(), second().settings());
    }

    /** Costs with their ratio, metrics with paired differences, interval and p-values; a row each. */
    public ReportTable numbers() {
        ComparisonRows rows = new ComparisonRows(first().name(), second().name());
        rows.cost("GMACs", first().cost("macs"), second().cost("macs"), 1e9);
        rows.cost("Parameters (M)", first().cost("parameters"), second().cost("parameters"), 1e6);
        rows.cost("Training (TMACs)", first().trainingGmacs(), second().trainingGmacs(), 1e3);
        rows.cost("Seconds per step", first().secondsPerStep(), second().secondsPerStep(), 1);
        rows.cost("Images per second", first().imagesPerSecond(), second().imagesPerSecond(), 1);
        rows.cost("Peak memory (MiB)", first().peakMemory(), second().peakMemory(), 1024.0 * 1024);
        metrics().forEach((name, values) -> rows.metric(name, values.get(0), values.get(1)));
        return rows.table(caption());
    }

    /** By name with protocol: the values by seed of the first and of the second. */
    private Map<String, List<Map<Integer, Double>>> metrics() {
        Map<String, List<Map<Integer, Double>>> metrics = new LinkedHashMap<>();
        for (Protocol protocol : pair.protocols()) {
            for (MetricColumn metric : MetricColumn.ALL) {
                metrics.put(
                        protocol.column(metric.heading()),
                        List.of(first().metric(metric.key(), protocol), second().metric(metric.key(), protocol)));
            }
        }
        metrics.put("Train loss", List.of(values(first(), "train.loss"), values(second(), "train.loss")));
        metrics.put("Held-out loss", List.of(values(first(), "heldout.loss"), values(second(), "heldout.loss")));
        metrics.values()
                .removeIf(values -> values.get(0).isEmpty() && values.get(1).isEmpty());
        return metrics;
    }

    private static Map<Integer, Double> values(VariantSummary variant, String key) {
        Map<Integer, Double> values = new TreeMap<>();
        for (TrialResult trial : variant.done()) {
            trial.number(key).filter(Double::isFinite).ifPresent(value -> values.put(trial.replicate(), value));
        }
        return values;
    }

    private List<String> caption() {
        List<String> caption = new ArrayList<>();
        caption.add("Difference: " + second().name() + " minus " + first().name()
                + ", the mean over the seeds that both have; \u00b1 is half the width of its 95 % confidence interval"
                + " (Student's t). Two-sided p-values of the paired t test and of the exact sign-flip test over the same"
                + " seeds, one comparison each, not corrected for how many are made.");
        caption.add("The ratio is " + second().name() + " over " + first().name()
                + ". Seconds, rates and memory are means over the seeds, of the machines that ran them.");
        if (pair.protocols().size() > 1) {
            caption.add(protocols());
        }
        return caption;
    }

    private String protocols() {
        List<String> parts = new ArrayList<>();
        for (String key : Protocol.differing(pair.protocols())) {
            List<String> values = new ArrayList<>();
            pair.protocols()
                    .forEach(protocol -> values.add(String.valueOf(
                            Objects.requireNonNullElse(protocol.fields().get(key), "none"))));
            parts.add(key + " (" + String.join(" / ", values) + ")");
        }
        return "The two were measured by different protocols, which are not compared: they differ in "
                + String.join(", ", parts) + ".";
    }

    /** What came out, in sentences that claim no more than the seeds allow. */
    public List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        int differ = knobs().size();
        sentences.add(
                differ == 0
                        ? "No knob differs."
                        : differ == 1
                                ? "One knob differs: " + knobs().get(0).sentence() + "."
                                : differ + " knobs differ.");
        pair.protocols().forEach(protocol -> quality(protocol).ifPresent(sentences::add));
        if (pair.protocols().size() > 1) {
            sentences.add(protocols());
        }
        TreeSet<Integer> shared = new TreeSet<>();
        first().done().forEach(trial -> shared.add(trial.replicate()));
        shared.retainAll(second().done().stream().map(TrialResult::replicate).toList());
        if (shared.isEmpty()) {
            sentences.add("No seed is done in both: there is nothing to pair yet.");
        }
        return sentences;
    }

    private Optional<String> quality(Protocol protocol) {
        PairedDifference difference =
                PairedDifference.of(second().metric("fid", protocol), first().metric("fid", protocol));
        if (difference.n() == 0) {
            return Optional.empty();
        }
        String what = protocol.column("FID") + " of " + second().name() + " minus that of " + first().name() + ": "
                + Figures.uncounted(difference.estimate()) + " over " + difference.n()
                + (difference.n() == 1 ? " paired seed" : " paired seeds");
        if (difference.halfWidth().isEmpty()) {
            return Optional.of(what + "; one seed allows no interval and no test.");
        }
        double p = StudentTest.of(difference).p();
        double signs = SignFlipTest.smallest(difference.n());
        String weak = signs > StudentTest.LEVEL
                ? " With " + difference.n() + " seeds the sign-flip test cannot reach p = " + StudentTest.LEVEL
                        + ", whatever the values; " + SeedsNeeded.bySigns(StudentTest.LEVEL) + " seeds could."
                : "";
        return Optional.of(what
                + (Double.isNaN(p) ? "" : ", p = " + Figures.probability(p) + " by the paired t test")
                + (difference.constant()
                        ? "; all differences are equal: a spread of 0 allows no interval and no test."
                        : difference.clear()
                                ? "; the 95 % interval leaves out 0."
                                : "; the 95 % interval holds 0: the seeds do not tell them apart.")
                + weak);
    }
}
