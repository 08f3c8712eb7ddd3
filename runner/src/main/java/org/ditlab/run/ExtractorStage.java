package org.ditlab.run;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ditlab.data.DataSets;
import org.ditlab.data.ImageDataset;
import org.ditlab.data.Split;
import org.ditlab.knob.Settings;
import org.ditlab.metric.ClassifierExtractor;
import org.ditlab.metric.ClassifierTrainer;
import org.ditlab.metric.MeasureKnobs;
import org.ditlab.metric.ReferenceStatistics;
import org.ditlab.study.plan.StageKind;

/**
 * Trains the feature extractor on the study's own data and runs it over the reference images. Shared by all trials; an
 * attempt that is cut starts anew.
 */
public final class ExtractorStage implements StageRunner {
    /** The extractor's weights in the stage's directory. */
    public static final String WEIGHTS = "extractor.safetensors";

    /** The features' statistics of the training images, and the features of the held-out ones. */
    public static final String REFERENCE = "reference.npz";

    private static final int LOG_EVERY = 10;

    @Override
    public StageKind kind() {
        return StageKind.EXTRACTOR;
    }

    @Override
    public StageResult run(StageContext context) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Settings settings = context.settings();
        ImageDataset train = DataSets.images(settings, context.files().data(), Split.TRAIN);
        ImageDataset test = DataSets.images(settings, context.files().data(), Split.TEST);
        int steps = settings.get(MeasureKnobs.CLASSIFIER_STEPS);
        int dimensions = settings.get(MeasureKnobs.FEATURE_DIMENSIONS);
        try (ClassifierTrainer trainer = new ClassifierTrainer(context.backend(), train, dimensions, steps)) {
            while (!trainer.done()) {
                if (context.stopRequested()) {
                    throw new InterruptedException("stopped at step " + trainer.steps() + " of the classifier");
                }
                double loss = trainer.step();
                if (trainer.steps() % LOG_EVERY == 0 || trainer.done()) {
                    context.log(Map.of("step", trainer.steps(), "loss", loss));
                }
                context.progress(trainer.steps(), steps, "classifier, loss %.3f".formatted(loss));
            }
            try (ClassifierExtractor extractor = trainer.extractor()) {
                ReferenceStatistics reference = ReferenceStatistics.of(context.backend(), extractor, train, test);
                extractor.write(context.directory().resolve(WEIGHTS));
                reference.write(context.directory().resolve(REFERENCE));
                return result(extractor, reference, train, start);
            }
        }
    }

    private static StageResult result(
            ClassifierExtractor extractor, ReferenceStatistics reference, ImageDataset train, long start) {
        Map<String, Object> protocol = new LinkedHashMap<>();
        protocol.put("features", extractor.name());
        protocol.put("extractor", extractor.weightsHash().substring(0, 12));
        protocol.put("reference", train.name() + " train, " + train.size() + " images");
        protocol.put("resize", train.resize());
        protocol.put("split", "reference: train; accuracy and floor: held out");
        return new StageResult(
                Map.of("extractor.accuracy", reference.accuracy()),
                Map.of("extractor.seconds", (System.nanoTime() - start) / 1e9),
                protocol);
    }
}
