package org.ditlab.metric.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ditlab.metric.ClassFids;
import org.ditlab.metric.DensityCoverage;
import org.ditlab.metric.ExtrapolatedFid;
import org.ditlab.metric.Fid;
import org.ditlab.metric.FidBootstrap;
import org.ditlab.metric.FrechetDistance;
import org.ditlab.metric.InceptionScore;
import org.ditlab.metric.InceptionScoreAccumulator;
import org.ditlab.metric.Interval;
import org.ditlab.metric.Kernel;
import org.ditlab.metric.KernelDistance;
import org.ditlab.metric.Moments;
import org.ditlab.metric.PrecisionRecall;
import org.ditlab.metric.Rows;
import org.ditlab.metric.SequentialMean;
import org.ditlab.metric.SplitRule;
import org.ditlab.metric.protocol.Protocol;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.spi.Backend;
import org.jspecify.annotations.Nullable;

/** Takes a suite's metrics from the features of two sides. Rows are read in blocks, so that memory stays flat in their number. */
public final class Comparison {
    private static final int BLOCK = 4096;
    private static final double LEVEL = 0.95;

    private final Backend backend;
    private final Suite suite;
    private final MetricOptions options;
    private final Map<String, Object> common;
    private final Side reference;
    private final Side samples;
    private @Nullable Moments referenceMoments;
    private @Nullable Moments referenceSpatial;
    private @Nullable Moments sampleMoments;

    /**
     * Prepares; nothing is computed yet.
     *
     * @param features what the features depend on, for protocols: extractor, weights, preprocessing
     */
    public Comparison(
            Backend backend,
            Suite suite,
            MetricOptions options,
            Map<String, ?> features,
            Side reference,
            Side samples) {
        this.backend = backend;
        this.suite = suite;
        this.options = options;
        this.reference = reference;
        this.samples = samples;
        common = new LinkedHashMap<>(features);
    }

    /** The same reference, whose statistics are taken over, against other samples. */
    public Comparison with(Side others) {
        Comparison other = new Comparison(backend, suite, options, common, reference, others);
        other.referenceMoments = referenceMoments;
        other.referenceSpatial = referenceSpatial;
        return other;
    }

    /**
     * A metric's numbers.
     *
     * @throws org.ditlab.study.StudyException when a side lacks what the metric needs, or holds values that are not finite
     */
    public List<Measured> measure(Metric metric) {
        return switch (metric) {
            case INCEPTION_SCORE -> List.of(inceptionScore());
            case FID -> List.of(fid());
            case SPATIAL_FID -> List.of(spatialFid());
            case PRECISION_RECALL -> precisionRecall();
            case DENSITY_COVERAGE -> densityCoverage();
            case KID -> List.of(kid());
            case FID_INFINITY -> List.of(fidInfinity());
        };
    }

    private Measured inceptionScore() {
        Rows logits = rows(samples).logits();
        SplitRule rule = options.splits(suite);
        InceptionScoreAccumulator sums =
                new InceptionScoreAccumulator(logits.count(), logits.dimensions(), rule, suite.scoreForm());
        logits.eachBlock(BLOCK, (from, count, block) -> sums.add(block, from, count));
        InceptionScore score = sums.score();
        List<String> remarks = new ArrayList<>();
        if (score.vanished() > 0) {
            remarks.add("Inception Score: " + score.vanished() + " class probabilities are 0 in float32; they count as"
                    + " the limit p log p = 0, where ADM's evaluator gives NaN");
        }
        Map<String, Object> own = new LinkedHashMap<>();
        own.put("splits", rule.words());
        own.put("score dtype", type(suite.scoreForm() == InceptionScore.Form.ADM_FLOAT32));
        Map<String, Object> entries = entries(Metric.INCEPTION_SCORE, own);
        boolean several = score.scores().size() > 1;
        return new Measured(
                "inception_score",
                score.mean(),
                several ? score.deviation() : null,
                null,
                suite.own().contains(Metric.INCEPTION_SCORE) && rule.equals(suite.splits()),
                new Protocol(entries),
                remarks);
    }

    private Measured fid() {
        return distance(
                Metric.FID,
                "FID",
                new Pair(
                        referenceMoments(),
                        reference.statistics().isPresent(),
                        reference.rows().map(Side.FeatureRows::features)),
                new Pair(
                        sampleMoments(),
                        samples.statistics().isPresent(),
                        samples.rows().map(Side.FeatureRows::features)),
                Map.of());
    }

    private Measured spatialFid() {
        if (referenceSpatial == null) {
            referenceSpatial = reference
                    .spatialStatistics()
                    .orElseGet(() -> Moments.of(backend, rows(reference).spatial()));
        }
        return distance(
                Metric.SPATIAL_FID,
                "sFID",
                new Pair(
                        referenceSpatial,
                        reference.spatialStatistics().isPresent(),
                        reference.rows().map(Side.FeatureRows::spatial)),
                new Pair(
                        samples.spatialStatistics()
                                .orElseGet(
                                        () -> Moments.of(backend, rows(samples).spatial())),
                        samples.spatialStatistics().isPresent(),
                        samples.rows().map(Side.FeatureRows::spatial)),
                Map.of("spatial features", "first 7 channels of mixed_6/conv, H W C"));
    }

    /**
     * One side of a distance.
     *
     * @param given whether the statistics are a file's
     * @param rows the vectors, where they were extracted
     */
    private record Pair(Moments moments, boolean given, Optional<Rows> rows) {}

    private Measured distance(Metric metric, String name, Pair real, Pair made, Map<String, ?> more) {
        FrechetDistance distance = Fid.between(real.moments(), made.moments());
        boolean narrowReal = suite.narrowMean() && (!real.given() || reference.narrowMean());
        boolean narrowMade = suite.narrowMean() && (!made.given() || samples.narrowMean());
        if (narrowReal || narrowMade) {
            double[] one = mean(real, narrowReal);
            double[] other = mean(made, narrowMade);
            distance = distance.withMeanTerm(
                    narrowReal && narrowMade
                            ? SequentialMean.meanTerm(narrowed(one), narrowed(other))
                            : Fid.squaredDistance(one, other));
        }
        Map<String, Object> own = new LinkedHashMap<>(more);
        own.put("mean dtype", type(narrowReal) + " - " + type(narrowMade));
        own.put("covariance", "float64, divisor N - 1");
        List<String> remarks = new ArrayList<>();
        distance.warnings().forEach(warning -> remarks.add(name + ": " + warning));
        Interval interval = null;
        if (options.resamples() > 0 && made.given()) {
            remarks.add(name + ": no interval, because the samples' statistics come from a file");
        } else if (options.resamples() > 0) {
            interval = new FidBootstrap(real.moments(), options.resamples(), LEVEL, options.seed())
                    .interval(made.rows().orElseThrow());
        }
        return new Measured(
                metric.keys().get(0),
                distance.value(),
                null,
                interval,
                suite.own().contains(metric),
                protocol(metric, own),
                remarks);
    }

    private static float[] narrowed(double[] mean) {
        float[] narrow = new float[mean.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (float) mean[i];
        }
        return narrow;
    }

    private static String type(boolean narrow) {
        return narrow ? "float32" : "float64";
    }

    /** The mean as the suite has it: float32 sums row after row, or what a file holds. */
    private static double[] mean(Pair side, boolean narrow) {
        if (!narrow || side.given()) {
            return side.moments().mean();
        }
        Rows rows = side.rows().orElseThrow();
        SequentialMean mean = new SequentialMean(rows.dimensions());
        rows.eachBlock(BLOCK, (from, count, block) -> mean.add(block, count));
        float[] narrowed = mean.mean();
        double[] wide = new double[narrowed.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = narrowed[i];
        }
        return wide;
    }

    private List<Measured> precisionRecall() {
        PrecisionRecall.Form form = options.neighbours() == null ? suite.neighbours() : options.neighbours();
        PrecisionRecall found =
                PrecisionRecall.of(backend, neighbourRows(), rows(samples).features(), options.nearest(), form);
        boolean own = suite.own().contains(Metric.PRECISION_RECALL)
                && form == suite.neighbours()
                && options.nearest() == PrecisionRecall.NEIGHBOURS;
        Protocol protocol = protocol(Metric.PRECISION_RECALL, Map.of("neighbours", neighbours(form)));
        return List.of(
                new Measured("precision", found.precision(), null, null, own, protocol, List.of()),
                new Measured("recall", found.recall(), null, null, own, protocol, List.of()));
    }

    private List<Measured> densityCoverage() {
        DensityCoverage found =
                DensityCoverage.of(backend, neighbourRows(), rows(samples).features(), options.nearest());
        boolean own = suite.own().contains(Metric.DENSITY_COVERAGE) && options.nearest() == PrecisionRecall.NEIGHBOURS;
        Protocol protocol = protocol(
                Metric.DENSITY_COVERAGE,
                Map.of("neighbours of density", neighbours(PrecisionRecall.Form.EXACT_STRICT)));
        return List.of(
                new Measured("density", found.density(), null, null, own, protocol, List.of()),
                new Measured("coverage", found.coverage(), null, null, own, protocol, List.of()));
    }

    private String neighbours(PrecisionRecall.Form form) {
        return "k = " + options.nearest() + ", " + form.words() + ", "
                + neighbourRows().count() + " reference images";
    }

    /** The reference images among which neighbours are looked for. */
    private Rows neighbourRows() {
        Rows all = rows(reference).features();
        return options.neighboursOf() == 0 ? all : all.first(Math.min(options.neighboursOf(), all.count()));
    }

    private Measured kid() {
        Rows real = rows(reference).features();
        Rows made = rows(samples).features();
        KernelDistance.Subsets subsets = suite.subsets(real.count(), made.count());
        KernelDistance distance = KernelDistance.of(backend, real, made, Kernel.CUBIC, subsets, suite.kernelType());
        return new Measured(
                "kid",
                distance.mean(),
                distance.deviation(),
                null,
                suite.own().contains(Metric.KID),
                protocol(
                        Metric.KID,
                        Map.of(
                                "subsets",
                                subsets.count() + " of " + subsets.size() + ", seed " + subsets.seed()
                                        + (subsets.samplesFirst() ? ", samples drawn first" : ""),
                                "kernel",
                                "(x.y / d + 1)^3, " + type(suite.kernelType() == DType.FLOAT32))),
                List.of());
    }

    private Measured fidInfinity() {
        ExtrapolatedFid line =
                ExtrapolatedFid.of(referenceMoments(), rows(samples).features(), options.seed());
        List<Integer> sizes = line.sizes();
        return new Measured(
                "fid_infinity",
                line.intercept(),
                null,
                null,
                suite.own().contains(Metric.FID_INFINITY),
                protocol(
                        Metric.FID_INFINITY,
                        Map.of(
                                "extrapolation",
                                sizes.size() + " parts of " + sizes.get(0) + " to " + sizes.get(sizes.size() - 1)
                                        + " samples, seed " + options.seed())),
                List.of());
    }

    /** FID of every class that both sides have, by label. */
    public PerClass perClass() {
        ClassFids found = ClassFids.of(
                backend,
                rows(reference).features(),
                reference.labels().orElseThrow(),
                rows(samples).features(),
                samples.labels().orElseThrow());
        Map<String, Measured> classes = new LinkedHashMap<>();
        for (ClassFids.Measured one : found.classes()) {
            Map<String, Object> own = new LinkedHashMap<>();
            own.put("class", one.label());
            own.put("reference", one.distance().referenceCount().orElseThrow() + " of " + reference.images());
            own.put("samples", one.distance().sampleCount().orElseThrow());
            classes.put(
                    one.label(),
                    new Measured(
                            "fid", one.distance().value(), null, null, false, protocol(Metric.FID, own), List.of()));
        }
        List<String> remarks = new ArrayList<>();
        for (ClassFids.TooFew few : found.tooFew()) {
            remarks.add("class " + few.label() + " has " + few.reference() + " reference images and " + few.samples()
                    + " samples; two of each are needed");
        }
        return new PerClass(classes, remarks);
    }

    /**
     * Distances of classes.
     *
     * @param classes by label
     * @param remarks classes that have too few images
     */
    public record PerClass(Map<String, Measured> classes, List<String> remarks) {
        static final PerClass NONE = new PerClass(Map.of(), List.of());
    }

    private Moments referenceMoments() {
        if (referenceMoments == null) {
            referenceMoments = reference
                    .statistics()
                    .orElseGet(() -> Moments.of(backend, rows(reference).features()));
        }
        return referenceMoments;
    }

    private Moments sampleMoments() {
        if (sampleMoments == null) {
            sampleMoments = samples.statistics()
                    .orElseGet(() -> Moments.of(backend, rows(samples).features()));
        }
        return sampleMoments;
    }

    private static Side.FeatureRows rows(Side side) {
        return side.rows()
                .orElseThrow(() -> new IllegalStateException("features that were not extracted are asked for"));
    }

    private Protocol protocol(Metric metric, Map<String, ?> own) {
        return new Protocol(entries(metric, own));
    }

    private Map<String, Object> entries(Metric metric, Map<String, ?> own) {
        Map<String, Object> entries = new LinkedHashMap<>();
        entries.put("metric", metric.word());
        entries.putAll(common);
        if (metric != Metric.INCEPTION_SCORE) {
            entries.put("reference", statistics(metric, reference).orElse(reference.images()));
        }
        boolean extrapolated = metric == Metric.FID_INFINITY;
        entries.put(
                "samples",
                extrapolated || statistics(metric, samples).isEmpty()
                        ? samples.imageCount()
                        : statistics(metric, samples).get());
        entries.putAll(own);
        return entries;
    }

    /** The statistics of a file that a metric takes instead of the images, in words. */
    private static Optional<String> statistics(Metric metric, Side side) {
        return switch (metric) {
            case FID, FID_INFINITY -> Optional.of(side.given()).filter(given -> !given.isEmpty());
            case SPATIAL_FID -> Optional.of(side.spatialGiven()).filter(given -> !given.isEmpty());
            case INCEPTION_SCORE, PRECISION_RECALL, DENSITY_COVERAGE, KID -> Optional.empty();
        };
    }
}
