package org.ditlab.notebook;

import java.util.List;
import org.ditlab.data.Corrupt;
import org.ditlab.data.DataKnobs;
import org.ditlab.diffusion.DiffusionKnobs;
import org.ditlab.diffusion.LossWeighting;
import org.ditlab.diffusion.NoiseScheduleKind;
import org.ditlab.diffusion.PredictionTarget;
import org.ditlab.diffusion.TimestepSampling;
import org.ditlab.diffusion.sampler.GuidanceChannels;
import org.ditlab.diffusion.sampler.LabelProtocol;
import org.ditlab.diffusion.sampler.SampleKnobs;
import org.ditlab.knob.Knob;
import org.ditlab.metric.evaluation.MeasureKnobs;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.Embedders;
import org.ditlab.model.LabelDrop;
import org.ditlab.model.Position;
import org.ditlab.model.Skeleton;
import org.ditlab.nn.AttentionTokens;
import org.ditlab.nn.Conditioning;
import org.ditlab.nn.Downsampler;
import org.ditlab.nn.FeedForwardKind;
import org.ditlab.nn.Logits;
import org.ditlab.train.LearningRateSchedule;
import org.ditlab.train.Precision;
import org.ditlab.train.SampledWeights;
import org.ditlab.train.TrainKnobs;

/** Every knob under its name in a study's YAML, in capitals: {@code train.learning-rate} is {@code TRAIN_LEARNING_RATE}. */
public class KnobWords {
    // Architecture
    public static final Knob<List<Integer>> INPUT = ArchitectureKnobs.INPUT;
    public static final Knob<Integer> CLASSES = ArchitectureKnobs.CLASSES;
    public static final Knob<Double> CLASS_DROPOUT = ArchitectureKnobs.CLASS_DROPOUT;
    public static final Knob<Boolean> LEARN_SIGMA = ArchitectureKnobs.LEARN_SIGMA;
    public static final Knob<Integer> PATCH = ArchitectureKnobs.PATCH;
    public static final Knob<Integer> WIDTH = ArchitectureKnobs.WIDTH;
    public static final Knob<Integer> DEPTH = ArchitectureKnobs.DEPTH;
    public static final Knob<Integer> HEADS = ArchitectureKnobs.HEADS;
    public static final Knob<Double> MLP_RATIO = ArchitectureKnobs.MLP_RATIO;
    public static final Knob<Skeleton> SKELETON = ArchitectureKnobs.SKELETON;
    public static final Knob<List<Integer>> STAGES = ArchitectureKnobs.STAGES;
    public static final Knob<AttentionTokens> ATTENTION_TOKENS = ArchitectureKnobs.ATTENTION_TOKENS;
    public static final Knob<List<Integer>> ATTENTION_FACTOR = ArchitectureKnobs.ATTENTION_FACTOR;
    public static final Knob<Downsampler> ATTENTION_DOWNSAMPLER = ArchitectureKnobs.DOWNSAMPLER;
    public static final Knob<Integer> ATTENTION_DOWNSAMPLER_KERNEL = ArchitectureKnobs.DOWNSAMPLER_KERNEL;
    public static final Knob<Boolean> ATTENTION_DOWNSAMPLER_SHORTCUT = ArchitectureKnobs.DOWNSAMPLER_SHORTCUT;
    public static final Knob<Logits> ATTENTION_LOGITS = ArchitectureKnobs.ATTENTION_LOGITS;
    public static final Knob<Position> POSITION = ArchitectureKnobs.POSITION;
    public static final Knob<FeedForwardKind> FFN = ArchitectureKnobs.FFN;
    public static final Knob<Boolean> FFN_REPARAM = ArchitectureKnobs.FFN_REPARAM;
    public static final Knob<Integer> FFN_HIDDEN_MULTIPLE = ArchitectureKnobs.FFN_MULTIPLE;
    public static final Knob<Conditioning> CONDITIONING = ArchitectureKnobs.CONDITIONING;
    public static final Knob<Embedders> CONDITIONING_EMBEDDERS = ArchitectureKnobs.EMBEDDERS;
    public static final Knob<LabelDrop> LABEL_DROP = ArchitectureKnobs.LABEL_DROP;

    // Data
    public static final Knob<String> DATA_SET = DataKnobs.SET;
    public static final Knob<Integer> DATA_SIZE = DataKnobs.SIZE;
    public static final Knob<Integer> DATA_COUNT = DataKnobs.COUNT;
    public static final Knob<Double> DATA_LATENT_SCALE = DataKnobs.LATENT_SCALE;
    public static final Knob<Corrupt> DATA_CORRUPT = DataKnobs.CORRUPT;
    public static final Knob<Integer> DATA_HELD_OUT = DataKnobs.HELD_OUT;

    // Training
    public static final Knob<Integer> TRAIN_STEPS = TrainKnobs.STEPS;
    public static final Knob<Integer> TRAIN_BATCH = TrainKnobs.BATCH;
    public static final Knob<Integer> TRAIN_MICRO_BATCH = TrainKnobs.MICRO_BATCH;
    public static final Knob<Double> TRAIN_LEARNING_RATE = TrainKnobs.LEARNING_RATE;
    public static final Knob<Integer> TRAIN_WARMUP = TrainKnobs.WARMUP;
    public static final Knob<LearningRateSchedule> TRAIN_LEARNING_RATE_SCHEDULE = TrainKnobs.LEARNING_RATE_SCHEDULE;
    public static final Knob<Double> TRAIN_LEARNING_RATE_END = TrainKnobs.LEARNING_RATE_END;
    public static final Knob<Double> TRAIN_CLIP = TrainKnobs.CLIP;
    public static final Knob<Double> TRAIN_WEIGHT_DECAY = TrainKnobs.WEIGHT_DECAY;
    public static final Knob<Double> TRAIN_BETA1 = TrainKnobs.BETA1;
    public static final Knob<Double> TRAIN_BETA2 = TrainKnobs.BETA2;
    public static final Knob<Double> TRAIN_EPSILON = TrainKnobs.EPSILON;
    public static final Knob<Double> TRAIN_EMA_DECAY = TrainKnobs.EMA_DECAY;
    public static final Knob<List<Double>> TRAIN_EMA_DECAYS = TrainKnobs.EMA_DECAYS;
    public static final Knob<SampledWeights> SAMPLE_WEIGHTS = TrainKnobs.SAMPLED;
    public static final Knob<Boolean> TRAIN_FLIP = TrainKnobs.FLIP;
    public static final Knob<Precision> TRAIN_PRECISION = TrainKnobs.PRECISION;
    public static final Knob<Boolean> TRAIN_GRADIENT_CHECKPOINTING = TrainKnobs.GRADIENT_CHECKPOINTING;
    public static final Knob<Boolean> TRAIN_CHANNELS_LAST = TrainKnobs.CHANNELS_LAST;
    public static final Knob<Boolean> TRAIN_DETERMINISTIC = TrainKnobs.DETERMINISTIC;
    public static final Knob<List<Integer>> TRAIN_SNAPSHOTS = TrainKnobs.SNAPSHOTS;
    public static final Knob<Integer> TRAIN_CHECKPOINT_SECONDS = TrainKnobs.CHECKPOINT_SECONDS;
    public static final Knob<Boolean> TRAIN_KEEP_STATE = TrainKnobs.KEEP_STATE;
    public static final Knob<Integer> TRAIN_LOG_EVERY = TrainKnobs.LOG_EVERY;

    // Diffusion
    public static final Knob<PredictionTarget> TRAIN_PREDICTION = DiffusionKnobs.PREDICTION;
    public static final Knob<NoiseScheduleKind> TRAIN_NOISE_SCHEDULE = DiffusionKnobs.NOISE_SCHEDULE;
    public static final Knob<TimestepSampling> TRAIN_TIMESTEP_SAMPLING = DiffusionKnobs.TIMESTEP_SAMPLING;
    public static final Knob<LossWeighting> TRAIN_LOSS_WEIGHTING = DiffusionKnobs.LOSS_WEIGHTING;

    // Sampling
    public static final Knob<String> SAMPLE_SAMPLER = SampleKnobs.SAMPLER;
    public static final Knob<Double> SAMPLE_ETA = SampleKnobs.ETA;
    public static final Knob<Integer> SAMPLE_STEPS = SampleKnobs.STEPS;
    public static final Knob<Double> SAMPLE_GUIDANCE = SampleKnobs.GUIDANCE;
    public static final Knob<GuidanceChannels> SAMPLE_GUIDANCE_CHANNELS = SampleKnobs.GUIDANCE_CHANNELS;
    public static final Knob<Integer> SAMPLE_COUNT = SampleKnobs.COUNT;
    public static final Knob<LabelProtocol> SAMPLE_LABELS = SampleKnobs.LABELS;
    public static final Knob<Boolean> SAMPLE_CLIP = SampleKnobs.CLIP;
    public static final Knob<Integer> SAMPLE_SNAPSHOT_COUNT = SampleKnobs.SNAPSHOT_COUNT;

    // Measurement
    public static final Knob<String> MEASURE_FEATURES = MeasureKnobs.FEATURES;
    public static final Knob<Integer> MEASURE_FEATURE_DIMENSIONS = MeasureKnobs.FEATURE_DIMENSIONS;
    public static final Knob<Integer> MEASURE_CLASSIFIER_STEPS = MeasureKnobs.CLASSIFIER_STEPS;
    public static final Knob<String> MEASURE_SUITE = MeasureKnobs.SUITE;
    public static final Knob<List<String>> MEASURE_METRICS = MeasureKnobs.METRICS;
    public static final Knob<Integer> MEASURE_HELD_OUT_IMAGES = MeasureKnobs.HELD_OUT_IMAGES;
    public static final Knob<Integer> MEASURE_NEAREST = MeasureKnobs.NEAREST;

    KnobWords() {}
}
