package org.ditlab.metric.evaluation;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.ditlab.data.ImageSet;
import org.ditlab.metric.EvaluationInput;
import org.ditlab.metric.ExtrapolatedFid;
import org.ditlab.metric.SplitRule;
import org.ditlab.metric.StatisticsFile;

/** What a metric needs of the two inputs, asked before anything long begins. */
final class Need {
    private static final int NAMES = 5;

    private Need() {}

    /** Whether features of the reference's images are needed for any of these metrics. */
    static boolean ofReference(Set<Metric> metrics, EvaluationInput reference, boolean perClass) {
        boolean statistics = reference.statistics().isPresent();
        boolean spatial = hasSpatial(reference);
        return perClass
                || metrics.stream().anyMatch(metric -> switch (metric) {
                    case INCEPTION_SCORE -> false;
                    case FID, FID_INFINITY -> !statistics;
                    case SPATIAL_FID -> !spatial;
                    case PRECISION_RECALL, DENSITY_COVERAGE, KID -> true;
                });
    }

    /** Whether features of the samples' images are needed for any of these metrics. */
    static boolean ofSamples(Set<Metric> metrics, EvaluationInput samples, boolean perClass) {
        boolean statistics = samples.statistics().isPresent();
        boolean spatial = hasSpatial(samples);
        return perClass
                || metrics.stream().anyMatch(metric -> switch (metric) {
                    case FID -> !statistics;
                    case SPATIAL_FID -> !spatial;
                    case INCEPTION_SCORE, FID_INFINITY, PRECISION_RECALL, DENSITY_COVERAGE, KID -> true;
                });
    }

    private static boolean hasSpatial(EvaluationInput input) {
        return input.statistics().flatMap(StatisticsFile::spatialMu).isPresent();
    }

    /** Why a metric cannot be had of these inputs, with what to do. */
    static Optional<String> obstacle(
            Metric metric,
            Suite suite,
            boolean hasSpatialFeatures,
            EvaluationInput reference,
            EvaluationInput samples,
            MetricOptions options) {
        return switch (metric) {
            case INCEPTION_SCORE -> images("the samples", samples, 1);
            case FID -> first(vectors("the reference", reference), vectors("the samples", samples));
            case SPATIAL_FID ->
                hasSpatialFeatures
                        ? first(spatial("the reference", reference), spatial("the samples", samples))
                        : Optional.of("the network has no spatial features; Inception has them");
            case FID_INFINITY ->
                first(vectors("the reference", reference), images("the samples", samples, ExtrapolatedFid.FEWEST));
            case PRECISION_RECALL, DENSITY_COVERAGE ->
                first(
                        images("the reference", reference, options.nearest() + 1),
                        images("the samples", samples, options.nearest() + 1));
            case KID -> {
                int least = suite.least(metric);
                yield first(images("the reference", reference, least), images("the samples", samples, least));
            }
        };
    }

    /** How a number of images fails to fill the blocks of a suite's inception score. */
    static Optional<String> unevenSplits(Suite suite, MetricOptions options, int images) {
        SplitRule rule = options.splits(suite);
        int last = images % rule.number();
        if (rule.form() == SplitRule.Form.BLOCKS && last != 0) {
            return Optional.of("Inception Score of " + suite.word() + ": "
                    + (images < rule.number()
                            ? images + " images are one block, where the suite takes blocks of " + rule.number()
                            : "the last block has " + last + " images and counts as much as those of "
                                    + rule.number()));
        }
        return rule.form() == SplitRule.Form.SPLITS && images < rule.number()
                ? Optional.of("Inception Score of " + suite.word() + ": " + images + " images make " + images
                        + " splits, not " + rule.number())
                : Optional.empty();
    }

    /** Why there are no distances of classes. */
    static Optional<String> perClassObstacle(EvaluationInput reference, EvaluationInput samples) {
        Optional<List<String>> real = labels(reference);
        Optional<List<String>> made = labels(samples);
        if (real.isEmpty() || made.isEmpty()) {
            return Optional.of((real.isEmpty() ? "the reference" : "the samples")
                    + ": no labels; give an .npz with the classes as arr_1, or a folder with one folder per class");
        }
        Set<String> names = new TreeSet<>(real.get());
        Set<String> others = new TreeSet<>(made.get());
        return Collections.disjoint(names, others)
                ? Optional.of("the reference's classes are " + some(names) + ", the samples' are " + some(others)
                        + "; name them alike on both sides")
                : Optional.empty();
    }

    private static Optional<List<String>> labels(EvaluationInput input) {
        return input.images().flatMap(ImageSet::labels);
    }

    private static String some(Set<String> names) {
        String shown = names.stream().limit(NAMES).collect(Collectors.joining(", "));
        return names.size() > NAMES ? shown + ", ..." : shown;
    }

    /** Images that come class by class give blocks of few classes. */
    static Optional<String> sortedByClass(Suite suite, MetricOptions options, EvaluationInput samples) {
        SplitRule rule = options.splits(suite);
        List<String> labels = labels(samples).orElse(List.of());
        int runs = 0;
        for (int i = 0; i < labels.size(); i++) {
            runs += i == 0 || !labels.get(i).equals(labels.get(i - 1)) ? 1 : 0;
        }
        boolean sorted = runs > 1 && runs == new TreeSet<>(labels).size();
        boolean several = rule.form() == SplitRule.Form.SPLITS
                ? Math.min(rule.number(), labels.size()) > 1
                : labels.size() > rule.number();
        return sorted && several && rule.shuffleSeed() == null
                ? Optional.of(
                        "Inception Score of " + suite.word() + ": the images come class by class and the suite does"
                                + " not shuffle, so that a block sees few classes and the score is too low")
                : Optional.empty();
    }

    private static Optional<String> images(String side, EvaluationInput input, int least) {
        if (input.images().isEmpty()) {
            return Optional.of(
                    side + " has statistics only, but images are needed: give an .npz with arr_0, or a folder or"
                            + " zip of images");
        }
        int count = input.images().get().count();
        return count >= least
                ? Optional.empty()
                : Optional.of(side + ": " + count + " images, but " + least + " at least are needed");
    }

    private static Optional<String> vectors(String side, EvaluationInput input) {
        return input.statistics().isPresent() ? Optional.empty() : images(side, input, 2);
    }

    private static Optional<String> spatial(String side, EvaluationInput input) {
        if (hasSpatial(input)) {
            return Optional.empty();
        }
        return input.images().isEmpty()
                ? Optional.of(side + ": no spatial statistics (mu_s, sigma_s) and no images to take them from")
                : images(side, input, 2);
    }

    private static Optional<String> first(Optional<String> one, Optional<String> other) {
        return one.isPresent() ? one : other;
    }
}
