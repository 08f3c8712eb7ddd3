package org.ditlab.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.ditlab.data.ImageSet;
import org.ditlab.data.ImageSets;
import org.ditlab.metric.FeatureExtractor;
import org.ditlab.metric.PrecisionRecall;
import org.ditlab.metric.evaluation.Comparison;
import org.ditlab.metric.evaluation.FeatureShards;
import org.ditlab.metric.evaluation.MeasureKnobs;
import org.ditlab.metric.evaluation.Measured;
import org.ditlab.metric.evaluation.Metric;
import org.ditlab.metric.evaluation.MetricOptions;
import org.ditlab.metric.evaluation.Side;
import org.ditlab.metric.evaluation.Suite;
import org.ditlab.metric.protocol.Protocol;
import org.ditlab.store.StageDirectory;
import org.ditlab.study.plan.StageKind;

/**
 * Measures a trial's samples, and beside them as many held-out real images: the floor that no model gets below. Features are
 * kept in shards while it runs, so that a cut attempt goes on after the last one.
 */
public final class MeasureStage implements StageRunner {
    private static final String FEATURES = "features";

    /** Neighbours are looked for among so many of the reference images, as in ADM's reference batches. */
    private static final MetricOptions OPTIONS =
            new MetricOptions(PrecisionRecall.NEIGHBOURS, null, null, 0, 1, 10_000, false);

    @Override
    public StageKind kind() {
        return StageKind.MEASURE;
    }

    @Override
    public StageResult run(StageContext context) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Path extractor = context.upstream(StageKind.EXTRACTOR);
        Map<String, Object> made = protocol(context, StageKind.EXTRACTOR);
        String identity = String.valueOf(made.get("reference"));
        Side.FeatureRows real = new Side.FeatureRows(FeatureShards.read(extractor.resolve(ExtractorStage.REFERENCE)));
        Side.FeatureRows heldOut = new Side.FeatureRows(FeatureShards.read(extractor.resolve(ExtractorStage.HELD_OUT)));
        Side.FeatureRows drawn = new Side.FeatureRows(samples(context, made.get("extractor")));
        int count = drawn.features().count();
        Side.FeatureRows floor =
                heldOut.first(Math.min(count, heldOut.features().count()));

        Map<String, Object> metrics = new LinkedHashMap<>();
        Map<String, Object> protocol = new LinkedHashMap<>(made);
        protocol.putAll(protocol(context, StageKind.SAMPLE));
        Suite suite = MeasureKnobs.suite(context.settings());
        Comparison samples = new Comparison(
                context.backend(),
                suite,
                OPTIONS,
                Map.of(),
                Side.of(real.features().count(), identity, real),
                Side.of(count, "", drawn));
        for (Metric metric : MeasureKnobs.metrics(context.settings())) {
            context.progress(count, count, metric.word());
            for (Measured measured : samples.measure(metric)) {
                metrics.put(measured.key(), measured.value());
                measured.protocol().entries().forEach(protocol::putIfAbsent);
            }
        }
        Comparison held = samples.with(Side.of(floor.features().count(), "", floor));
        for (Metric metric : MeasureKnobs.metrics(context.settings())) {
            if (suite.least(metric) <= floor.features().count()) {
                held.measure(metric).forEach(measured -> metrics.put("floor." + measured.key(), measured.value()));
            }
        }
        protocol.remove("metric");
        if (MeasureKnobs.inception(context.settings())) {
            protocol.put("suite", suite.word());
        }
        protocol.put("floor", floor.features().count() + " held-out images");
        return new StageResult(
                metrics, Map.of("measure.seconds", (System.nanoTime() - start) / 1e9), new Protocol(protocol).toMap());
    }

    private static FeatureShards samples(StageContext context, Object hash) throws IOException, InterruptedException {
        Path file = context.upstream(StageKind.SAMPLE).resolve(SampleStage.SAMPLES);
        try (ImageSet images = ImageSets.open(file);
                FeatureExtractor extractor = Extractors.of(context, hash)) {
            return FeatureShards.of(
                    context.directory().resolve(FEATURES),
                    images,
                    extractor,
                    FeatureShards.computedBy(context.backend()),
                    (done, extracted) ->
                            context.progress(done, images.count(), "features of " + images.count() + " images"),
                    context::stopRequested);
        }
    }

    /** What a stage before says of itself. */
    private static Map<String, Object> protocol(StageContext context, StageKind kind) throws IOException {
        Map<String, Object> entries = new LinkedHashMap<>();
        Map<String, Object> result = new StageDirectory(context.upstream(kind)).result();
        if (result.get("protocol") instanceof Map<?, ?> own) {
            own.forEach((key, value) -> entries.put(String.valueOf(key), value));
        }
        return entries;
    }

    @Override
    public void finished(StageContext context) throws IOException {
        Path folder = context.directory().resolve(FEATURES);
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }
}
