package org.ditlab.run;

import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.ditlab.study.plan.StageKind;

/**
 * How much of a study is done and when the rest will be: stages are weighed by their arithmetic, and the seconds that a
 * unit takes are measured for each kind of stage while it runs. A kind that has not run yet takes what the others took.
 */
public final class Workload {
    private final Map<String, Item> items = new LinkedHashMap<>();
    private final LongSupplier nanoTime;

    public Workload(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Adds a stage that is to be done; a stage of several trials counts once. */
    public void add(String stage, StageKind kind, double weight) {
        items.putIfAbsent(stage, new Item(kind, Math.max(weight, 1)));
    }

    /** A stage reports how far it is, as a part of 1; the first report only sets the clock (it may have been resumed). */
    void progress(String stage, double fraction) {
        Item item = items.get(stage);
        if (item == null || item.done) {
            return;
        }
        long now = nanoTime.getAsLong();
        if (item.observedSince < 0) {
            item.observedSince = now;
            item.fractionThen = fraction;
        }
        item.fraction = Math.max(item.fraction, Math.min(fraction, 1));
        item.observedUntil = now;
    }

    /**
     * What a stage that another process works on has said of itself.
     *
     * @param from where its measurement begins, as a part of 1
     * @param to where it is now
     * @param seconds between
     */
    public void measured(String stage, double from, double to, double seconds) {
        Item item = items.get(stage);
        if (item != null && !item.done) {
            item.fractionThen = from;
            item.fraction = Math.max(from, Math.min(to, 1));
            item.observedSince = 0;
            item.observedUntil = Math.round(seconds * 1e9);
            item.done = item.fraction == 1;
        }
    }

    void done(String stage) {
        Item item = items.get(stage);
        if (item != null && !item.done) {
            if (item.observedSince >= 0) {
                item.observedUntil = nanoTime.getAsLong();
            }
            item.fraction = 1;
            item.done = true;
        }
    }

    /** The part of the estimated time that lies behind, in [0, 1]. */
    public double fraction() {
        Map<StageKind, Double> seconds = secondsPerUnit();
        double behind = 0;
        double all = 0;
        for (Item item : items.values()) {
            double expected = item.weight * seconds.getOrDefault(item.kind, 1.0);
            behind += expected * item.fraction;
            all += expected;
        }
        return all == 0 ? 1 : behind / all;
    }

    /** Time to the end with so many workers; empty until something has been measured. */
    public Optional<Duration> remaining(int workers) {
        Map<StageKind, Double> seconds = secondsPerUnit();
        if (seconds.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(time(left(items.values(), seconds) / Math.max(1, workers)));
    }

    /** Time that the rest of some stages takes one worker; empty until something has been measured. */
    public Optional<Duration> remaining(Collection<String> stages) {
        Map<StageKind, Double> seconds = secondsPerUnit();
        List<Item> some =
                stages.stream().map(items::get).filter(Objects::nonNull).toList();
        return seconds.isEmpty() ? Optional.empty() : Optional.of(time(left(some, seconds)));
    }

    private static double left(Collection<Item> some, Map<StageKind, Double> seconds) {
        double left = 0;
        for (Item item : some) {
            left += item.weight * (1 - item.fraction) * seconds.getOrDefault(item.kind, 0.0);
        }
        return left;
    }

    private static Duration time(double seconds) {
        return Duration.ofMillis(Math.round(1000 * seconds));
    }

    /** Measured by kind; kinds without a measurement get the mean over the others. Empty when nothing was measured. */
    private Map<StageKind, Double> secondsPerUnit() {
        Map<StageKind, double[]> sums = new EnumMap<>(StageKind.class);
        double[] all = new double[2];
        for (Item item : items.values()) {
            double work = item.weight * (item.fraction - item.fractionThen);
            if (item.observedSince >= 0 && work > 0) {
                double seconds = (item.observedUntil - item.observedSince) / 1e9;
                double[] sum = sums.computeIfAbsent(item.kind, kind -> new double[2]);
                sum[0] += seconds;
                sum[1] += work;
                all[0] += seconds;
                all[1] += work;
            }
        }
        Map<StageKind, Double> rates = new EnumMap<>(StageKind.class);
        if (all[1] > 0) {
            for (StageKind kind : StageKind.values()) {
                double[] sum = sums.getOrDefault(kind, all);
                rates.put(kind, sum[0] / sum[1]);
            }
        }
        return rates;
    }

    private static final class Item {
        private final StageKind kind;
        private final double weight;
        private double fraction;
        private double fractionThen;
        private long observedSince = -1;
        private long observedUntil;
        private boolean done;

        Item(StageKind kind, double weight) {
            this.kind = kind;
            this.weight = weight;
        }
    }
}
