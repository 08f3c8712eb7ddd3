package org.ditlab.study.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ditlab.knob.Settings;
import org.ditlab.study.spi.DataSummary;

/**
 * What a trial does beside training, sampling and measuring its last weights: the held-out loss, the search for copies, and
 * the weights of steps on the way. A knob that asks for nothing has no value, so that it is no part of hashes.
 *
 * @param heldOut whether the loss of held-out samples is measured
 * @param nearest whether samples are looked for among the training images
 * @param snapshots steps whose weights are kept, sampled and measured, too; rising
 */
record Extras(boolean heldOut, boolean nearest, List<Long> snapshots) {
    static final String SNAPSHOTS = "train.snapshots";

    /** Samples of a snapshot; as many as of the last weights where it is 0. */
    static final String SNAPSHOT_COUNT = "sample.snapshot-count";

    static final String HELD_OUT = "measure.held-out-images";
    static final String NEAREST = "measure.nearest";

    /** Latents that training does not see; images are held out by their data set. */
    static final String LATENTS_HELD_OUT = "data.held-out";

    /** Which weights are sampled; of snapshots there is the main average alone. */
    static final String WEIGHTS = "sample.weights";

    static final String MAIN_AVERAGE = "ema";
    private static final String STEPS = "train.steps";

    /** What settings ask for, those of {@link #asked} or others. */
    static Extras of(Settings settings) {
        return new Extras(number(settings, HELD_OUT) > 0, number(settings, NEAREST) > 0, snapshots(settings));
    }

    /**
     * All settings but those that ask for nothing: a count of 0 and an empty list, snapshots of a model that is not trained,
     * anything held out or drawn where the data have no such thing.
     */
    static Settings asked(Settings all, DataSummary data) {
        boolean trained = number(all, STEPS) > 0 && !snapshots(all).isEmpty();
        Set<String> idle = new HashSet<>();
        for (String count : List.of(SNAPSHOT_COUNT, HELD_OUT, NEAREST, LATENTS_HELD_OUT)) {
            if (number(all, count) == 0) {
                idle.add(count);
            }
        }
        if (!trained) {
            idle.addAll(List.of(SNAPSHOTS, SNAPSHOT_COUNT));
        }
        if (data.latent()) {
            idle.add(NEAREST);
            if (number(all, LATENTS_HELD_OUT) == 0) {
                idle.add(HELD_OUT);
            }
        }
        return all.filter(knob -> !idle.contains(knob.name()));
    }

    /** What is wrong with the snapshots, a sentence each. */
    static List<String> problems(Settings settings) {
        List<String> problems = new ArrayList<>();
        List<Long> steps = snapshots(settings);
        for (int i = 1; i < steps.size(); i++) {
            if (steps.get(i) <= steps.get(i - 1)) {
                problems.add(SNAPSHOTS + " is " + steps + "; name each step once, in rising order");
                break;
            }
        }
        long last = number(settings, STEPS);
        if (steps.stream().anyMatch(step -> step >= last)) {
            problems.add(SNAPSHOTS + " is " + steps + " but training ends after " + last
                    + " steps, whose weights are kept anyway; name earlier steps only, or raise train.steps");
        }
        Object weights = settings.raw(WEIGHTS);
        if (!steps.isEmpty() && weights != null && !weights.equals(MAIN_AVERAGE)) {
            problems.add(WEIGHTS + " is " + weights + " but " + SNAPSHOTS
                    + " keeps the average of train.ema-decay only; leave one of the two out");
        }
        return problems;
    }

    /** The settings of the same training without weights on the way. */
    static Settings withoutSnapshots(Settings settings) {
        return settings.filter(knob -> !knob.name().equals(SNAPSHOTS));
    }

    private static long number(Settings settings, String knob) {
        return settings.raw(knob) instanceof Number number ? number.longValue() : 0;
    }

    private static List<Long> snapshots(Settings settings) {
        List<Long> steps = new ArrayList<>();
        if (settings.raw(SNAPSHOTS) instanceof List<?> list) {
            for (Object step : list) {
                if (step instanceof Number number) {
                    steps.add(number.longValue());
                }
            }
        }
        return List.copyOf(steps);
    }
}
