package org.ditlab.train;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ditlab.knob.Domains;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Settings;

/** The knobs of the training recipe, and which of its weights are sampled. Defaults are the DiT paper's. */
public final class TrainKnobs {
    private static final String DIT = "Peebles & Xie, arXiv:2212.09748, section 4";
    private static final String ADAMW = "Kingma & Ba, arXiv:1412.6980; Loshchilov & Hutter, arXiv:1711.05101";

    public static final Knob<Integer> STEPS = Knob.identity(
            "train.steps",
            Domains.integer(0, 100_000_000),
            400_000,
            "Optimiser steps; 0 leaves the model untrained.",
            DIT);
    public static final Knob<Integer> BATCH =
            Knob.identity("train.batch", Domains.integer(1, 1_000_000), 256, "Images per optimiser step.", DIT);
    public static final Knob<Integer> MICRO_BATCH = Knob.identity(
                    "train.micro-batch",
                    Domains.integer(0, 1_000_000),
                    0,
                    "Images that are computed at a time: gradients of the parts of a batch add up, each weighted by its share."
                            + " Less memory, equal but for rounding; 0, as train.batch itself, is the whole batch.",
                    "")
            .requiring(
                    "a value of at most train.batch",
                    settings -> settings.get(TrainKnobs.MICRO_BATCH) <= settings.get(BATCH));
    public static final Knob<Double> LEARNING_RATE = Knob.identity(
            "train.learning-rate", Domains.real(0, 10), 1e-4, "AdamW's learning rate after the warm-up.", DIT);
    public static final Knob<Integer> WARMUP = Knob.identity(
            "train.warmup",
            Domains.integer(0, 100_000_000),
            0,
            "Steps over which the learning rate rises linearly.",
            "");
    public static final Knob<LearningRateSchedule> LEARNING_RATE_SCHEDULE = Knob.identity(
                    "train.learning-rate-schedule",
                    Domains.choice(LearningRateSchedule.class),
                    LearningRateSchedule.CONSTANT,
                    "How the learning rate goes on after the warm-up: it stays, or falls to train.learning-rate-end over the"
                            + " steps that are left.",
                    DIT + " (constant); Loshchilov & Hutter, arXiv:1608.03983 (cosine)")
            .requiring(
                    "a train.warmup below train.steps, else nothing is left to fall",
                    settings -> settings.get(TrainKnobs.LEARNING_RATE_SCHEDULE) == LearningRateSchedule.CONSTANT
                            || settings.get(STEPS) == 0
                            || settings.get(WARMUP) < settings.get(STEPS));
    public static final Knob<Double> LEARNING_RATE_END = Knob.identity(
                    "train.learning-rate-end",
                    Domains.real(0, 10),
                    0.0,
                    "What a learning rate falls to by the end of training.",
                    "")
            .requiring(
                    "train.learning-rate-schedule = linear or cosine; a constant rate has no end",
                    settings -> settings.get(LEARNING_RATE_SCHEDULE) != LearningRateSchedule.CONSTANT)
            .requiring(
                    "a value of at most train.learning-rate",
                    settings -> settings.get(TrainKnobs.LEARNING_RATE_END) <= settings.get(LEARNING_RATE));
    public static final Knob<Double> CLIP = Knob.identity(
            "train.clip",
            Domains.real(0, 1e9),
            0.0,
            "Largest norm of the gradient over all parameters together: a longer one is scaled down to it before the step."
                    + " 0 does not clip. Where it clips, the metric log has the norm before as grad_norm.",
            "Pascanu et al., arXiv:1211.5063; " + DIT + " (none)");
    public static final Knob<Double> WEIGHT_DECAY =
            Knob.identity("train.weight-decay", Domains.real(0, 10), 0.0, "AdamW's decoupled weight decay.", DIT);
    public static final Knob<Double> BETA1 = Knob.identity(
            "train.beta1", Domains.real(0, 0.999999), 0.9, "AdamW's decay of the mean of the gradients.", ADAMW);
    public static final Knob<Double> BETA2 = Knob.identity(
            "train.beta2",
            Domains.real(0, 0.999999),
            0.999,
            "AdamW's decay of the mean of the squared gradients.",
            ADAMW);
    public static final Knob<Double> EPSILON =
            Knob.identity("train.epsilon", Domains.real(1e-30, 1), 1e-8, "What AdamW adds to its denominator.", ADAMW);
    public static final Knob<Double> EMA_DECAY = Knob.identity(
            "train.ema-decay",
            Domains.realBelow(0, 1),
            0.9999,
            "Decay of the exponential moving average of the weights; samples are drawn from it unless sample.weights says"
                    + " otherwise.",
            DIT);
    public static final Knob<List<Double>> EMA_DECAYS = Knob.identity(
                    "train.ema-decays",
                    Domains.list(Domains.realBelow(0, 1), 0, 8),
                    List.of(),
                    "Further averages of the weights, kept beside that of train.ema-decay for sample.weights to choose from;"
                            + " each takes the memory of the weights once more.",
                    "Karras et al., arXiv:2312.02696, section 3")
            .requiring("decays that differ from one another and from train.ema-decay", TrainKnobs::decaysDiffer);
    public static final Knob<SampledWeights> SAMPLED = Knob.identity(
                    "sample.weights",
                    SampledWeights.domain(),
                    SampledWeights.AVERAGE,
                    "Which weights images are drawn from: the average of train.ema-decay (ema), the weights themselves (raw),"
                            + " or another average by its decay. Another choice samples anew and trains nothing again.",
                    DIT)
            .requiring(
                    "ema, raw or a decay of train.ema-decays",
                    settings -> SampledWeights.all(settings).contains(settings.get(TrainKnobs.SAMPLED)));
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
    public static final Knob<Boolean> GRADIENT_CHECKPOINTING = Knob.identity(
            "train.gradient-checkpointing",
            Domains.bool(),
            false,
            "Keep only what enters each attention and feed-forward pair, and compute the pair again in the backward pass:"
                    + " much less memory for about a third more time, the same gradients.",
            "Chen et al., arXiv:1604.06174");
    public static final Knob<Boolean> CHANNELS_LAST = Knob.identity(
            "train.channels-last",
            Domains.bool(),
            true,
            "Whether convolutions take images in the memory that tokens have (channels last), or one channel after the other."
                    + " Results differ by rounding.",
            "");
    public static final Knob<Boolean> DETERMINISTIC = Knob.identity(
            "train.deterministic",
            Domains.bool(),
            true,
            "Whether only algorithms run whose results repeat to the bit: on the same build, processor and number of threads;"
                    + " across them within rounding. On a CPU they all do.",
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
    public static final Knob<Boolean> KEEP_STATE = Knob.stateless(
            "train.keep-state",
            Domains.bool(),
            true,
            "Whether a finished training keeps its last state, so that one with more train.steps goes on from there: weights,"
                    + " AdamW's moments and averages, four times the weights or more on disk. A rate that falls to the end"
                    + " cannot be continued and keeps none.");
    public static final Knob<Integer> LOG_EVERY = Knob.stateless(
            "train.log-every", Domains.integer(1, 1_000_000), 10, "Steps between rows of the metric log.");

    private TrainKnobs() {}

    private static boolean decaysDiffer(Settings settings) {
        List<Double> decays = settings.get(TrainKnobs.EMA_DECAYS);
        Set<Double> distinct = new HashSet<>(decays);
        return distinct.size() == decays.size() && !distinct.contains(settings.get(EMA_DECAY));
    }

    public static List<Knob<?>> all() {
        return List.of(
                STEPS,
                BATCH,
                MICRO_BATCH,
                LEARNING_RATE,
                WARMUP,
                LEARNING_RATE_SCHEDULE,
                LEARNING_RATE_END,
                CLIP,
                WEIGHT_DECAY,
                BETA1,
                BETA2,
                EPSILON,
                EMA_DECAY,
                EMA_DECAYS,
                SAMPLED,
                FLIP,
                PRECISION,
                GRADIENT_CHECKPOINTING,
                CHANNELS_LAST,
                DETERMINISTIC,
                SNAPSHOTS,
                CHECKPOINT_SECONDS,
                KEEP_STATE,
                LOG_EVERY);
    }
}
