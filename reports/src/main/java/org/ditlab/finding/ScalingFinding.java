package org.ditlab.finding;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.ditlab.statistics.Interval;
import org.ditlab.statistics.ScalingFit;
import org.ditlab.summary.VariantSummary;
import org.ditlab.table.Figures;

/** How quality falls with cost: a * GMACs^-b + c through the variants of one recipe. */
final class ScalingFinding {
    private ScalingFinding() {}

    private record Row(String parameter, String meaning, double value, Interval interval) {}

    static Optional<Finding> of(Measure measure) {
        List<VariantSummary> counted = measure.complete().stream()
                .filter(variant -> Measure.gmacs(variant) > 0)
                .toList();
        List<VariantSummary> one = commonest(counted);
        long costs = one.stream().map(Measure::gmacs).distinct().count();
        if (costs < 2) {
            return Optional.empty();
        }
        String id = "scaling" + measure.suffix();
        String title = "How " + measure.label() + " falls with GMACs";
        if (costs < ScalingFit.FEWEST) {
            return Optional.of(new Finding(
                    id,
                    title,
                    List.of("No curve is fitted: " + costs + " different costs do not determine the three parameters of"
                            + " a * GMACs^-b + c; at least " + ScalingFit.FEWEST + " are needed." + measure.leftOut()),
                    List.of()));
        }
        double[] cost = one.stream().mapToDouble(Measure::gmacs).toArray();
        double[] loss = one.stream()
                .mapToDouble(variant -> measure.estimate(variant.name()).mean())
                .toArray();
        ScalingFit fit = ScalingFit.of(cost, loss);
        List<String> sentences = new ArrayList<>();
        if (!fit.falls()) {
            sentences.add("No curve is fitted: over " + one.size() + " variants " + measure.label()
                    + " does not fall as GMACs rise." + measure.leftOut());
            return Optional.of(new Finding(id, title, sentences, List.of()));
        }
        sentences.add(
                measure.label() + " = " + Figures.significant(fit.a()) + " * GMACs^-" + Figures.significant(fit.b())
                        + " + " + Figures.significant(fit.c()) + " over " + one.size() + " variants"
                        + (one.size() < counted.size()
                                ? " that share the commonest training recipe (of " + counted.size() + ")"
                                : "")
                        + "; 95 % intervals: exponent " + Columns.interval(fit.intervalOfB(), false) + ", floor "
                        + Columns.interval(fit.intervalOfC(), true) + "." + measure.leftOut());
        if (fit.atLimit()) {
            sentences.add("The best exponent lies at the end of what is searched, " + Figures.significant(fit.b())
                    + ": the points do not determine it, and a further one might fit better.");
        }
        if (fit.intervalOfB().lower() == 0
                && Double.isInfinite(fit.intervalOfB().upper())) {
            sentences.add("The points do not determine the curve: no exponent is ruled out.");
        }
        sentences.add(quality(one, measure, fit));
        sentences.add("The points are variants of any shape, so that this is the trend of this study and no law of one"
                + " family; beyond the costs that were run it is a guess.");
        List<Row> rows = List.of(
                new Row("a", "what cost can buy, at 1 GMAC", fit.a(), fit.intervalOfA()),
                new Row("b", "exponent of the cost", fit.b(), fit.intervalOfB()),
                new Row("c", "what no cost gets below", fit.c(), fit.intervalOfC()));
        return Optional.of(new Finding(
                id,
                title,
                sentences,
                List.of(new Columns<>(rows)
                        .text("Parameter", "Of a * GMACs^-b + c.", Row::parameter)
                        .text("Meaning", "In words.", Row::meaning)
                        .number("Value", "Least squares over the variants' means, none weighted.", Row::value)
                        .text(
                                "95 % interval",
                                "Profile likelihood: the values for which the squares, the other parameters fitted anew,"
                                        + " stay within the F distribution's limit. Over variants, not over seeds.",
                                row -> Columns.interval(row.interval(), row.parameter().equals("c")))
                        .table(
                                id,
                                "Fit of " + measure.label() + " = a * GMACs^-b + c, with a, b and c not below 0.",
                                "Standard deviation of the residuals " + Figures.significant(fit.residual()) + " over "
                                        + fit.n() + " variants, R^2 " + Figures.decimals(fit.explained(), 3) + "."))));
    }

    private static String quality(List<VariantSummary> variants, Measure measure, ScalingFit fit) {
        VariantSummary farthest = variants.stream()
                .max(Comparator.comparingDouble(variant -> Math.abs(residual(variant, measure, fit))))
                .orElseThrow();
        double far = residual(farthest, measure, fit);
        double seeds = Math.sqrt(variants.stream()
                .mapToDouble(variant -> measure.estimate(variant.name()).standardDeviation())
                .filter(deviation -> !Double.isNaN(deviation))
                .map(deviation -> deviation * deviation)
                .average()
                .orElse(Double.NaN));
        String sentence =
                "The variants lie around the curve with a standard deviation of " + Figures.significant(fit.residual())
                        + " (R^2 " + Figures.decimals(fit.explained(), 2) + "), farthest " + farthest.name() + ", "
                        + Figures.significant(Math.abs(far)) + (far > 0 ? " above it" : " below it");
        if (!Double.isNaN(seeds) && seeds > 0) {
            sentence += "; seeds of one variant have " + Figures.significant(seeds)
                    + (fit.residual() > 2 * seeds
                            ? ", so that more than seeds keeps them off the curve: cost alone does not say how good a variant is"
                            : "");
        }
        return sentence + ".";
    }

    private static double residual(VariantSummary variant, Measure measure, ScalingFit fit) {
        return measure.estimate(variant.name()).mean() - fit.at(Measure.gmacs(variant));
    }

    /** The variants whose data and training settings are those that most of them have; of equally many the first. */
    private static List<VariantSummary> commonest(List<VariantSummary> variants) {
        Map<String, List<VariantSummary>> recipes = new LinkedHashMap<>();
        for (VariantSummary variant : variants) {
            Map<String, String> recipe = new TreeMap<>();
            variant.settings().forEach((knob, value) -> {
                if (knob.startsWith("train.") || knob.startsWith("data.")) {
                    recipe.put(knob, String.valueOf(value));
                }
            });
            recipes.computeIfAbsent(recipe.toString(), key -> new ArrayList<>()).add(variant);
        }
        List<VariantSummary> most = List.of();
        for (List<VariantSummary> recipe : recipes.values()) {
            most = recipe.size() > most.size() ? recipe : most;
        }
        return most;
    }
}
