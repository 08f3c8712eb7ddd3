package org.ditlab.table;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ditlab.statistics.Holm;
import org.ditlab.statistics.PairedDifference;
import org.ditlab.statistics.SeedsNeeded;
import org.ditlab.statistics.SignFlipTest;
import org.ditlab.statistics.StudentTest;
import org.ditlab.summary.Protocol;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;

/**
 * Differences of a metric to the base, one per variant of a study, in its order.
 *
 * @param differences over paired seeds; empty of the base, of fixed rows, and where no seed is paired
 * @param alone two-sided p of the paired t-test; NaN where there is none
 * @param corrected the same by Holm, over all rows that have one
 */
record DifferenceColumns(List<Optional<PairedDifference>> differences, double[] alone, double[] corrected) {
    static DifferenceColumns of(StudySummary study, MetricColumn metric, Protocol protocol) {
        List<Optional<PairedDifference>> differences = new ArrayList<>();
        for (VariantSummary variant : study.variants()) {
            differences.add(study.baseOf(variant)
                    .map(base -> PairedDifference.of(
                            variant.metric(metric.key(), protocol), base.metric(metric.key(), protocol)))
                    .filter(difference -> difference.n() > 0));
        }
        double[] alone = differences.stream()
                .mapToDouble(difference ->
                        difference.map(paired -> StudentTest.of(paired).p()).orElse(Double.NaN))
                .toArray();
        return new DifferenceColumns(differences, alone, Holm.adjust(alone));
    }

    /** What is subtracted, how p was found, and what so few seeds cannot tell. */
    static List<String> caption(StudySummary study, TableOptions options) {
        List<String> sentences = new ArrayList<>();
        Map<String, String> bases = new LinkedHashMap<>();
        for (StudySummary one : study.studies()) {
            one.base().ifPresent(base -> bases.put(one.name(), base.name()));
        }
        String names = bases.entrySet().stream()
                .map(entry -> bases.size() == 1 ? entry.getValue() : entry.getValue() + " of " + entry.getKey())
                .collect(Collectors.joining(", "));
        sentences.add("Differences (\u0394) are a variant's value minus that of its study's base (" + names
                + "), mean over the seeds that both have: equal seeds share data order and noise.");
        if (options.pValues()) {
            sentences.add(
                    "p is two-sided, of a paired t-test against the base, which takes the differences to be normal; p (Holm)"
                            + " is corrected for the number of rows tested in its column.");
            int most = most(study);
            if (most < 2) {
                sentences.add("No variant shares two finished seeds with the base: n is too small for any test.");
            } else if (SignFlipTest.smallest(most) > StudentTest.LEVEL) {
                sentences.add("n is too small to do without that assumption: over " + most
                        + " paired seeds a test by signs cannot fall below p = "
                        + Figures.probability(SignFlipTest.smallest(most)) + "; from "
                        + SeedsNeeded.bySigns(StudentTest.LEVEL) + " seeds on it can reach " + StudentTest.LEVEL + ".");
            }
        }
        return sentences;
    }

    private static int most(StudySummary study) {
        int most = 0;
        for (Protocol protocol : study.protocols()) {
            for (MetricColumn metric : MetricColumn.ALL) {
                most = Math.max(
                        most,
                        of(study, metric, protocol).differences.stream()
                                .mapToInt(difference ->
                                        difference.map(PairedDifference::n).orElse(0))
                                .max()
                                .orElse(0));
            }
        }
        return most;
    }
}
