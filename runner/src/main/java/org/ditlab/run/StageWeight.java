package org.ditlab.run;

import org.ditlab.diffusion.sampler.SampleKnobs;
import org.ditlab.diffusion.sampler.Samplers;
import org.ditlab.knob.Settings;
import org.ditlab.metric.evaluation.MeasureKnobs;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.study.plan.Stage;
import org.ditlab.train.HeldOutLoss;
import org.ditlab.train.TrainKnobs;

/** The arithmetic of a stage, in multiply-accumulates: only its proportions matter, for the estimate of time. */
public final class StageWeight {
    /** Order of magnitude for the built-in classifier at 32 x 32; its real rate is measured once it runs. */
    private static final double CLASSIFIER_MACS = 5e6;

    private static final double CLASSIFIER_BATCH = 128;

    /** One image through Inception-v3. */
    private static final double INCEPTION_MACS = 5.7e9;

    /** A guess: the data are not looked at here. */
    private static final double REFERENCE_IMAGES = 10_000;

    private StageWeight() {}

    /**
     * Of one stage.
     *
     * @param settings of the trial
     * @param macs of one forward pass of its model
     */
    public static double of(Stage stage, Settings settings, double macs) {
        int fewer = settings.get(SampleKnobs.SNAPSHOT_COUNT);
        double samples = stage.snapshot() > 0 && fewer > 0 ? fewer : settings.get(SampleKnobs.COUNT);
        return switch (stage.kind()) {
            case EXTRACTOR ->
                MeasureKnobs.inception(settings)
                        ? INCEPTION_MACS * REFERENCE_IMAGES
                        : 3 * CLASSIFIER_MACS * CLASSIFIER_BATCH * settings.get(MeasureKnobs.CLASSIFIER_STEPS);
            case TRAIN -> 3 * macs * settings.get(TrainKnobs.STEPS) * settings.get(TrainKnobs.BATCH);
            case SAMPLE -> {
                // Guidance evaluates the model twice.
                double passes = settings.get(SampleKnobs.GUIDANCE) == 1.0 ? 1 : 2;
                yield passes * macs * Samplers.evaluations(settings) * samples;
            }
            case MEASURE -> (MeasureKnobs.inception(settings) ? INCEPTION_MACS : CLASSIFIER_MACS) * samples;
            case HELDOUT -> macs * HeldOutLoss.BINS * settings.get(MeasureKnobs.HELD_OUT_IMAGES);
            case NEAREST -> {
                // Samples and held-out images, pixel by pixel.
                double pixels = 1;
                for (int extent : settings.get(ArchitectureKnobs.INPUT)) {
                    pixels *= extent;
                }
                yield 2 * REFERENCE_IMAGES * pixels * settings.get(MeasureKnobs.NEAREST);
            }
        };
    }
}
