package org.ditlab.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.ditlab.store.TrialResult;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;

/** The held-out loss in each tenth of the noise schedule: where along the way from noise to image a change helps. */
public final class LossByTimestep {
    private static final int BINS = 10;

    private LossByTimestep() {}

    /** The chart; empty where no trial has recorded the loss by tenths. */
    public static Optional<LineChart> of(StudySummary study) {
        List<LineSeries> all = new ArrayList<>();
        List<VariantSummary> trained = study.trained();
        for (int i = 0; i < trained.size(); i++) {
            VariantSummary variant = trained.get(i);
            List<NavigableMap<Double, Double>> seeds = variant.done().stream()
                    .map(LossByTimestep::curve)
                    .filter(curve -> curve.size() == BINS)
                    .toList();
            if (!seeds.isEmpty()) {
                all.add(SeriesOfSeeds.of(
                        Identifiers.of(i, variant.name()),
                        variant.name(),
                        SeriesOfSeeds.description(variant.name(), seeds.size()),
                        seeds,
                        Style.of(i),
                        Subject.of(i, variant)));
            }
        }
        if (all.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new LineChart(
                "loss-by-timestep",
                "Held-out loss along the noise schedule: " + study.name(),
                "Each value: the mean over one tenth of the schedule, the same images, timesteps and noise for all; mean over seeds,"
                        + " band: their range." + SeriesOfSeeds.remark(study),
                Axis.counting("place in the noise schedule, % (0: least noise, 100: pure noise)", 100),
                SeriesOfSeeds.y("held-out loss", all),
                List.copyOf(all),
                SeriesOfSeeds.unnamed(all)));
    }

    private static NavigableMap<Double, Double> curve(TrialResult trial) {
        NavigableMap<Double, Double> curve = new TreeMap<>();
        for (int bin = 0; bin < BINS; bin++) {
            double middle = 100 * (bin + 0.5) / BINS;
            trial.number("heldout.loss.bin" + bin)
                    .filter(Double::isFinite)
                    .ifPresent(value -> curve.put(middle, value));
        }
        return curve;
    }
}
