package org.ditlab.chart;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ditlab.store.TrialResult;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;

/**
 * What share of its tokens each layer keeps, by place in the noise schedule: a heat map for each variant that records it, under
 * {@code routing.ratio.<layer>.bin<0..9>} of its metrics, layers in the order in which they are recorded.
 */
public final class LearnedRatios {
    /** The stem of the charts' ids. */
    static final String ID = "learned-ratios";

    private static final int MOST = 6;
    private static final Pattern KEY = Pattern.compile("routing\\.ratio\\.(.{1,80})\\.bin([0-9]{1,4})");

    private LearnedRatios() {}

    /** The charts of the first variants that have ratios. */
    public static List<Chart> of(StudySummary study) {
        List<Chart> charts = new ArrayList<>();
        List<VariantSummary> trained = study.trained();
        for (int i = 0; i < trained.size() && charts.size() < MOST; i++) {
            Map<String, NavigableMap<Integer, List<Double>>> layers = ratios(trained.get(i));
            if (!layers.isEmpty()) {
                charts.add(chart(trained.get(i), i, layers, charts.size()));
            }
        }
        return List.copyOf(charts);
    }

    private static Map<String, NavigableMap<Integer, List<Double>>> ratios(VariantSummary variant) {
        Map<String, NavigableMap<Integer, List<Double>>> layers = new LinkedHashMap<>();
        for (TrialResult trial : variant.done()) {
            trial.metrics().forEach((key, value) -> {
                Matcher named = KEY.matcher(key);
                if (named.matches() && value instanceof Number number && Double.isFinite(number.doubleValue())) {
                    layers.computeIfAbsent(named.group(1), unused -> new TreeMap<>())
                            .computeIfAbsent(Integer.valueOf(named.group(2)), unused -> new ArrayList<>())
                            .add(number.doubleValue());
                }
            });
        }
        return layers;
    }

    private static HeatMap chart(
            VariantSummary variant, int index, Map<String, NavigableMap<Integer, List<Double>>> layers, int before) {
        TreeSet<Integer> bins = new TreeSet<>();
        layers.values().forEach(layer -> bins.addAll(layer.keySet()));
        List<List<Double>> values = new ArrayList<>();
        double high = 1;
        for (NavigableMap<Integer, List<Double>> layer : layers.values()) {
            List<Double> row = new ArrayList<>();
            for (int bin : bins) {
                double mean = layer.getOrDefault(bin, List.of()).stream()
                        .mapToDouble(Double::doubleValue)
                        .average()
                        .orElse(Double.NaN);
                high = Math.max(high, Double.isNaN(mean) ? high : mean);
                row.add(mean);
            }
            values.add(row);
        }
        int seeds = variant.done().size();
        return new HeatMap(
                before == 0 ? ID : ID + "-" + (before + 1),
                "Learned ratios: " + variant.name(),
                "The share of its tokens that a layer keeps, by place in the noise schedule (0: least noise); mean over "
                        + seeds + (seeds == 1 ? " seed." : " seeds."),
                "part of the noise schedule",
                "layer",
                "share of tokens",
                bins.stream().map(String::valueOf).toList(),
                List.copyOf(layers.keySet()),
                values,
                0,
                high,
                Subject.of(index, variant));
    }
}
