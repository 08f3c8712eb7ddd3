package org.ditlab.metric.evaluation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ditlab.data.ImageSet;
import org.ditlab.metric.EvaluationInput;
import org.ditlab.metric.FeatureExtractor;
import org.ditlab.metric.StatisticsFile;
import org.ditlab.metric.inception.Preprocessing;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.spi.Backend;

/**
 * Compares two inputs by the suites that are asked for: looks at everything first, extracts features once per preprocessing,
 * takes all metrics from them.
 */
public final class Evaluation {
    private final Backend backend;
    private final EvaluationInput reference;
    private final EvaluationInput samples;
    private final List<Suite> suites;
    private final Set<Metric> wanted;
    private final MetricOptions options;

    /**
     * What is to be done.
     *
     * @param wanted metrics, or empty for those that the suites have themselves
     */
    public Evaluation(
            Backend backend,
            EvaluationInput reference,
            EvaluationInput samples,
            List<Suite> suites,
            Set<Metric> wanted,
            MetricOptions options) {
        this.backend = backend;
        this.reference = reference;
        this.samples = samples;
        this.suites = List.copyOf(suites);
        this.wanted = wanted.isEmpty() ? Set.of() : EnumSet.copyOf(wanted);
        this.options = options;
    }

    /** Opens the network for a preprocessing; a network that has none of its own is asked for once. */
    @FunctionalInterface
    public interface Extractors {
        FeatureExtractor open(Preprocessing preprocessing) throws IOException;

        /** Whether it has spatial features. */
        default boolean spatial() {
            return true;
        }
    }

    /** Told how far it is, and asked whether to stop. */
    public interface Watch {
        /**
         * So many images have features.
         *
         * @param fresh how many of them were not there from an earlier run
         */
        void images(long done, long total, long fresh);

        /** What to know before the long part, as it stands in the result too. */
        void note(String remark);

        /** Something that takes a moment begins. */
        void step(String text);

        boolean stop();
    }

    /**
     * Evaluates.
     *
     * @param cache where shards of features are kept
     * @throws StudyException when something that was asked for by name cannot be measured, with all that is wrong; nothing is
     *     computed then
     * @throws InterruptedException when it was asked to stop; features so far are kept
     */
    public EvaluationResult run(Extractors extractors, Path cache, Watch watch)
            throws IOException, InterruptedException {
        Set<String> remarks = new LinkedHashSet<>(reference.notes());
        remarks.addAll(samples.notes());
        Map<Suite, Set<Metric>> plan = plan(extractors.spatial(), remarks);
        watch.step("looking at the images");
        equalSides().ifPresent(remarks::add);
        plan.forEach((suite, metrics) -> {
            if (metrics.contains(Metric.INCEPTION_SCORE)) {
                Need.unevenSplits(suite, options, Pass.count(samples)).ifPresent(remarks::add);
                Need.sortedByClass(suite, options, samples).ifPresent(remarks::add);
            }
        });
        statisticsOfOnePreprocessing(plan.keySet()).ifPresent(remarks::add);
        remarks.forEach(watch::note);
        Map<Preprocessing, Set<Metric>> passes = new LinkedHashMap<>();
        plan.forEach(
                (suite, metrics) -> passes.computeIfAbsent(suite.preprocessing(), any -> EnumSet.noneOf(Metric.class))
                        .addAll(metrics));
        Pass pass = new Pass(cache, watch, passes.values());
        List<EvaluationResult.Column> columns = new ArrayList<>();
        Map<Suite, EvaluationResult.Column> bySuite = new LinkedHashMap<>();
        for (Map.Entry<Preprocessing, Set<Metric>> one : passes.entrySet()) {
            Optional<Side.FeatureRows> real;
            Optional<Side.FeatureRows> made;
            Map<String, Object> features = new LinkedHashMap<>();
            try (FeatureExtractor extractor = extractors.open(one.getKey())) {
                widths(extractor);
                features.put("features", extractor.name());
                features.put("extractor", extractor.weightsHash().substring(0, 12));
                features.put("preprocessing", extractor.preprocessing());
                features.put("feature dtype", "float32 (" + FeatureShards.computedBy(backend) + ")");
                real = pass.rows(extractor, reference, Need.ofReference(one.getValue(), reference, options.perClass()));
                made = pass.rows(extractor, samples, Need.ofSamples(one.getValue(), samples, options.perClass()));
            }
            Side left = Side.of(backend, reference.images(), reference.statistics(), real);
            Side right = Side.of(backend, samples.images(), samples.statistics(), made);
            for (Map.Entry<Suite, Set<Metric>> suite : plan.entrySet()) {
                if (suite.getKey().preprocessing() == one.getKey()) {
                    bySuite.put(
                            suite.getKey(),
                            column(suite.getKey(), suite.getValue(), features, left, right, watch, remarks));
                }
            }
        }
        plan.keySet().forEach(suite -> columns.add(bySuite.get(suite)));
        return new EvaluationResult(words(reference), words(samples), columns, List.copyOf(remarks));
    }

    private EvaluationResult.Column column(
            Suite suite,
            Set<Metric> metrics,
            Map<String, Object> features,
            Side left,
            Side right,
            Watch watch,
            Set<String> remarks) {
        Comparison comparison = new Comparison(backend, suite, options, features, left, right);
        List<Measured> measured = new ArrayList<>();
        for (Metric metric : metrics) {
            watch.step(suite.word() + ": " + metric.word());
            measured.addAll(comparison.measure(metric));
        }
        Comparison.PerClass perClass = options.perClass() ? comparison.perClass() : Comparison.PerClass.NONE;
        remarks.addAll(perClass.remarks());
        return new EvaluationResult.Column(suite.word(), measured, perClass.classes());
    }

    /** What each suite measures; what cannot be is refused where it was asked for, and told otherwise. */
    private Map<Suite, Set<Metric>> plan(boolean spatial, Set<String> remarks) {
        Map<Suite, Set<Metric>> plan = new LinkedHashMap<>();
        Set<String> problems = new LinkedHashSet<>();
        for (Suite suite : suites) {
            Set<Metric> possible = EnumSet.noneOf(Metric.class);
            for (Metric metric : wanted.isEmpty() ? suite.own() : wanted) {
                Optional<String> obstacle = Need.obstacle(metric, suite, spatial, reference, samples, options);
                if (obstacle.isEmpty()) {
                    possible.add(metric);
                } else if (wanted.isEmpty()) {
                    remarks.add(metric.word() + " of " + suite.word() + " is left out: " + obstacle.get());
                } else {
                    problems.add("--metrics " + metric.word() + ": " + obstacle.get());
                }
            }
            plan.put(suite, possible);
        }
        for (EvaluationInput input : List.of(reference, samples)) {
            input.statistics()
                    .flatMap(StatisticsFile::madeBy)
                    .ifPresent(maker -> plan.keySet().stream()
                            .filter(suite -> spatial
                                    && !maker.endsWith(suite.preprocessing().word()))
                            .forEach(suite ->
                                    problems.add(input.path() + ": its statistics were made by " + maker + ", but "
                                            + suite.word() + " takes "
                                            + suite.preprocessing().word()
                                            + "; make them with --save-stats --suite " + suite.word()
                                            + ", or leave that suite out")));
        }
        if (options.perClass()) {
            Need.perClassObstacle(reference, samples).ifPresent(obstacle -> problems.add("--per-class: " + obstacle));
        }
        if (problems.isEmpty() && plan.values().stream().anyMatch(Set::isEmpty)) {
            problems.addAll(remarks);
        }
        if (!problems.isEmpty()) {
            throw new StudyException(List.copyOf(problems));
        }
        return plan;
    }

    /** Statistics that are not of this network's features are refused before anything is extracted. */
    private void widths(FeatureExtractor extractor) {
        List<String> problems = new ArrayList<>();
        for (EvaluationInput input : List.of(reference, samples)) {
            input.statistics().ifPresent(file -> {
                int spatial = file.spatialMu().map(mu -> mu.length).orElse(extractor.spatialDimensions());
                if (file.mu().length != extractor.dimensions() || spatial != extractor.spatialDimensions()) {
                    problems.add(input.path() + ": statistics of " + file.mu().length + " and " + spatial
                            + " dimensions, but " + extractor.name() + " gives " + extractor.dimensions() + " and "
                            + extractor.spatialDimensions() + "; make them with the same network (--save-stats)");
                } else if (!file.madeBy().orElse(madeBy(extractor)).equals(madeBy(extractor))) {
                    problems.add(input.path() + ": its statistics were made by "
                            + file.madeBy().orElseThrow()
                            + ", but these features by " + madeBy(extractor)
                            + "; give the same weights, or make the statistics anew (--save-stats)");
                }
            });
        }
        if (!problems.isEmpty()) {
            throw new StudyException(problems);
        }
    }

    /** What statistics belong to: {@code inception 0123456789ab tf1-bilinear}. */
    static String madeBy(FeatureExtractor extractor) {
        return extractor.name() + " " + extractor.weightsHash().substring(0, 12) + " " + extractor.preprocessing();
    }

    private Optional<String> statisticsOfOnePreprocessing(Set<Suite> planned) {
        boolean given =
                reference.statistics().isPresent() || samples.statistics().isPresent();
        long preprocessings =
                planned.stream().map(Suite::preprocessing).distinct().count();
        return given && preprocessings > 1
                ? Optional.of(
                        "statistics in a file were made by one preprocessing, which it does not tell; the columns of"
                                + " the others compare with them all the same")
                : Optional.empty();
    }

    private Optional<String> equalSides() {
        boolean equal = reference.statistics().isEmpty()
                && samples.statistics().isEmpty()
                && reference.images().isPresent()
                && samples.images().isPresent()
                && reference
                        .images()
                        .get()
                        .fingerprint()
                        .equals(samples.images().get().fingerprint());
        return equal ? Optional.of("reference and samples hold the same images") : Optional.empty();
    }

    private static String words(EvaluationInput input) {
        List<String> parts = new ArrayList<>();
        input.statistics()
                .ifPresent(file -> parts.add(
                        file.spatialMu().isPresent()
                                ? "statistics of features and spatial features"
                                : "statistics of features"));
        input.images()
                .ifPresent(images -> parts.add(images.count() + " images " + images.width() + "x" + images.height()));
        return input.path() + " (" + String.join("; ", parts) + ")";
    }

    /** The extraction of everything, counted over all preprocessings and both sides. */
    private final class Pass {
        private final Path cache;
        private final Watch watch;
        private final long total;
        private long finished;
        private long fresh;

        Pass(Path cache, Watch watch, Collection<Set<Metric>> passes) {
            this.cache = cache;
            this.watch = watch;
            long images = 0;
            for (Set<Metric> metrics : passes) {
                images += Need.ofReference(metrics, reference, options.perClass()) ? count(reference) : 0;
                images += Need.ofSamples(metrics, samples, options.perClass()) ? count(samples) : 0;
            }
            total = images;
        }

        private static int count(EvaluationInput input) {
            return input.images().map(ImageSet::count).orElse(0);
        }

        Optional<Side.FeatureRows> rows(FeatureExtractor extractor, EvaluationInput input, boolean needed)
                throws IOException, InterruptedException {
            if (!needed) {
                return Optional.empty();
            }
            ImageSet images = input.images().orElseThrow();
            Path folder = cache.resolve(FeatureShards.key(images, extractor, FeatureShards.computedBy(backend)));
            long before = fresh;
            FeatureShards shards = FeatureShards.of(
                    folder,
                    images,
                    extractor,
                    FeatureShards.computedBy(backend),
                    new FeatureShards.Progress() {
                        @Override
                        public void done(int images, int extracted) {
                            fresh = before + extracted;
                            watch.images(finished + images, total, fresh);
                        }

                        @Override
                        public void waits() {
                            watch.note("another process extracts the features of " + input.path() + "; waiting for it");
                        }
                    },
                    watch::stop);
            finished += images.count();
            return Optional.of(new Side.FeatureRows(shards));
        }
    }
}
