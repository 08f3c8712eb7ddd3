package org.ditlab.chart;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import org.ditlab.store.TrialResult;
import org.ditlab.store.TrialStatus;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;

/** Training loss by step: for each variant the mean over its finished seeds and, as a band, their range; other seeds by themselves. */
public final class TrainingCurves {
    private static final int WINDOW_PERCENT = 5;
    private static final int POINTS = 300;
    private static final int ALL_POINTS = 9000;
    private static final int FEWEST_POINTS = 40;

    private TrainingCurves() {}

    /** The chart; empty where nothing has been logged yet. */
    public static Optional<LineChart> of(StudySummary study) throws IOException {
        List<LineSeries> all = new ArrayList<>();
        List<VariantSummary> trained = study.trained();
        int unended = 0;
        int points = Math.max(FEWEST_POINTS, Math.min(POINTS, ALL_POINTS / Math.max(1, trained.size())));
        for (int i = 0; i < trained.size(); i++) {
            VariantSummary variant = trained.get(i);
            String id = Identifiers.of(i, variant.name());
            List<NavigableMap<Long, Double>> seeds = new ArrayList<>();
            for (TrialResult trial : variant.trials()) {
                if (trial.status() == TrialStatus.STOPPED) {
                    continue;
                }
                NavigableMap<Long, Double> curve = smoothed(trial.curve("loss"));
                if (curve.isEmpty()) {
                    continue;
                }
                if (trial.status() == TrialStatus.DONE) {
                    seeds.add(curve);
                } else {
                    String word = trial.status() == TrialStatus.PLANNED
                            ? "unfinished"
                            : trial.status().word();
                    String label = variant.name() + ", seed " + trial.seed() + ", " + word;
                    String apart = id + "-" + word + "-" + trial.replicate();
                    Subject subject = Subject.of(i, variant.name(), List.of(trial));
                    boolean diverged = trial.status() == TrialStatus.DIVERGED;
                    unended += diverged ? 0 : 1;
                    all.add(series(
                            apart,
                            diverged ? variant.name() : label,
                            label,
                            List.of(curve),
                            Style.of(i),
                            points,
                            diverged,
                            subject));
                }
            }
            if (!seeds.isEmpty()) {
                String label = variant.name() + ", " + seeds.size() + (seeds.size() == 1 ? " seed" : " seeds");
                all.add(series(id, variant.name(), label, seeds, Style.of(i), points, false, Subject.of(i, variant)));
            }
        }
        all.removeIf(series -> series.x().length == 0);
        if (all.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new LineChart(
                "curves",
                "Training loss: " + study.name(),
                "Mean over finished seeds, band: their range. Each curve is a centred moving mean over "
                        + WINDOW_PERCENT
                        + " % of its logged rows."
                        + (all.stream().anyMatch(LineSeries::broken) ? " A cross: this seed diverged." : "")
                        + (unended == 0
                                ? ""
                                : " Seeds that are not done have a curve of their own and are in no mean: " + unended
                                        + ".")
                        + study.leftOut()
                        + (study.complete() ? "" : " Unfinished: " + study.progress() + "."),
                Axis.counting("training step", extreme(all, true, true)),
                Axis.fitting("training loss", extreme(all, false, false), extreme(all, false, true)),
                List.copyOf(all),
                Math.max(0, all.size() - LineChart.NAMED)));
    }

    /** A centred moving mean; at the ends the window shrinks on both sides, so that it stays centred. */
    static NavigableMap<Long, Double> smoothed(NavigableMap<Long, Double> curve) {
        int reach = curve.size() * WINDOW_PERCENT / 200;
        if (reach == 0) {
            return curve;
        }
        Long[] steps = curve.keySet().toArray(Long[]::new);
        double[] sums = new double[steps.length + 1];
        for (int i = 0; i < steps.length; i++) {
            sums[i + 1] = sums[i] + curve.get(steps[i]);
        }
        NavigableMap<Long, Double> smooth = new TreeMap<>();
        for (int i = 0; i < steps.length; i++) {
            int half = Math.min(reach, Math.min(i, steps.length - 1 - i));
            smooth.put(steps[i], (sums[i + half + 1] - sums[i - half]) / (2 * half + 1));
        }
        return smooth;
    }

    /** Mean and range over the seeds, at the steps that all of them have, thinned to some points. */
    private static LineSeries series(
            String id,
            String label,
            String description,
            List<NavigableMap<Long, Double>> seeds,
            Style style,
            int points,
            boolean broken,
            Subject subject) {
        TreeSet<Long> common = new TreeSet<>(seeds.get(0).keySet());
        seeds.forEach(seed -> common.retainAll(seed.keySet()));
        Long[] steps = common.toArray(Long[]::new);
        int count = Math.min(points, steps.length);
        double[] x = new double[count];
        double[] y = new double[count];
        double[] low = new double[count];
        double[] high = new double[count];
        for (int i = 0; i < count; i++) {
            Long step = steps[count == 1 ? steps.length - 1 : (int) ((long) i * (steps.length - 1) / (count - 1))];
            double[] values = seeds.stream().mapToDouble(seed -> seed.get(step)).toArray();
            x[i] = step;
            y[i] = Arrays.stream(values).average().orElseThrow();
            low[i] = Arrays.stream(values).min().orElseThrow();
            high[i] = Arrays.stream(values).max().orElseThrow();
        }
        return new LineSeries(id, label, x, y, low, high, style, broken, description, subject);
    }

    private static double extreme(List<LineSeries> all, boolean ofX, boolean largest) {
        DoubleStream values = all.stream()
                .flatMapToDouble(series -> Arrays.stream(ofX ? series.x() : largest ? series.high() : series.low()));
        return largest ? values.max().orElseThrow() : values.min().orElseThrow();
    }
}
