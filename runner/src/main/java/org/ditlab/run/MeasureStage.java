package org.ditlab.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.metric.ClassifierExtractor;
import org.ditlab.metric.FeatureExtractor;
import org.ditlab.metric.Features;
import org.ditlab.metric.Fid;
import org.ditlab.metric.InceptionScore;
import org.ditlab.metric.MeasureKnobs;
import org.ditlab.metric.ReferenceStatistics;
import org.ditlab.metric.SampleFile;
import org.ditlab.metric.SplitRule;
import org.ditlab.metric.protocol.Protocol;
import org.ditlab.store.StageDirectory;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.StageKind;

/** Measures a trial's samples, and beside them as many held-out real images: the floor that no model gets below. */
public final class MeasureStage implements StageRunner {
    @Override
    public StageKind kind() {
        return StageKind.MEASURE;
    }

    @Override
    public StageResult run(StageContext context) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Path extractors = context.upstream(StageKind.EXTRACTOR);
        ReferenceStatistics reference =
                ReferenceStatistics.read(context.backend(), extractors.resolve(ExtractorStage.REFERENCE));
        SampleFile samples = SampleFile.read(context.upstream(StageKind.SAMPLE).resolve(SampleStage.SAMPLES));
        List<String> wanted = context.settings().get(MeasureKnobs.METRICS);
        if (wanted.contains("fid") && samples.count() < 2) {
            throw new StudyException("sample.count is " + samples.count() + ", but fid needs two images at least;"
                    + " raise it or leave fid out of measure.metrics");
        }
        Path weights = extractors.resolve(ExtractorStage.WEIGHTS);
        try (FeatureExtractor extractor = ClassifierExtractor.read(context.backend(), weights)) {
            Features features = features(context, extractor, samples);
            Features floor = reference
                    .heldOut()
                    .first(Math.min(samples.count(), reference.heldOut().count()));
            Map<String, Object> metrics = new LinkedHashMap<>();
            if (wanted.contains("fid")) {
                metrics.put("fid", Fid.distance(reference.train(), features.moments(context.backend())));
                metrics.put("floor.fid", Fid.distance(reference.train(), floor.moments(context.backend())));
            }
            if (wanted.contains("is")) {
                metrics.put("inception_score", score(features));
                metrics.put("floor.inception_score", score(floor));
            }
            context.progress(samples.count(), samples.count(), "measured");
            return new StageResult(
                    metrics,
                    Map.of("measure.seconds", (System.nanoTime() - start) / 1e9),
                    protocol(context, floor.count()));
        }
    }

    private static Features features(StageContext context, FeatureExtractor extractor, SampleFile samples)
            throws InterruptedException {
        Features.Builder features = new Features.Builder(samples.count(), extractor);
        while (features.count() < samples.count()) {
            if (context.stopRequested()) {
                throw new InterruptedException("stopped after the features of " + features.count() + " images");
            }
            int count = Math.min(SampleFile.BLOCK, samples.count() - features.count());
            features.add(extractor.extract(samples.images(features.count(), count)));
            context.progress(features.count(), samples.count(), "features of " + samples.count() + " images");
        }
        return features.build();
    }

    private static double score(Features features) {
        return InceptionScore.of(
                        features.logits(),
                        features.count(),
                        features.classes(),
                        SplitRule.splits(InceptionScore.SPLITS))
                .mean();
    }

    /** How these numbers came about: what the stages before say of themselves. */
    private static Map<String, Object> protocol(StageContext context, int floor) throws IOException {
        Map<String, Object> entries = new LinkedHashMap<>();
        for (StageKind kind : List.of(StageKind.EXTRACTOR, StageKind.SAMPLE)) {
            Map<String, Object> result = new StageDirectory(context.upstream(kind)).result();
            if (result.get("protocol") instanceof Map<?, ?> own) {
                own.forEach((key, value) -> entries.put(String.valueOf(key), value));
            }
        }
        entries.put("floor", floor + " held-out images");
        return new Protocol(entries).toMap();
    }
}
