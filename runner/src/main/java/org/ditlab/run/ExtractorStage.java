package org.ditlab.run;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ditlab.data.DataSets;
import org.ditlab.data.DatasetImages;
import org.ditlab.data.ImageDataset;
import org.ditlab.data.Split;
import org.ditlab.knob.Settings;
import org.ditlab.metric.ClassifierExtractor;
import org.ditlab.metric.ClassifierTrainer;
import org.ditlab.metric.FeatureExtractor;
import org.ditlab.metric.Rows;
import org.ditlab.metric.evaluation.FeatureShards;
import org.ditlab.metric.evaluation.MeasureKnobs;
import org.ditlab.study.plan.StageKind;

/**
 * Makes the feature extractor ready, by training it on the study's own data or from the user's weights, and runs it over the
 * reference images. Shared by all trials; an attempt that is cut trains a classifier anew, and goes on with the images.
 */
public final class ExtractorStage implements StageRunner {
    /** Features of the training images in the stage's directory: what samples are compared with. */
    static final String REFERENCE = "reference";

    /** Features of the held-out images: what the floor is taken from. */
    static final String HELD_OUT = "held-out";

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
        if (MeasureKnobs.inception(settings)) {
            try (FeatureExtractor extractor = Extractors.inception(
                    context,
                    hash -> String.valueOf(context.stage().identity().get("data"))
                            .contains(hash))) {
                extract(context, extractor, train, test);
                return result(context, extractor, Map.of(), train, start);
            }
        }
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
                FeatureShards heldOut = extract(context, extractor, train, test);
                extractor.write(context.directory().resolve(Extractors.WEIGHTS));
                Map<String, Object> metrics = Map.of("extractor.accuracy", accuracy(heldOut.logits(), test));
                return result(context, extractor, metrics, train, start);
            }
        }
    }

    /** Features of both splits; gives those of the held-out one. */
    private static FeatureShards extract(
            StageContext context, FeatureExtractor extractor, ImageDataset train, ImageDataset test)
            throws IOException, InterruptedException {
        extract(context, extractor, REFERENCE, train);
        return extract(context, extractor, HELD_OUT, test);
    }

    private static FeatureShards extract(
            StageContext context, FeatureExtractor extractor, String folder, ImageDataset data)
            throws IOException, InterruptedException {
        return FeatureShards.of(
                context.directory().resolve(folder),
                new DatasetImages(data),
                extractor,
                FeatureShards.computedBy(context.backend()),
                (done, extracted) ->
                        context.progress(done, data.size(), "features of " + data.size() + " images, " + folder),
                context::stopRequested);
    }

    /** The share of images whose largest logit is their class's. */
    private static double accuracy(Rows logits, ImageDataset test) {
        float[] scores = new float[logits.dimensions()];
        int right = 0;
        for (int i = 0; i < logits.count(); i++) {
            logits.read(i, 1, scores);
            int best = 0;
            for (int c = 1; c < scores.length; c++) {
                best = scores[c] > scores[best] ? c : best;
            }
            right += best == test.label(i) ? 1 : 0;
        }
        return (double) right / logits.count();
    }

    private static StageResult result(
            StageContext context,
            FeatureExtractor extractor,
            Map<String, Object> metrics,
            ImageDataset train,
            long start) {
        Map<String, Object> protocol = new LinkedHashMap<>();
        protocol.put("features", extractor.name());
        protocol.put("extractor", extractor.weightsHash().substring(0, 12));
        protocol.put("feature dtype", "float32 (" + FeatureShards.computedBy(context.backend()) + ")");
        if (!extractor.preprocessing().equals("none")) {
            protocol.put("preprocessing", extractor.preprocessing());
        }
        protocol.put(
                "reference",
                train.name() + " train, " + train.size() + " images, sha256 "
                        + train.fingerprint().substring(0, 12));
        protocol.put("resize", train.resize());
        protocol.put("split", "reference: train; accuracy and floor: held out");
        return new StageResult(metrics, Map.of("extractor.seconds", (System.nanoTime() - start) / 1e9), protocol);
    }
}
