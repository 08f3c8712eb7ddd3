package org.ditlab.html;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ditlab.statistics.Estimate;
import org.ditlab.statistics.PairedDifference;
import org.ditlab.summary.Protocol;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;
import org.ditlab.table.Figures;

/** What was compared and what came out, in sentences that claim no more than the seeds allow. */
final class Headline {
    private Headline() {}

    static List<String> of(StudySummary study) {
        List<String> sentences = new ArrayList<>();
        List<VariantSummary> trained = study.trained();
        int seeds = trained.stream()
                .mapToInt(variant -> variant.trials().size())
                .max()
                .orElse(0);
        StringBuilder what = new StringBuilder();
        what.append(trained.size()).append(trained.size() == 1 ? " variant" : " variants");
        what.append(", ").append(seeds).append(seeds == 1 ? " seed" : " seeds").append(" each");
        one(study, "data.set")
                .ifPresent(set -> what.append(", data ")
                        .append(set)
                        .append(one(study, "data.size")
                                .map(size -> " at " + size + "x" + size)
                                .orElse("")));
        one(study, "train.steps")
                .ifPresent(steps -> what.append(", ").append(steps).append(" training steps"));
        one(study, "train.batch")
                .ifPresent(batch -> what.append(" of ").append(batch).append(" images"));
        sentences.add(what + ".");
        for (Protocol protocol : study.protocols()) {
            result(study, protocol).ifPresent(sentences::add);
        }
        return sentences;
    }

    private static Optional<String> result(StudySummary study, Protocol protocol) {
        List<VariantSummary> measured = study.trained().stream()
                .filter(variant -> !variant.metric("fid", protocol).isEmpty())
                .toList();
        List<VariantSummary> ranked = measured.stream()
                .filter(variant -> variant.complete("fid", protocol))
                .toList();
        String left = StudySummary.leftOut(
                measured.stream().filter(variant -> !ranked.contains(variant)).toList());
        if (measured.size() >= 2 && ranked.size() < 2) {
            return Optional.of("Fewer than two variants have all their seeds in " + protocol.column("FID")
                    + ", so that none is called the lowest." + left);
        }
        Optional<VariantSummary> lowest = ranked.stream()
                .min(Comparator.comparingDouble(
                        variant -> variant.estimate("fid", protocol).mean()));
        if (lowest.isEmpty() || measured.size() < 2) {
            return Optional.empty();
        }
        VariantSummary best = lowest.get();
        VariantSummary first = measured.get(0);
        String sentence = "Lowest mean " + protocol.column("FID") + ": " + best.name() + ", "
                + Figures.estimate(best.estimate("fid", protocol)) + ".";
        if (best != first) {
            sentence += " " + difference(best, first, protocol);
        }
        return Optional.of(sentence + left);
    }

    private static String difference(VariantSummary best, VariantSummary first, Protocol protocol) {
        Map<Integer, Double> a = best.metric("fid", protocol);
        PairedDifference paired = PairedDifference.of(a, first.metric("fid", protocol));
        Estimate difference = paired.estimate();
        if (difference.n() == 0) {
            return "No seed of it is paired with one of " + first.name() + " yet.";
        }
        String size = "Difference to " + first.name() + " over " + difference.n()
                + (difference.n() == 1 ? " paired seed: " : " paired seeds: ")
                + Figures.uncounted(difference);
        if (difference.halfWidth().isEmpty()) {
            return size + "; one seed allows no interval.";
        }
        if (paired.constant()) {
            return size + "; all differences are equal: a spread of 0 allows no interval.";
        }
        return size
                + (difference.clear()
                        ? "; the 95 % interval leaves out 0 (one comparison, picked as the lowest, not corrected for it)."
                        : "; the 95 % interval holds 0: the seeds do not tell them apart.");
    }

    /** The value of a knob where all trained variants share it. */
    private static Optional<String> one(StudySummary study, String knob) {
        List<String> values = study.trained().stream()
                .map(variant -> String.valueOf(variant.settings().getOrDefault(knob, "")))
                .distinct()
                .toList();
        return values.size() == 1 && !values.get(0).isEmpty() ? Optional.of(values.get(0)) : Optional.empty();
    }
}
