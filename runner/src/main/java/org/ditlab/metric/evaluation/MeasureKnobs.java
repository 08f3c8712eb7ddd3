package org.ditlab.metric.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.ditlab.knob.Domains;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Settings;

/** The knobs of measurement. */
public final class MeasureKnobs {
    private static final String CLASSIFIER = "classifier";
    private static final String INCEPTION = "inception";

    public static final Knob<String> FEATURES = Knob.identity(
            "measure.features",
            Domains.word(List.of(CLASSIFIER, INCEPTION)),
            CLASSIFIER,
            "The feature extractor: \"classifier\" is a small convolutional network trained on the study's own data,"
                    + " \"inception\" the network of published FIDs, whose weights --inception gives.",
            "");
    public static final Knob<Integer> FEATURE_DIMENSIONS = Knob.identity(
                    "measure.feature-dimensions",
                    Domains.integer(2, 2048),
                    64,
                    "Dimensions of the classifier's features, over which FID is taken.",
                    "")
            .requiring("measure.features = classifier", settings -> !inception(settings));
    public static final Knob<Integer> CLASSIFIER_STEPS = Knob.identity(
                    "measure.classifier-steps",
                    Domains.integer(1, 1_000_000),
                    400,
                    "Steps that the classifier is trained for.",
                    "")
            .requiring("measure.features = classifier", settings -> !inception(settings));
    public static final Knob<String> SUITE = Knob.identity(
                    "measure.suite",
                    Domains.word(Suite.words()),
                    Suite.ADM.word(),
                    "The evaluator to agree with: preprocessing, splits and precision as it has them.",
                    "Dhariwal & Nichol, arXiv:2105.05233")
            .requiring("measure.features = inception", MeasureKnobs::inception);
    public static final Knob<List<String>> METRICS = Knob.identity(
            "measure.metrics",
            Domains.list(
                    Domains.word(
                            Arrays.stream(Metric.values()).map(Metric::word).toList()),
                    1,
                    Metric.values().length),
            List.of("fid", "is"),
            "What is measured: is (inception score), fid and sfid (Frechet distances of features and of spatial ones),"
                    + " precision-recall, kid (kernel distance), fid-infinity, density-coverage.",
            "Heusel et al., arXiv:1706.08500; Salimans et al., arXiv:1606.03498");

    public static final Knob<Integer> HELD_OUT_IMAGES = Knob.identity(
            "measure.held-out-images",
            Domains.integer(0, 1_000_000),
            128,
            "Held-out images that the loss of the averaged weights is measured on, each noised once in every tenth of the"
                    + " schedule; 0 for none.",
            "");
    public static final Knob<Integer> NEAREST = Knob.identity(
            "measure.nearest",
            Domains.integer(0, 10_000),
            0,
            "Samples whose nearest training image in pixels is looked for, to find copies; 0 for none.",
            "");

    private MeasureKnobs() {}

    public static List<Knob<?>> all() {
        return List.of(FEATURES, FEATURE_DIMENSIONS, CLASSIFIER_STEPS, SUITE, METRICS, HELD_OUT_IMAGES, NEAREST);
    }

    /** Whether features are Inception's. */
    public static boolean inception(Settings settings) {
        return settings.get(FEATURES).equals(INCEPTION);
    }

    /** The suite that measures: over a classifier's features there is nothing to agree with. */
    public static Suite suite(Settings settings) {
        return inception(settings) ? Suite.named(settings.get(SUITE)) : Suite.DITLAB;
    }

    /** What is measured, in the order of tables. */
    public static Set<Metric> metrics(Settings settings) {
        Set<Metric> wanted = EnumSet.noneOf(Metric.class);
        for (Metric metric : Metric.values()) {
            if (settings.get(METRICS).contains(metric.word())) {
                wanted.add(metric);
            }
        }
        return wanted;
    }

    /**
     * What is asked for but cannot be measured, each with what to do.
     *
     * @param knob that says how many samples there are
     * @param samples images of a trial
     * @param reference training images
     */
    public static List<String> problems(Settings settings, String knob, int samples, int reference) {
        List<String> problems = new ArrayList<>();
        if (metrics(settings).contains(Metric.SPATIAL_FID) && !inception(settings)) {
            problems.add(
                    "measure.metrics has sfid, which needs spatial features; leave it out, or set measure.features:"
                            + " inception");
        }
        for (Metric metric : metrics(settings)) {
            int least = suite(settings).least(metric);
            if (reference < least && metric != Metric.INCEPTION_SCORE) {
                problems.add("the data have " + reference + " training images, but " + metric.word() + " needs " + least
                        + " at least; leave " + metric.word() + " out of measure.metrics");
            }
            if (samples < least) {
                problems.add(knob + " is " + samples + ", but " + metric.word() + " needs " + least
                        + " images at least; raise it or leave " + metric.word() + " out of measure.metrics");
            }
        }
        return problems;
    }
}
