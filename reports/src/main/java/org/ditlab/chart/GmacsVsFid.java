package org.ditlab.chart;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ditlab.statistics.Estimate;
import org.ditlab.statistics.ParetoFront;
import org.ditlab.summary.Protocol;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;
import org.ditlab.table.Figures;

/** Cost against quality: GMACs of one forward pass and FID, one point per trained variant, under one protocol. */
public final class GmacsVsFid {
    private static final int LABELLED = 30;
    /** How much of the axis a fixed line may take, in spans of the variants. */
    private static final double ROOM = 1.5;

    private GmacsVsFid() {}

    /**
     * The chart of a protocol; empty where no trained variant has an FID and a cost.
     *
     * @param id prefix of its ids
     */
    public static Optional<ScatterChart> of(StudySummary study, Protocol protocol, String id) {
        List<ScatterPoint> points = new ArrayList<>();
        List<VariantSummary> trained = study.trained();
        for (int i = 0; i < trained.size(); i++) {
            VariantSummary variant = trained.get(i);
            Map<Integer, Double> seeds = variant.metric("fid", protocol);
            if (!seeds.isEmpty() && variant.cost("macs").isPresent()) {
                points.add(point(i, variant, seeds, protocol));
            }
        }
        if (points.isEmpty()) {
            return Optional.empty();
        }
        List<String> front = ParetoFront.of(points, ScatterPoint::x, ScatterPoint::y).stream()
                .map(ScatterPoint::id)
                .toList();
        List<Guide> guides = guides(study, protocol);
        Axis x = Axis.fitting(
                "GMACs (multiply-accumulates of one forward pass at batch 1, 10\u2079)",
                points.stream().mapToDouble(ScatterPoint::x).min().orElseThrow(),
                points.stream().mapToDouble(ScatterPoint::x).max().orElseThrow());
        return Optional.of(new ScatterChart(
                id,
                "Cost and quality: " + study.name(),
                subtitle(study, protocol, points),
                x,
                yAxis(points, guides, protocol),
                points.size() > LABELLED ? labelled(points, front) : points,
                guides,
                front));
    }

    private static ScatterPoint point(
            int index, VariantSummary variant, Map<Integer, Double> seeds, Protocol protocol) {
        Estimate fid = Estimate.of(seeds.values());
        double gmacs = variant.cost("macs").orElseThrow() / 1e9;
        List<String> lines = new ArrayList<>();
        lines.add(variant.name());
        lines.add("GMACs " + Figures.significant(gmacs)
                + variant.cost("parameters")
                        .map(parameters -> ", " + Figures.significant(parameters / 1e6) + " M parameters")
                        .orElse(""));
        lines.add(protocol.column("FID") + " " + Figures.estimate(fid) + (fid.n() > 1 ? " (n = " + fid.n() + ")" : ""));
        variant.done()
                .forEach(trial -> lines.add("seed " + trial.seed() + ": trial " + trial.id()
                        + Optional.ofNullable(seeds.get(trial.replicate()))
                                .map(value -> ", " + Figures.significant(value))
                                .orElse("")));
        return new ScatterPoint(
                Identifiers.of(index, variant.name()),
                variant.name(),
                gmacs,
                fid.mean(),
                fid.halfWidth().orElse(Double.NaN),
                List.copyOf(seeds.values()),
                Style.of(index),
                lines);
    }

    private static List<Guide> guides(StudySummary study, Protocol protocol) {
        List<Guide> guides = new ArrayList<>();
        List<Double> floor = study.floor("fid", protocol);
        if (!floor.isEmpty()) {
            double value = Estimate.of(floor).mean();
            guides.add(new Guide("floor", "floor: held-out real images, " + Figures.significant(value), value));
        }
        for (VariantSummary variant : study.variants()) {
            Estimate fid = variant.estimate("fid", protocol);
            if (variant.untrained() && fid.n() > 0) {
                guides.add(new Guide("untrained", "untrained model, " + Figures.significant(fid.mean()), fid.mean()));
            }
        }
        return guides;
    }

    /** Covers the points and their seeds, bars as far as they do not crush the points, and fixed lines that lie near. */
    private static Axis yAxis(List<ScatterPoint> points, List<Guide> guides, Protocol protocol) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (ScatterPoint point : points) {
            for (double seed : point.seeds()) {
                low = Math.min(low, seed);
                high = Math.max(high, seed);
            }
        }
        double span = Math.max(high - low, 0.1 * Math.abs(high));
        double from = low;
        double to = high;
        for (ScatterPoint point : points) {
            if (!Double.isNaN(point.half())) {
                from = Math.min(from, Math.max(point.y() - point.half(), low - span));
                to = Math.max(to, Math.min(point.y() + point.half(), high + span));
            }
        }
        // Not below what an FID can be; a logarithmic axis needs more than 0.
        from = Math.max(from, Math.min(low, 0.5 * low));
        for (Guide guide : guides) {
            if (guide.y() > low - ROOM * span && guide.y() < high + ROOM * span && guide.y() > 0) {
                from = Math.min(from, guide.y());
                to = Math.max(to, guide.y());
            }
        }
        return Axis.fitting(protocol.column("FID") + " (smaller is better)", from, to);
    }

    private static List<ScatterPoint> labelled(List<ScatterPoint> points, List<String> front) {
        Set<String> named = new HashSet<>();
        points.stream()
                .filter(point -> front.contains(point.id()))
                .sorted(Comparator.comparingDouble(ScatterPoint::y))
                .limit(LABELLED / 2)
                .forEach(point -> named.add(point.id()));
        return points.stream()
                .map(point -> named.contains(point.id())
                        ? point
                        : new ScatterPoint(
                                point.id(),
                                "",
                                point.x(),
                                point.y(),
                                point.half(),
                                point.seeds(),
                                point.style(),
                                point.description()))
                .toList();
    }

    private static String subtitle(StudySummary study, Protocol protocol, List<ScatterPoint> points) {
        List<String> parts = new ArrayList<>();
        for (String key : List.of("samples", "sampler", "guidance", "weights", "reference")) {
            Object value = protocol.fields().get(key);
            if (value != null) {
                parts.add(
                        switch (key) {
                            case "samples" -> value + " samples";
                            case "guidance" -> "guidance " + value;
                            case "reference" -> "against " + value;
                            default -> String.valueOf(value);
                        });
            }
        }
        String text = String.join(", ", parts);
        boolean bars = points.stream().anyMatch(point -> !Double.isNaN(point.half()));
        text += (text.isEmpty() ? "" : ". ")
                + (bars
                        ? "Bars: 95 % confidence interval over seeds; ticks beside a point: its seeds."
                        : "One seed each: no intervals.");
        if (points.size() > LABELLED) {
            text += " Only points of the Pareto front are named.";
        }
        return study.complete() ? text : text + " Unfinished: " + study.progress() + ".";
    }
}
