package org.ditlab.finding;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.ditlab.statistics.Estimate;
import org.ditlab.statistics.PairedDifference;
import org.ditlab.statistics.ParetoFront;
import org.ditlab.summary.VariantSummary;

/** Which variants no other beats in cost and quality at once, by whom the others are, and whether the seeds can tell. */
final class ParetoFinding {
    private static final int ROWS = 60;
    private static final PairedDifference NONE = new PairedDifference(List.of(), List.of());

    private ParetoFinding() {}

    /** A variant; of one off the front the best item of the front that dominates it, and by how much. */
    private record Row(VariantSummary variant, double gmacs, Estimate level, String by, PairedDifference worse) {
        boolean front() {
            return by.isEmpty();
        }

        /** Whether the seeds tell that it is worse; over shared seeds alone it may be better. */
        boolean behind() {
            return worse.clear() && worse.mean() > 0;
        }
    }

    static Optional<Finding> of(Measure measure) {
        List<VariantSummary> counted = measure.complete().stream()
                .filter(variant -> !Double.isNaN(Measure.gmacs(variant)))
                .toList();
        if (counted.stream().map(Measure::gmacs).distinct().count() < 2) {
            return Optional.empty();
        }
        ToDoubleFunction<VariantSummary> cost = Measure::gmacs;
        ToDoubleFunction<VariantSummary> loss =
                variant -> measure.estimate(variant.name()).mean();
        List<VariantSummary> front = ParetoFront.of(counted, cost, loss);
        Set<VariantSummary> on = new HashSet<>(front);
        List<Row> rows = new ArrayList<>();
        for (VariantSummary variant : counted) {
            String by = "";
            PairedDifference worse = NONE;
            if (!on.contains(variant)) {
                by = ParetoFront.dominating(front, variant, cost, loss).stream()
                        .min(Comparator.comparingDouble(loss))
                        .orElseThrow()
                        .name();
                worse = measure.difference(variant.name(), by);
            }
            rows.add(new Row(variant, Measure.gmacs(variant), measure.estimate(variant.name()), by, worse));
        }
        rows.sort(Comparator.comparing(Row::front).reversed().thenComparingDouble(Row::gmacs));
        String id = "pareto" + measure.suffix();
        List<Row> shown = rows.subList(0, Math.min(ROWS, rows.size()));
        List<String> caption = new ArrayList<>();
        caption.add("The front of GMACs and " + measure.label() + ", cheapest first, then what lies behind it.");
        if (shown.size() < rows.size()) {
            caption.add("The first " + shown.size() + " of " + rows.size() + " variants.");
        }
        return Optional.of(new Finding(
                id,
                "Which variants nothing beats in GMACs and " + measure.label(),
                told(rows, measure),
                List.of(new Columns<>(shown)
                        .text(
                                "Variant",
                                "Those on the front first.",
                                row -> row.variant().name())
                        .number("GMACs", "10^9 multiply-accumulates of a forward pass.", Row::gmacs)
                        .estimate(measure.label(), "Mean over seeds, with half its 95 % interval.", Row::level)
                        .text(
                                "Dominated by",
                                "The best variant of the front that costs no more.",
                                row -> row.front() ? "- (on the front)" : row.by())
                        .estimate(
                                "Worse by",
                                "Mean difference to that variant over paired seeds, with half its 95 % interval.",
                                row -> row.worse().estimate())
                        .text("Told", "Whether the interval leaves out 0 on the side of worse.", ParetoFinding::tells)
                        .table(id, caption.toArray(String[]::new)))));
    }

    private static String tells(Row row) {
        if (row.front()) {
            return "-";
        }
        return row.worse().n() < 2 ? "no interval" : row.worse().constant() ? "spread 0" : row.behind() ? "yes" : "no";
    }

    private static List<String> told(List<Row> rows, Measure measure) {
        List<String> sentences = new ArrayList<>();
        List<String> front = rows.stream()
                .filter(Row::front)
                .map(row -> row.variant().name())
                .toList();
        List<Row> behind = rows.stream().filter(row -> !row.front()).toList();
        sentences.add(front.size() + " of " + rows.size() + " variants "
                + (front.size() == 1 ? "is" : "are") + " on the front of mean " + measure.label()
                + " against GMACs, by rising cost: "
                + TestsFinding.joined(front) + "." + measure.leftOut());
        if (behind.isEmpty()) {
            return sentences;
        }
        List<String> clear = behind.stream()
                .filter(Row::behind)
                .map(row -> row.variant().name() + " (by " + row.by() + ")")
                .toList();
        long single = behind.stream().filter(row -> row.worse().n() < 2).count();
        if (single == behind.size()) {
            sentences.add(
                    "Without two paired seeds there is no interval, so that it is not known whether any of the others"
                            + " truly lies behind.");
            return sentences;
        }
        sentences.add(
                clear.isEmpty()
                        ? "For none of the others does the paired 95 % interval leave out 0: the seeds do not tell that they"
                                + " lie behind."
                        : "Clearly behind, the paired 95 % interval without 0 (each by itself): "
                                + TestsFinding.joined(clear) + ".");
        List<String> open = behind.stream()
                .filter(row -> !row.behind())
                .map(row -> row.variant().name())
                .toList();
        if (!clear.isEmpty() && !open.isEmpty()) {
            sentences.add("Not told from the front: " + TestsFinding.joined(open) + ".");
        }
        return sentences;
    }
}
