package org.ditlab.chart;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.ditlab.store.TrialResult;
import org.ditlab.summary.Protocol;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;

/** What was measured of weights on the way, by step: for each variant the mean over its seeds and, as a band, their range. */
public final class SnapshotCurves {
    private SnapshotCurves() {}

    /** FID by step, a chart for each protocol, and the held-out loss by step; none where no weights were kept on the way. */
    public static List<LineChart> of(StudySummary study) {
        List<LineChart> charts = new ArrayList<>();
        for (int i = 0; i < study.protocols().size(); i++) {
            Protocol protocol = study.protocols().get(i);
            String id = i == 0 ? "fid-over-steps" : "fid-over-steps-" + (i + 1);
            chart(
                            study,
                            id,
                            "fid",
                            protocol.column("FID"),
                            samples(study),
                            trial -> protocol.measured(trial) && drawnAlike(trial))
                    .ifPresent(charts::add);
        }
        chart(study, "heldout-over-steps", "heldout.loss", "held-out loss", "", trial -> true)
                .ifPresent(charts::add);
        return List.copyOf(charts);
    }

    /** Whether the last weights were given as many samples as those on the way, so that their FIDs compare. */
    private static boolean drawnAlike(TrialResult trial) {
        Object fewer = trial.settings().get("sample.snapshot-count");
        return fewer == null || fewer.equals(trial.settings().get("sample.count"));
    }

    private static String samples(StudySummary study) {
        return study.trained().stream()
                        .anyMatch(variant -> !drawnAlike(variant.trials().get(0)))
                ? " The last step is left out: it was measured with another number of samples, on which FID depends."
                : "";
    }

    /**
     * A chart of a metric.
     *
     * @param last whether a trial's value of the last weights belongs to its curve
     */
    private static Optional<LineChart> chart(
            StudySummary study, String id, String key, String title, String remark, Predicate<TrialResult> last) {
        List<LineSeries> all = new ArrayList<>();
        List<VariantSummary> trained = study.trained();
        for (int i = 0; i < trained.size(); i++) {
            VariantSummary variant = trained.get(i);
            List<NavigableMap<Long, Double>> seeds = new ArrayList<>();
            for (TrialResult trial : variant.done()) {
                NavigableMap<Long, Double> curve = curve(trial, key, last.test(trial));
                if (curve.size() > 1) {
                    seeds.add(curve);
                }
            }
            if (!seeds.isEmpty()) {
                String label = variant.name() + ", " + seeds.size() + (seeds.size() == 1 ? " seed" : " seeds");
                all.add(series(Identifiers.of(i, variant.name()), variant.name(), label, seeds, Style.of(i)));
            }
        }
        all.removeIf(series -> series.x().length < 2);
        if (all.isEmpty()) {
            return Optional.empty();
        }
        double low = extreme(all.stream().map(LineSeries::low), false);
        double high = extreme(all.stream().map(LineSeries::high), true);
        return Optional.of(new LineChart(
                id,
                Character.toUpperCase(title.charAt(0)) + title.substring(1) + " over training: " + study.name(),
                "Averaged weights of some steps; mean over seeds, band: their range." + remark
                        + study.leftOut()
                        + (study.complete() ? "" : " Unfinished: " + study.progress() + "."),
                Axis.counting("training step", extreme(all.stream().map(LineSeries::x), true)),
                Axis.fitting(title, low, high),
                List.copyOf(all),
                Math.max(0, all.size() - LineChart.NAMED)));
    }

    /** The values of {@code key@step}, and that of the last weights at the last step. */
    private static NavigableMap<Long, Double> curve(TrialResult trial, String key, boolean last) {
        NavigableMap<Long, Double> curve = new TreeMap<>();
        for (Map.Entry<String, Object> metric : trial.metrics().entrySet()) {
            if (metric.getKey().matches(Pattern.quote(key) + "@[0-9]{1,9}")
                    && metric.getValue() instanceof Number value
                    && Double.isFinite(value.doubleValue())) {
                curve.put(Long.valueOf(metric.getKey().substring(key.length() + 1)), value.doubleValue());
            }
        }
        if (!curve.isEmpty()
                && last
                && trial.settings().get("train.steps") instanceof Number steps
                && trial.metrics().get(key) instanceof Number value
                && Double.isFinite(value.doubleValue())) {
            curve.put(steps.longValue(), value.doubleValue());
        }
        return curve;
    }

    private static LineSeries series(
            String id, String label, String description, List<NavigableMap<Long, Double>> seeds, Style style) {
        TreeSet<Long> steps = new TreeSet<>(seeds.get(0).keySet());
        seeds.forEach(seed -> steps.retainAll(seed.keySet()));
        double[] x = steps.stream().mapToDouble(Long::doubleValue).toArray();
        double[] y = new double[x.length];
        double[] low = new double[x.length];
        double[] high = new double[x.length];
        int i = 0;
        for (Long step : steps) {
            double[] values = seeds.stream().mapToDouble(seed -> seed.get(step)).toArray();
            y[i] = Arrays.stream(values).average().orElseThrow();
            low[i] = Arrays.stream(values).min().orElseThrow();
            high[i++] = Arrays.stream(values).max().orElseThrow();
        }
        return new LineSeries(id, label, x, y, low, high, style, false, description);
    }

    private static double extreme(Stream<double[]> arrays, boolean largest) {
        DoubleStream values = arrays.flatMapToDouble(Arrays::stream);
        return largest ? values.max().orElseThrow() : values.min().orElseThrow();
    }
}
