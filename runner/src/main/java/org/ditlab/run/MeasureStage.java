package org.ditlab.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.data.NpyArray;
import org.ditlab.data.Npz;
import org.ditlab.metric.ClassifierExtractor;
import org.ditlab.metric.Features;
import org.ditlab.metric.Fid;
import org.ditlab.metric.ImageBatch;
import org.ditlab.metric.InceptionScore;
import org.ditlab.metric.MeasureKnobs;
import org.ditlab.metric.ReferenceStatistics;
import org.ditlab.metric.protocol.Protocol;
import org.ditlab.store.StageDirectory;
import org.ditlab.study.plan.StageKind;

/** Measures a trial's samples, and beside them as many held-out real images: the floor that no model gets below. */
public final class MeasureStage implements StageRunner {
    @Override
    public StageKind kind() {
        return StageKind.MEASURE;
    }

    @Override
    public StageResult run(StageContext context) throws IOException {
        long start = System.nanoTime();
        Path extractors = context.upstream(StageKind.EXTRACTOR);
        ReferenceStatistics reference = ReferenceStatistics.read(extractors.resolve(ExtractorStage.REFERENCE));
        ImageBatch images = images(context.upstream(StageKind.SAMPLE).resolve(SampleStage.SAMPLES));
        Path weights = extractors.resolve(ExtractorStage.WEIGHTS);
        try (ClassifierExtractor extractor = ClassifierExtractor.read(context.backend(), weights)) {
            context.progress(0, images.count(), "features of " + images.count() + " images");
            Features features = extractor.extract(images);
            Features floor = reference
                    .heldOut()
                    .first(Math.min(images.count(), reference.heldOut().count()));
            Map<String, Object> metrics = new LinkedHashMap<>();
            List<String> wanted = context.settings().get(MeasureKnobs.METRICS);
            if (wanted.contains("fid")) {
                metrics.put("fid", Fid.distance(reference.train(), features.moments()));
                metrics.put("floor.fid", Fid.distance(reference.train(), floor.moments()));
            }
            if (wanted.contains("is")) {
                metrics.put("inception_score", score(features));
                metrics.put("floor.inception_score", score(floor));
            }
            context.progress(images.count(), images.count(), "measured");
            return new StageResult(
                    metrics, Map.of("measure.seconds", (System.nanoTime() - start) / 1e9), protocol(context));
        }
    }

    private static double score(Features features) {
        return InceptionScore.of(features.logits(), features.count(), features.classes(), InceptionScore.SPLITS)
                .mean();
    }

    /** How these numbers came about: what the stages before say of themselves. */
    private static Map<String, Object> protocol(StageContext context) throws IOException {
        Map<String, Object> entries = new LinkedHashMap<>();
        for (StageKind kind : List.of(StageKind.EXTRACTOR, StageKind.SAMPLE)) {
            Map<String, Object> result = new StageDirectory(context.upstream(kind)).result();
            if (result.get("protocol") instanceof Map<?, ?> own) {
                own.forEach((key, value) -> entries.put(String.valueOf(key), value));
            }
        }
        return new Protocol(entries).toMap();
    }

    /** Reads (N, H, W, C) as (N, C, H, W). */
    private static ImageBatch images(Path samples) throws IOException {
        NpyArray array = Npz.read(samples, "arr_0");
        int[] shape = array.shape();
        int plane = shape[1] * shape[2];
        int channels = shape[3];
        byte[] interleaved = array.bytes();
        byte[] planar = new byte[interleaved.length];
        for (int i = 0; i < planar.length; i++) {
            int channel = i % channels;
            int pixel = i / channels % plane;
            int image = i / (channels * plane);
            planar[(image * channels + channel) * plane + pixel] = interleaved[i];
        }
        return new ImageBatch(planar, shape[0], channels, shape[1], shape[2]);
    }
}
