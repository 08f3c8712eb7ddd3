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

    /**
     * FID by step, a chart for each protocol by which weights on the way were measured, and the held-out loss by step; none where
     * no weights were kept on the way.
     */
    public static List<LineChart> of(StudySummary study) {
        List<LineChart> charts = new ArrayList<>();
        for (int i = 0; i < study.protocols().size(); i++) {
            Protocol protocol = study.protocols().get(i);
            String suffix = protocol.suffix();
            Drawn drawn = new Drawn(
                    i == 0 ? "fid-over-steps" : "fid-over-steps-" + (i + 1),
                    "fid",
                    "FID[" + protocol.features() + "]",
                    suffix.isEmpty() ? "" : "; " + suffix,
                    (suffix.isEmpty() ? "" : " This protocol has " + suffix + ".") + samples(study, protocol),
                    protocol::measured,
                    SnapshotCurves::drawnAlike);
            chart(study, drawn).ifPresent(charts::add);
        }
        chart(
                        study,
                        new Drawn(
                                "heldout-over-steps",
                                "heldout.loss",
                                "held-out loss",
                                "",
                                "",
                                trial -> true,
                                trial -> true))
                .ifPresent(charts::add);
        return List.copyOf(charts);
    }

    /** Whether the last weights were given as many samples as those on the way, so that their FIDs compare. */
    private static boolean drawnAlike(TrialResult trial) {
        Object fewer = trial.settings().get("sample.snapshot-count");
        return fewer == null || fewer.equals(trial.settings().get("sample.count"));
    }

    private static String samples(StudySummary study, Protocol protocol) {
        return study.trained().stream()
                        .flatMap(variant -> variant.done().stream())
                        .anyMatch(trial -> protocol.measured(trial) && !drawnAlike(trial))
                ? " The last step is left out: it was measured with another number of samples, on which FID depends."
                : "";
    }

    /**
     * What a chart shows.
     *
     * @param metric its key
     * @param axis the metric's name
     * @param told what tells the chart from others of the metric, for its title
     * @param remark sentences for its subtitle, each after a blank
     * @param trials those whose values belong to it
     * @param last whether a trial's value of the last weights belongs to its curve
     */
    private record Drawn(
            String id,
            String metric,
            String axis,
            String told,
            String remark,
            Predicate<TrialResult> trials,
            Predicate<TrialResult> last) {}

    private static Optional<LineChart> chart(StudySummary study, Drawn drawn) {
        List<LineSeries> all = new ArrayList<>();
        List<VariantSummary> trained = study.trained();
        for (int i = 0; i < trained.size(); i++) {
            VariantSummary variant = trained.get(i);
            List<NavigableMap<Long, Double>> seeds = new ArrayList<>();
            variant.done().stream()
                    .filter(drawn.trials)
                    .map(trial -> curve(trial, drawn.metric, drawn.last.test(trial)))
                    .filter(curve -> curve.size() > 1)
                    .forEach(seeds::add);
            if (!seeds.isEmpty()) {
                String label = variant.name() + ", " + seeds.size() + (seeds.size() == 1 ? " seed" : " seeds");
                all.add(series(Identifiers.of(i, variant.name()), variant.name(), label, seeds, Style.of(i), Subject.of(i, variant)));
            }
        }
        all.removeIf(series -> series.x().length < 2);
        if (all.isEmpty()) {
            return Optional.empty();
        }
        double low = extreme(all.stream().map(LineSeries::low), false);
        double high = extreme(all.stream().map(LineSeries::high), true);
        return Optional.of(new LineChart(
                drawn.id,
                Character.toUpperCase(drawn.axis.charAt(0)) + drawn.axis.substring(1) + " over training: "
                        + study.name() + drawn.told,
                "Averaged weights of some steps; mean over seeds, band: their range." + drawn.remark
                        + study.leftOut()
                        + (study.complete() ? "" : " Unfinished: " + study.progress() + "."),
                Axis.counting("training step", extreme(all.stream().map(LineSeries::x), true)),
                Axis.fitting(drawn.axis, low, high),
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
            String id,
            String label,
            String description,
            List<NavigableMap<Long, Double>> seeds,
            Style style,
            Subject subject) {
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
        return new LineSeries(id, label, x, y, low, high, style, false, description, subject);
    }

    private static double extreme(Stream<double[]> arrays, boolean largest) {
        DoubleStream values = arrays.flatMapToDouble(Arrays::stream);
        return largest ? values.max().orElseThrow() : values.min().orElseThrow();
    }
}
