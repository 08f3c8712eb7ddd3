package org.ditlab.chart;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.ditlab.statistics.Estimate;
import org.ditlab.statistics.ParetoFront;
import org.ditlab.summary.Protocol;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;
import org.ditlab.table.Figures;

/** Cost against quality: what a variant costs and its FID, one point per trained variant, under one protocol. */
public final class CostVsFid {
    private static final int LABELLED = 30;
    /** A fixed line is drawn on the axis where it leaves the variants this share of it, else noted at the axis's end. */
    private static final double LEAST_SHARE = 0.4;

    /** Published points are shown up to so many times the largest cost, and down to such a part of the smallest. */
    private static final double NEAR = 8;

    /** So many of them are shown. */
    private static final int MOST_PUBLISHED = 24;

    /** So many variants that are not on the front are named. */
    private static final int NAMED = 6;

    private CostVsFid() {}

    /**
     * The chart of a protocol; empty where no trained variant has an FID and a cost.
     *
     * @param id prefix of its ids
     * @param published points of papers, drawn beside the study's own and no part of its front
     */
    static Optional<ScatterChart> of(
            StudySummary study, Protocol protocol, CostAxis cost, String id, List<PublishedPoint> published) {
        List<ScatterPoint> points = new ArrayList<>();
        List<ScatterPoint> whole = new ArrayList<>();
        List<VariantSummary> trained = study.trained();
        for (int i = 0; i < trained.size(); i++) {
            VariantSummary variant = trained.get(i);
            Map<Integer, Double> seeds = variant.metric("fid", protocol);
            Optional<Double> x = cost.of(variant);
            if (!seeds.isEmpty() && x.isPresent()) {
                ScatterPoint point = point(i, variant, seeds, protocol, cost, x.get());
                points.add(point);
                if (variant.complete("fid", protocol)) {
                    whole.add(point);
                }
            }
        }
        if (points.isEmpty()) {
            return Optional.empty();
        }
        List<String> front = ParetoFront.of(whole, ScatterPoint::x, ScatterPoint::y).stream()
                .map(ScatterPoint::id)
                .toList();
        List<String> partial = points.stream()
                .filter(point -> !whole.contains(point))
                .map(ScatterPoint::label)
                .toList();
        boolean crowded = points.size() > LABELLED;
        points = crowded ? sparse(points, front) : points;
        List<Guide> guides = guides(study, protocol);
        points = new ArrayList<>(points);
        List<PublishedPoint> near = near(published, points);
        List<PublishedPoint> shown = near.stream().limit(MOST_PUBLISHED).toList();
        points.addAll(shown.stream().map(PublishedPoint::point).toList());
        Axis x = Axis.fitting(
                cost.title(),
                points.stream().mapToDouble(ScatterPoint::x).min().orElseThrow(),
                points.stream().mapToDouble(ScatterPoint::x).max().orElseThrow());
        return Optional.of(new ScatterChart(
                id,
                "Cost and quality" + cost.told() + ": " + study.name()
                        + (protocol.suffix().isEmpty() ? "" : "; " + protocol.suffix()),
                subtitle(protocol, points, crowded)
                        + partial(partial)
                        + published(shown, near.size() - shown.size())
                        + SeriesOfSeeds.remark(study),
                x,
                yAxis(points, guides, protocol),
                points,
                guides,
                front));
    }

    /** Published points whose cost is like the study's, so that the study's points keep their room; the nearest first. */
    private static List<PublishedPoint> near(List<PublishedPoint> published, List<ScatterPoint> own) {
        double low = own.stream().mapToDouble(ScatterPoint::x).min().orElseThrow() / NEAR;
        double high = own.stream().mapToDouble(ScatterPoint::x).max().orElseThrow() * NEAR;
        return published.stream()
                .filter(one -> one.point().x() >= low && one.point().x() <= high)
                .sorted(Comparator.comparingDouble(one -> distance(one.point(), own)))
                .toList();
    }

    /** By what factor, as a logarithm, its cost is another than that of the next of the study's points. */
    private static double distance(ScatterPoint point, List<ScatterPoint> own) {
        return own.stream()
                .mapToDouble(one -> Math.abs(Math.log(point.x() / one.x())))
                .min()
                .orElseThrow();
    }

    /** What a subtitle says of variants of which a seed has no value: their means are over the seeds that did well. */
    private static String partial(List<String> names) {
        if (names.isEmpty()) {
            return "";
        }
        int more = names.size() - NAMED;
        return " Not on the front, for a seed without a value: "
                + names.stream().limit(NAMED).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more." : ".");
    }

    /** What a subtitle says of published points. */
    private static String published(List<PublishedPoint> shown, int left) {
        if (shown.isEmpty()) {
            return "";
        }
        String text =
                " Hollow marks: published values at a cost within 8 times, measured by their papers and no part of the front";
        text += left > 0 ? "; " + left + " more of them, farther in cost, are left out." : ".";
        List<String> conventions = shown.stream()
                .map(PublishedPoint::convention)
                .filter(convention -> !convention.isEmpty())
                .distinct()
                .sorted()
                .toList();
        return conventions.isEmpty()
                ? text
                : text + " Their GMACs are counted by other conventions (" + String.join("; ", conventions)
                        + "); the study's own are pure multiply-accumulates.";
    }

    private static ScatterPoint point(
            int index, VariantSummary variant, Map<Integer, Double> seeds, Protocol protocol, CostAxis cost, double x) {
        Estimate fid = Estimate.of(seeds.values());
        List<String> lines = new ArrayList<>();
        lines.add(variant.name());
        lines.add(costs(variant, cost));
        lines.add(protocol.column("FID") + " " + Figures.estimate(fid) + (fid.n() > 1 ? " (n = " + fid.n() + ")" : ""));
        variant.done()
                .forEach(trial -> lines.add("seed " + trial.seed() + ": trial " + trial.id()
                        + Optional.ofNullable(seeds.get(trial.replicate()))
                                .map(value -> ", " + Figures.significant(value))
                                .orElse("")));
        return new ScatterPoint(
                Identifiers.of(index, variant.name()),
                variant.name(),
                x,
                fid.mean(),
                fid.halfWidth().orElse(Double.NaN),
                List.copyOf(seeds.values()),
                Style.of(index),
                lines,
                Subject.of(index, variant));
    }

    /** GMACs and parameters, and before them the cost of the axis where it is another. */
    private static String costs(VariantSummary variant, CostAxis axis) {
        List<String> costs = new ArrayList<>();
        for (CostAxis cost : List.of(axis, CostAxis.GMACS)) {
            cost.of(variant)
                    .map(cost::text)
                    .filter(text -> !costs.contains(text))
                    .ifPresent(costs::add);
        }
        variant.cost("parameters")
                .map(parameters -> Figures.significant(parameters / 1e6) + " M parameters")
                .filter(text -> axis != CostAxis.PARAMETERS)
                .ifPresent(costs::add);
        return String.join(", ", costs);
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
            low = Math.min(low, point.y());
            high = Math.max(high, point.y());
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
        String title = "FID[" + protocol.features() + "] (smaller is better)";
        boolean logarithmic = Axis.spans(from, to);
        Axis axis = Axis.fitting(title, from, to, logarithmic);
        for (Guide guide : guides) {
            if (guide.y() > 0 || !logarithmic) {
                Axis wider = Axis.fitting(title, Math.min(from, guide.y()), Math.max(to, guide.y()), logarithmic);
                if (wider.fraction(to) - wider.fraction(from) >= LEAST_SHARE) {
                    from = Math.min(from, guide.y());
                    to = Math.max(to, guide.y());
                    axis = wider;
                }
            }
        }
        return axis;
    }

    /** Many points: without bars, and only some of the front have labels. */
    private static List<ScatterPoint> sparse(List<ScatterPoint> points, List<String> front) {
        Set<String> named = new HashSet<>();
        points.stream()
                .filter(point -> front.contains(point.id()))
                .sorted(Comparator.comparingDouble(ScatterPoint::y))
                .limit(LABELLED / 2)
                .forEach(point -> named.add(point.id()));
        return points.stream()
                .map(point -> point.sparse(named.contains(point.id())))
                .toList();
    }

    private static String subtitle(Protocol protocol, List<ScatterPoint> points, boolean crowded) {
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
        String text = String.join(", ", parts)
                + (protocol.suffix().isEmpty() ? "" : "; this protocol has " + protocol.suffix());
        boolean bars = points.stream().anyMatch(point -> !Double.isNaN(point.half()));
        text += text.isEmpty() ? "" : ". ";
        if (crowded) {
            text +=
                    "Means over seeds; intervals stand in the table. Only the best points of the Pareto front are named.";
        } else if (bars) {
            text += "Bars: 95 % confidence interval over seeds; ticks beside a point: its seeds.";
        } else {
            text += "One seed each: no intervals.";
        }
        return text;
    }
}
