package org.ditlab.study;

import java.util.List;
import org.ditlab.knob.Domains;
import org.ditlab.knob.Knob;

/** Recipe knobs under the names that the rooms above use, one of every kind of domain, for tests of the study language. */
public final class RecipeFixture {
    public static final Knob<String> SET =
            Knob.identity("data.set", Domains.text("the name of a data set"), "shapes", "Data set.", "");
    public static final Knob<Integer> SIZE = Knob.identity("data.size", Domains.integer(8, 1024), 32, "Side.", "");
    public static final Knob<Integer> IMAGES =
            Knob.identity("data.count", Domains.integer(1, 100_000_000), 10_000, "Images.", "");
    public static final Knob<Integer> STEPS =
            Knob.identity("train.steps", Domains.integer(0, 100_000_000), 400_000, "Steps.", "");
    public static final Knob<Integer> BATCH =
            Knob.identity("train.batch", Domains.integer(1, 1_000_000), 256, "Batch.", "");
    public static final Knob<Double> LEARNING_RATE =
            Knob.identity("train.learning-rate", Domains.real(0, 10), 1e-4, "Rate.", "");
    public static final Knob<Double> EMA_DECAY =
            Knob.identity("train.ema-decay", Domains.real(0, 1), 0.9999, "Decay.", "");
    public static final Knob<Boolean> FLIP = Knob.identity("train.flip", Domains.bool(), true, "Mirror.", "");
    public static final Knob<Integer> LOG_EVERY =
            Knob.stateless("train.log-every", Domains.integer(1, 1_000_000), 10, "Rows.");
    public static final Knob<String> SAMPLER =
            Knob.identity("sample.sampler", Domains.word(List.of("ddpm", "ddim")), "ddpm", "Sampler.", "");
    public static final Knob<Integer> SAMPLE_STEPS =
            Knob.identity("sample.steps", Domains.integer(1, 1000), 250, "Sampling steps.", "");
    public static final Knob<Double> GUIDANCE =
            Knob.identity("sample.guidance", Domains.real(0, 100), 1.0, "Guidance.", "");
    public static final Knob<Integer> COUNT =
            Knob.identity("sample.count", Domains.integer(1, 100_000_000), 50_000, "Samples.", "");
    public static final Knob<Correction> LABELS = // Any enum does: what matters is the kind of domain.
            Knob.identity("sample.labels", Domains.choice(Correction.class), Correction.HOLM, "Labels.", "");
    public static final Knob<String> FEATURES =
            Knob.identity("measure.features", Domains.word(List.of("classifier")), "classifier", "Extractor.", "");
    public static final Knob<Integer> DIMENSIONS =
            Knob.identity("measure.feature-dimensions", Domains.integer(2, 2048), 64, "Dimensions.", "");
    public static final Knob<Integer> CLASSIFIER_STEPS =
            Knob.identity("measure.classifier-steps", Domains.integer(1, 1_000_000), 400, "Steps.", "");
    public static final Knob<List<String>> METRICS = Knob.identity(
            "measure.metrics",
            Domains.list(Domains.word(List.of("fid", "is")), 1, 2),
            List.of("fid", "is"),
            "Metrics.",
            "");

    private RecipeFixture() {}

    public static List<Knob<?>> all() {
        return List.of(
                SET,
                SIZE,
                IMAGES,
                STEPS,
                BATCH,
                LEARNING_RATE,
                EMA_DECAY,
                FLIP,
                LOG_EVERY,
                SAMPLER,
                SAMPLE_STEPS,
                GUIDANCE,
                COUNT,
                LABELS,
                FEATURES,
                DIMENSIONS,
                CLASSIFIER_STEPS,
                METRICS);
    }

    /** The architecture's knobs and these. */
    public static Knobs knobs() {
        return Knobs.with(all());
    }
}
