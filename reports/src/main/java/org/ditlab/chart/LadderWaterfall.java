package org.ditlab.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import org.ditlab.statistics.Estimate;
import org.ditlab.statistics.PairedDifference;
import org.ditlab.study.GroupMember;
import org.ditlab.study.Ladder;
import org.ditlab.study.PlanGroup;
import org.ditlab.summary.Protocol;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;
import org.ditlab.table.Figures;

/** What each rung of a ladder does to FID, or to the held-out loss where nothing was sampled, over paired seeds. */
public final class LadderWaterfall {
    /** The stem of the charts' ids. */
    static final String ID = "ladder-waterfall";

    private static final List<Fill> FILLS = List.of(
            new Fill("lower", "#0072B2", Hatch.NONE),
            new Fill("lower, interval holds 0", "#56B4E9", Hatch.FALLING),
            new Fill("higher, interval holds 0", "#E69F00", Hatch.RISING),
            new Fill("higher", "#D55E00", Hatch.CROSSED));

    private LadderWaterfall() {}

    /** A chart for each ladder of the study of which two rungs have a value and all that have one share a seed. */
    public static List<Chart> of(StudySummary study) {
        List<Chart> charts = new ArrayList<>();
        for (PlanGroup group : study.groups()) {
            if (group.kind().equals(Ladder.WORD)) {
                chart(study, group, charts.isEmpty() ? ID : ID + "-" + (charts.size() + 1))
                        .ifPresent(charts::add);
            }
        }
        return List.copyOf(charts);
    }

    private static Optional<BarChart> chart(StudySummary study, PlanGroup ladder, String id) {
        List<VariantSummary> rungs = rungs(study, ladder);
        for (Protocol protocol : study.protocols()) {
            Optional<BarChart> chart =
                    chart(study, rungs, id, "FID[" + protocol.features() + "]", rung -> rung.metric("fid", protocol));
            if (chart.isPresent()) {
                return chart;
            }
        }
        return chart(study, rungs, id, "held-out loss", LadderWaterfall::heldOut);
    }

    /** The members of a ladder that are no controls, in its order. */
    private static List<VariantSummary> rungs(StudySummary study, PlanGroup ladder) {
        Set<String> controls = study.studyOf(ladder).controls().keySet();
        List<VariantSummary> rungs = new ArrayList<>();
        for (GroupMember member : ladder.members()) {
            if (!controls.contains(member.name())) {
                study.trained().stream()
                        .filter(variant -> variant.name().equals(member.variant()))
                        .forEach(rungs::add);
            }
        }
        return rungs;
    }

    private static Map<Integer, Double> heldOut(VariantSummary variant) {
        Map<Integer, Double> values = new java.util.TreeMap<>();
        variant.done()
                .forEach(trial -> trial.number("heldout.loss")
                        .filter(Double::isFinite)
                        .ifPresent(value -> values.put(trial.replicate(), value)));
        return values;
    }

    private static Optional<BarChart> chart(
            StudySummary study,
            List<VariantSummary> rungs,
            String id,
            String metric,
            Function<VariantSummary, Map<Integer, Double>> values) {
        List<VariantSummary> measured = rungs.stream()
                .filter(rung -> !values.apply(rung).isEmpty())
                .limit(BarChart.ROWS)
                .toList();
        if (measured.size() < 2) {
            return Optional.empty();
        }
        // Over the seeds that all rungs have, a bar's two ends, its sign and its interval tell of one difference.
        List<Map<Integer, Double>> paired = measured.stream()
                .map(rung -> (Map<Integer, Double>) new java.util.TreeMap<>(values.apply(rung)))
                .toList();
        paired.forEach(one -> paired.forEach(other -> one.keySet().retainAll(other.keySet())));
        int seeds = paired.get(0).size();
        if (seeds == 0) {
            return Optional.empty();
        }
        List<Bar> bars = new ArrayList<>();
        Set<Integer> used = new java.util.TreeSet<>();
        for (int i = 0; i < measured.size(); i++) {
            VariantSummary rung = measured.get(i);
            int index = study.trained().indexOf(rung);
            Map<Integer, Double> own = paired.get(i);
            Bar bar = i == 0
                    ? first(index, rung, own, metric)
                    : rung(index, rung, own, measured.get(i - 1), paired.get(i - 1), metric);
            bar.parts().forEach(part -> used.add(part.fill()));
            bars.add(bar);
        }
        double low = bars.stream().mapToDouble(Bar::least).min().orElseThrow();
        double high = bars.stream().mapToDouble(Bar::most).max().orElseThrow();
        List<Integer> fills = List.copyOf(used);
        List<Bar> shown = bars.stream().map(bar -> renumbered(bar, fills)).toList();
        int left = rungs.size() - measured.size();
        return Optional.of(new BarChart(
                id,
                "What each rung does: " + study.name(),
                "Over " + (seeds == 1 ? "the one seed" : "the " + seeds + " seeds")
                        + " that all rungs have: a bar leads from the mean of the rung above to its own; the number is"
                        + " the difference over paired seeds, the line its 95 % interval (Student's t, not corrected for several rungs). The diamond is where the ladder begins."
                        + (left > 0 ? " Rungs without a value: " + left + "." : "")
                        + study.leftOut()
                        + (study.complete() ? "" : " Unfinished: " + study.progress() + "."),
                Axis.fitting(metric + " (smaller is better)", low, high, false),
                shown,
                fills.stream().map(FILLS::get).toList(),
                true));
    }

    private static Bar first(int index, VariantSummary rung, Map<Integer, Double> values, String metric) {
        Estimate estimate = Estimate.of(values.values());
        return new Bar(
                Identifiers.of(index, rung.name()),
                rung.name(),
                List.of(),
                estimate.mean(),
                Double.NaN,
                Double.NaN,
                List.of(),
                Figures.significant(estimate.mean()),
                estimate.mean(),
                List.of(rung.name(), metric + " " + Figures.estimate(estimate)),
                Subject.of(index, rung));
    }

    private static Bar rung(
            int index,
            VariantSummary rung,
            Map<Integer, Double> values,
            VariantSummary above,
            Map<Integer, Double> before,
            String metric) {
        Estimate own = Estimate.of(values.values());
        double from = Estimate.of(before.values()).mean();
        PairedDifference difference = PairedDifference.of(values, before);
        OptionalDouble half = difference.halfWidth();
        boolean lower = difference.mean() <= 0;
        int fill = difference.clear() ? lower ? 0 : 3 : lower ? 1 : 2;
        String number = Figures.estimate(difference.estimate());
        boolean rises = difference.mean() > 0;
        return new Bar(
                Identifiers.of(index, rung.name()),
                rung.name(),
                List.of(new BarPart(from, own.mean(), fill)),
                Double.NaN,
                half.isPresent() ? own.mean() - half.getAsDouble() : Double.NaN,
                half.isPresent() ? own.mean() + half.getAsDouble() : Double.NaN,
                List.of(),
                (rises ? "+" : "") + number.replace("-", "\u2212"),
                own.mean(),
                List.of(
                        rung.name(),
                        metric + " " + Figures.estimate(own),
                        "difference to " + above.name() + " " + number + ", " + difference.n() + " paired seeds"),
                Subject.of(index, rung));
    }

    private static Bar renumbered(Bar bar, List<Integer> fills) {
        List<BarPart> parts = bar.parts().stream()
                .map(part -> new BarPart(part.from(), part.to(), fills.indexOf(part.fill())))
                .toList();
        return new Bar(
                bar.id(),
                bar.label(),
                parts,
                bar.mark(),
                bar.low(),
                bar.high(),
                bar.seeds(),
                bar.note(),
                bar.end(),
                bar.description(),
                bar.subject());
    }
}
