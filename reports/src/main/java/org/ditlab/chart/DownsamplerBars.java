package org.ditlab.chart;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.ditlab.statistics.Estimate;
import org.ditlab.summary.Protocol;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;
import org.ditlab.table.Figures;

/** The variants that differ in how attention downsamples its tokens and in nothing else, side by side. */
public final class DownsamplerBars {
    /** The stem of the chart's id. */
    static final String ID = "downsamplers";

    private static final String[] KNOBS = {"attention.downsampler", "attention.tokens", "attention.factor"};

    private DownsamplerBars() {}

    /** FID, or the held-out loss where nothing was sampled, of the largest such group; empty where there is none. */
    public static Optional<BarChart> of(StudySummary study) {
        for (Protocol protocol : study.protocols()) {
            List<VariantSummary> alike = alike(study, variant -> variant.estimate("fid", protocol));
            if (alike.size() > 1) {
                String metric = "FID[" + protocol.features() + "]";
                return Optional.of(chart(study, alike, metric, variant -> variant.estimate("fid", protocol)));
            }
        }
        List<VariantSummary> alike = alike(study, variant -> variant.estimate("heldout.loss"));
        return alike.size() > 1
                ? Optional.of(chart(study, alike, "held-out loss", variant -> variant.estimate("heldout.loss")))
                : Optional.empty();
    }

    /** What a variant is compared by. */
    private interface Measured {
        Estimate of(VariantSummary variant);
    }

    /** The largest group of measured variants that are equal but for the downsampling, of which two differ in it. */
    private static List<VariantSummary> alike(StudySummary study, Measured measured) {
        Map<Map<String, Object>, List<VariantSummary>> groups = new LinkedHashMap<>();
        for (VariantSummary variant : study.trained()) {
            if (measured.of(variant).n() > 0) {
                Map<String, Object> rest = new TreeMap<>(variant.settings());
                rest.keySet().removeIf(DownsamplerBars::downsampling);
                groups.computeIfAbsent(rest, unused -> new ArrayList<>()).add(variant);
            }
        }
        return groups.values().stream()
                .filter(group ->
                        group.stream().map(DownsamplerBars::way).distinct().count() > 1)
                .max(Comparator.comparingInt(Collection::size))
                .map(group -> group.stream().limit(BarChart.ROWS).toList())
                .orElse(List.of());
    }

    private static boolean downsampling(String knob) {
        for (String prefix : KNOBS) {
            if (knob.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    private static Map<String, Object> way(VariantSummary variant) {
        Map<String, Object> way = new TreeMap<>(variant.settings());
        way.keySet().removeIf(knob -> !downsampling(knob));
        return way;
    }

    private static BarChart chart(StudySummary study, List<VariantSummary> alike, String metric, Measured measured) {
        List<Bar> bars = new ArrayList<>();
        for (VariantSummary variant : alike) {
            Estimate value = measured.of(variant);
            int index = study.trained().indexOf(variant);
            OptionalDouble half = value.halfWidth();
            List<String> lines = new ArrayList<>(List.of(variant.name(), metric + " " + Figures.estimate(value)));
            way(variant).forEach((knob, setting) -> lines.add(knob + " " + setting));
            bars.add(new Bar(
                    Identifiers.of(index, variant.name()),
                    variant.name(),
                    List.of(new BarPart(0, value.mean(), 0)),
                    Double.NaN,
                    half.isPresent() ? value.mean() - half.getAsDouble() : Double.NaN,
                    half.isPresent() ? value.mean() + half.getAsDouble() : Double.NaN,
                    List.of(),
                    Figures.estimate(value),
                    Double.NaN,
                    lines,
                    Subject.of(index, variant)));
        }
        double longest = bars.stream()
                .flatMap(bar -> bar.parts().stream())
                .mapToDouble(BarPart::to)
                .max()
                .orElseThrow();
        double high = Math.min(bars.stream().mapToDouble(Bar::most).max().orElseThrow(), 1.6 * longest);
        boolean intervals = bars.stream().anyMatch(bar -> !Double.isNaN(bar.low()));
        return new BarChart(
                ID,
                "Ways of downsampling tokens: " + study.name(),
                "These variants differ in how attention downsamples its tokens and in nothing else. "
                        + (intervals ? "Lines: 95 % confidence interval over seeds." : "One seed each: no intervals.")
                        + SeriesOfSeeds.remark(study),
                Axis.fitting(metric + " (smaller is better)", 0, high, false),
                bars,
                List.of(new Fill("", "#0072B2", Hatch.NONE)),
                false);
    }
}
