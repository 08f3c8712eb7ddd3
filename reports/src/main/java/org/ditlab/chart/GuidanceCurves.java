package org.ditlab.chart;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.ditlab.store.TrialResult;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;

/** FID against the scale of classifier-free guidance: a curve for each model that was sampled with several scales. */
public final class GuidanceCurves {
    /** The stem of the charts' ids. */
    static final String ID = "fid-over-guidance";

    private static final String KNOB = "sample.guidance";

    private GuidanceCurves() {}

    /** A chart for each way of measuring that differs in more than the scale; none where no model has two scales. */
    public static List<Chart> of(StudySummary study) {
        Map<Map<String, Object>, Map<Map<String, Object>, Model>> ways = new LinkedHashMap<>();
        List<VariantSummary> trained = study.trained();
        for (int i = 0; i < trained.size(); i++) {
            for (TrialResult trial : trained.get(i).done()) {
                if (trial.settings().get(KNOB) instanceof Number scale
                        && trial.metrics().get("fid") instanceof Number fid
                        && Double.isFinite(fid.doubleValue())) {
                    Map<String, Object> way = new TreeMap<>(trial.protocol());
                    way.keySet().removeAll(List.of("guidance", "fingerprint"));
                    Map<String, Object> rest = new TreeMap<>(trial.settings());
                    rest.remove(KNOB);
                    int index = i;
                    ways.computeIfAbsent(way, unused -> new LinkedHashMap<>())
                            .computeIfAbsent(rest, unused -> new Model(index, trial.variant()))
                            .add(scale.doubleValue(), fid.doubleValue(), trial);
                }
            }
        }
        List<Chart> charts = new ArrayList<>();
        ways.forEach((way, models) -> {
            List<LineSeries> all = new ArrayList<>();
            for (Model model : models.values()) {
                LineSeries series = model.series(all.size());
                if (series.x().length > 1) {
                    all.add(series);
                }
            }
            if (!all.isEmpty()) {
                charts.add(chart(study, String.valueOf(way.get("features")), all, charts.size()));
            }
        });
        return List.copyOf(charts);
    }

    private static LineChart chart(StudySummary study, String features, List<LineSeries> all, int before) {
        double low = all.stream().mapToDouble(series -> series.x()[0]).min().orElseThrow();
        return new LineChart(
                before == 0 ? ID : ID + "-" + (before + 1),
                "FID over guidance: " + study.name(),
                "The same weights sampled with several scales; mean over seeds, band: their range. At scale 1 there is no guidance."
                        + SeriesOfSeeds.remark(study),
                Axis.fitting("guidance scale", low, SeriesOfSeeds.end(all), false),
                SeriesOfSeeds.y("FID[" + features + "]", all),
                all,
                SeriesOfSeeds.unnamed(all));
    }

    /** The trials that differ in scale and seed alone; named by what the names of its variants have in common. */
    private static final class Model {
        private final int index;
        private String name;
        private final List<TrialResult> trials = new ArrayList<>();
        private final Map<Integer, NavigableMap<Double, Double>> seeds = new TreeMap<>();

        Model(int index, String name) {
            this.index = index;
            this.name = name;
        }

        void add(double scale, double fid, TrialResult trial) {
            if (!trial.variant().startsWith(name)) {
                int same = 0;
                while (same < Math.min(name.length(), trial.variant().length())
                        && name.charAt(same) == trial.variant().charAt(same)) {
                    same++;
                }
                String common = name.substring(0, same).replaceAll("[^\\p{L}\\p{N})\\]]+$", "");
                name = common.isEmpty() ? name : common;
            }
            trials.add(trial);
            seeds.computeIfAbsent(trial.replicate(), unused -> new TreeMap<>()).put(scale, fid);
        }

        LineSeries series(int place) {
            return SeriesOfSeeds.of(
                    Identifiers.of(index, name),
                    name,
                    SeriesOfSeeds.description(name, seeds.size()),
                    List.copyOf(seeds.values()),
                    Style.of(place),
                    Subject.of(index, trials.get(0).variant(), trials));
        }
    }
}
