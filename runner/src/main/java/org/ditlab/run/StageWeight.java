package org.ditlab.run;

import org.ditlab.diffusion.sampler.SampleKnobs;
import org.ditlab.diffusion.sampler.Samplers;
import org.ditlab.knob.Settings;
import org.ditlab.metric.evaluation.MeasureKnobs;
import org.ditlab.study.plan.StageKind;
import org.ditlab.train.TrainKnobs;

/** The arithmetic of a stage, in multiply-accumulates: only its proportions matter, for the estimate of time. */
final class StageWeight {
    /** Order of magnitude for the built-in classifier at 32 x 32; its real rate is measured once it runs. */
    private static final double CLASSIFIER_MACS = 5e6;

    private static final double CLASSIFIER_BATCH = 128;

    /** One image through Inception-v3. */
    private static final double INCEPTION_MACS = 5.7e9;

    /** A guess: the data are not looked at here. */
    private static final double REFERENCE_IMAGES = 10_000;

    private StageWeight() {}

    static double of(StageKind kind, Settings settings, double macs) {
        return switch (kind) {
            case EXTRACTOR ->
                MeasureKnobs.inception(settings)
                        ? INCEPTION_MACS * REFERENCE_IMAGES
                        : 3 * CLASSIFIER_MACS * CLASSIFIER_BATCH * settings.get(MeasureKnobs.CLASSIFIER_STEPS);
            case TRAIN -> 3 * macs * settings.get(TrainKnobs.STEPS) * settings.get(TrainKnobs.BATCH);
            case SAMPLE -> {
                // Guidance evaluates the model twice.
                double passes = settings.get(SampleKnobs.GUIDANCE) == 1.0 ? 1 : 2;
                yield passes * macs * Samplers.evaluations(settings) * settings.get(SampleKnobs.COUNT);
            }
            case MEASURE ->
                (MeasureKnobs.inception(settings) ? INCEPTION_MACS : CLASSIFIER_MACS) * settings.get(SampleKnobs.COUNT);
        };
    }
}
