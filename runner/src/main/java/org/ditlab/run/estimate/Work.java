package org.ditlab.run.estimate;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.ditlab.diffusion.sampler.ImageSampler;
import org.ditlab.diffusion.sampler.SampleKnobs;
import org.ditlab.diffusion.sampler.Samplers;
import org.ditlab.knob.Settings;
import org.ditlab.metric.evaluation.MeasureKnobs;
import org.ditlab.model.ModelCost;
import org.ditlab.run.StageWeight;
import org.ditlab.study.CanonicalJson;
import org.ditlab.study.Section;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.StageKind;
import org.ditlab.train.TrainKnobs;

/**
 * A stage as so many pieces of equal arithmetic: training steps, calls of the model on a chunk of samples, or all of it.
 *
 * @param precision of training and sampling; empty for other kinds
 * @param architecture hash of what decides how fast equal arithmetic runs
 * @param batch images of a piece; 0 for kinds that are one piece
 * @param macs multiply-accumulates of a piece
 * @param pieces of the stage
 */
public record Work(StageKind kind, String precision, String architecture, int batch, double macs, double pieces) {
    private static final int FORWARDS_PER_STEP = 3;
    private static final int HASH = 12;

    /** Knobs of training that change the time of a step, not its arithmetic. */
    private static final Set<String> PACE = Set.of(
            TrainKnobs.MICRO_BATCH.name(),
            TrainKnobs.GRADIENT_CHECKPOINTING.name(),
            TrainKnobs.CHANNELS_LAST.name(),
            TrainKnobs.DETERMINISTIC.name());

    /** That of a stage of a trial with these settings and a model of this cost. */
    public static Work of(Stage stage, Settings settings, ModelCost cost) {
        return switch (stage.kind()) {
            case TRAIN -> training(settings, cost, settings.get(TrainKnobs.BATCH));
            case SAMPLE -> {
                int fewer = settings.get(SampleKnobs.SNAPSHOT_COUNT);
                int samples = stage.snapshot() > 0 && fewer > 0 ? fewer : settings.get(SampleKnobs.COUNT);
                yield sampling(settings, cost, ImageSampler.CHUNK).times(calls(settings, samples));
            }
            case EXTRACTOR, MEASURE, HELDOUT, NEAREST -> {
                boolean inception = MeasureKnobs.inception(settings);
                String network =
                        stage.kind() == StageKind.HELDOUT ? architecture(settings) : inception ? "inception" : "";
                double macs = Math.max(1, StageWeight.of(stage, settings, cost.macs()));
                yield new Work(stage.kind(), "", network, 0, macs, 1);
            }
        };
    }

    static Work training(Settings settings, ModelCost cost, int batch) {
        double macs = (double) FORWARDS_PER_STEP * cost.macsTraining() * batch;
        return new Work(
                StageKind.TRAIN,
                precision(settings),
                architecture(settings),
                batch,
                Math.max(1, macs),
                settings.get(TrainKnobs.STEPS));
    }

    static Work sampling(Settings settings, ModelCost cost, int images) {
        // Guidance evaluates the model twice.
        int passes = settings.get(SampleKnobs.GUIDANCE) == 1.0 ? 1 : 2;
        double macs = (double) passes * cost.macs() * images;
        return new Work(
                StageKind.SAMPLE, precision(settings), architecture(settings), passes * images, Math.max(1, macs), 1);
    }

    private Work times(double number) {
        return new Work(kind, precision, architecture, batch, macs, number);
    }

    /** Calls of the model for so many samples; the last chunk is computed whole. */
    private static double calls(Settings settings, double samples) {
        return Math.ceil(samples / ImageSampler.CHUNK) * Samplers.evaluations(settings);
    }

    private static String precision(Settings settings) {
        return settings.get(TrainKnobs.PRECISION).name().toLowerCase(Locale.ROOT);
    }

    private static String architecture(Settings settings) {
        Settings own = settings.filter(knob -> Section.of(knob) == Section.ARCHITECTURE || PACE.contains(knob.name()));
        return CanonicalJson.hash(own.raw()).substring(0, HASH);
    }

    /**
     * Seconds of a piece as a finished stage says them.
     *
     * @param timing of its {@code result.json}
     */
    OptionalDouble measured(Settings settings, Map<?, ?> timing) {
        double seconds = number(timing, kind.word() + ".seconds");
        double each = switch (kind) {
            case TRAIN -> number(timing, "train.seconds_per_step");
            case SAMPLE -> seconds / calls(settings, Math.rint(seconds * number(timing, "sample.images_per_second")));
            case EXTRACTOR, MEASURE, HELDOUT, NEAREST -> seconds;
        };
        return each > 0 && each < Double.POSITIVE_INFINITY ? OptionalDouble.of(each) : OptionalDouble.empty();
    }

    /** Seconds of a piece where so many units of a stage's progress took so long: steps or images. */
    OptionalDouble running(Settings settings, double units, double seconds) {
        if (units <= 0 || seconds <= 0) {
            return OptionalDouble.empty();
        }
        return switch (kind) {
            case TRAIN -> OptionalDouble.of(seconds / units);
            case SAMPLE -> OptionalDouble.of(seconds / calls(settings, units));
            case EXTRACTOR, MEASURE, HELDOUT, NEAREST -> OptionalDouble.empty();
        };
    }

    private static double number(Map<?, ?> timing, String key) {
        return timing.get(key) instanceof Number number ? number.doubleValue() : Double.NaN;
    }
}
