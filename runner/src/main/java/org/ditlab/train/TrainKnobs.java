package org.ditlab.train;

import java.util.List;
import org.ditlab.knob.Domains;
import org.ditlab.knob.Knob;

/** The knobs of the training recipe. Defaults are the DiT paper's. */
public final class TrainKnobs {
    private static final String DIT = "Peebles & Xie, arXiv:2212.09748, section 4";

    public static final Knob<Integer> STEPS = Knob.identity(
            "train.steps",
            Domains.integer(0, 100_000_000),
            400_000,
            "Optimiser steps; 0 leaves the model untrained.",
            DIT);
    public static final Knob<Integer> BATCH =
            Knob.identity("train.batch", Domains.integer(1, 1_000_000), 256, "Images per optimiser step.", DIT);
    public static final Knob<Double> LEARNING_RATE = Knob.identity(
            "train.learning-rate",
            Domains.real(0, 10),
            1e-4,
            "AdamW's learning rate, constant after the warm-up.",
            DIT);
    public static final Knob<Integer> WARMUP = Knob.identity(
            "train.warmup",
            Domains.integer(0, 100_000_000),
            0,
            "Steps over which the learning rate rises linearly.",
            "");
    public static final Knob<Double> WEIGHT_DECAY =
            Knob.identity("train.weight-decay", Domains.real(0, 10), 0.0, "AdamW's decoupled weight decay.", DIT);
    public static final Knob<Double> EMA_DECAY = Knob.identity(
            "train.ema-decay",
            Domains.real(0, 1),
            0.9999,
            "Decay of the exponential moving average of the weights; samples are drawn from the average.",
            DIT);
    public static final Knob<Boolean> FLIP = Knob.identity(
            "train.flip",
            Domains.bool(),
            true,
            "Mirror training images horizontally half of the time; latents never are.",
            DIT);
    public static final Knob<Precision> PRECISION = Knob.identity(
            "train.precision",
            Domains.choice(Precision.class),
            Precision.FP32,
            "Type of matrix products and dense convolutions; everything else runs in float32.",
            "");
    public static final Knob<List<Integer>> SNAPSHOTS = Knob.identity(
            "train.snapshots",
            Domains.list(Domains.integer(1, 100_000_000), 0, 100),
            List.of(),
            "Steps before the last whose averaged weights are kept, sampled and measured, too; a training without them"
                    + " is run again.",
            "");
    public static final Knob<Integer> CHECKPOINT_SECONDS = Knob.stateless(
            "train.checkpoint-seconds",
            Domains.integer(1, 86_400),
            60,
            "Seconds between checkpoints: what a killed job can lose at most.");
    public static final Knob<Integer> LOG_EVERY = Knob.stateless(
            "train.log-every", Domains.integer(1, 1_000_000), 10, "Steps between rows of the metric log.");

    private TrainKnobs() {}

    public static List<Knob<?>> all() {
        return List.of(
                STEPS,
                BATCH,
                LEARNING_RATE,
                WARMUP,
                WEIGHT_DECAY,
                EMA_DECAY,
                FLIP,
                PRECISION,
                SNAPSHOTS,
                CHECKPOINT_SECONDS,
                LOG_EVERY);
    }
}
