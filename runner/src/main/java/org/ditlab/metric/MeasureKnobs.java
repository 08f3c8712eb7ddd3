package org.ditlab.metric;

import java.util.List;
import org.ditlab.knob.Domains;
import org.ditlab.knob.Knob;

/** The knobs of measurement. */
public final class MeasureKnobs {
    public static final Knob<String> FEATURES = Knob.identity(
            "measure.features",
            Domains.word(List.of("classifier")),
            "classifier",
            "The feature extractor: \"classifier\" is a small convolutional network trained on the study's own data.",
            "");
    public static final Knob<Integer> FEATURE_DIMENSIONS = Knob.identity(
            "measure.feature-dimensions",
            Domains.integer(2, 2048),
            64,
            "Dimensions of the classifier's features, over which FID is taken.",
            "");
    public static final Knob<Integer> CLASSIFIER_STEPS = Knob.identity(
            "measure.classifier-steps",
            Domains.integer(1, 1_000_000),
            400,
            "Steps that the classifier is trained for.",
            "");
    public static final Knob<List<String>> METRICS = Knob.identity(
            "measure.metrics",
            Domains.list(Domains.word(List.of("fid", "is")), 1, 2),
            List.of("fid", "is"),
            "What is measured: fid (Frechet distance of features), is (inception score of class probabilities).",
            "Heusel et al., arXiv:1706.08500; Salimans et al., arXiv:1606.03498");

    private MeasureKnobs() {}

    public static List<Knob<?>> all() {
        return List.of(FEATURES, FEATURE_DIMENSIONS, CLASSIFIER_STEPS, METRICS);
    }
}
