package org.ditlab.metric.evaluation;

import java.io.IOException;
import java.nio.file.Path;
import org.ditlab.data.ImageSet;
import org.ditlab.data.NpyArray;
import org.ditlab.data.PixelOrder;
import org.ditlab.metric.EvaluationInput;
import org.ditlab.metric.FeatureExtractor;
import org.ditlab.metric.Moments;
import org.ditlab.metric.StatisticsFile;
import org.ditlab.metric.inception.Preprocessing;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.spi.Backend;
import org.jspecify.annotations.Nullable;

/** Makes reference files: statistics of a set's features, with some of the images beside them where that is wanted. */
public final class SavedStatistics {
    private SavedStatistics() {}

    /**
     * Extracts and writes.
     *
     * @param images how many of the images, evenly spaced over the set, are put into the file as {@code arr_0}
     * @throws StudyException when there are no images, or fewer than wanted
     */
    public static void write(
            Backend backend,
            EvaluationInput input,
            Preprocessing preprocessing,
            Evaluation.Extractors extractors,
            Path cache,
            int images,
            Path target,
            Evaluation.Watch watch)
            throws IOException, InterruptedException {
        ImageSet set = input.images()
                .orElseThrow(() -> new StudyException(input.path() + ": holds statistics already; give images"));
        if (set.count() < 2 || images > set.count()) {
            throw new StudyException(input.path() + ": has " + set.count() + " images; "
                    + (images > set.count() ? "--with-images " + images + " asks for more" : "a covariance needs two"));
        }
        checkSize(set, images);
        try (FeatureExtractor extractor = extractors.open(preprocessing)) {
            FeatureShards shards = FeatureShards.of(
                    cache.resolve(FeatureShards.key(set, extractor, FeatureShards.computedBy(backend))),
                    set,
                    extractor,
                    FeatureShards.computedBy(backend),
                    (done, extracted) -> watch.images(done, set.count(), extracted),
                    watch::stop);
            Moments pooled = Moments.of(backend, shards.features());
            Moments spatial = extractor.spatialDimensions() == 0 ? null : Moments.of(backend, shards.spatial());
            StatisticsFile.of(pooled, spatial, Evaluation.madeBy(extractor)).write(target, some(set, images));
        }
    }

    /** The images stand in one array beside each other, and must fit the heap. */
    private static void checkSize(ImageSet set, int images) {
        long size = 3L * set.height() * set.width() * images;
        long most = Math.min(Integer.MAX_VALUE - 8L, Runtime.getRuntime().maxMemory() / 2);
        if (size > most) {
            throw new StudyException("--with-images " + images + ": " + size + " bytes are more than the " + most
                    + " that can be held here; take fewer");
        }
    }

    private static @Nullable NpyArray some(ImageSet set, int images) throws IOException {
        if (images == 0) {
            return null;
        }
        int plane = set.height() * set.width();
        byte[] interleaved = new byte[3 * plane * images];
        byte[] planar = new byte[3 * plane];
        for (int i = 0; i < images; i++) {
            set.read((int) ((long) i * set.count() / images), 1, planar);
            PixelOrder.interleave(planar, 0, 3, plane, interleaved, i * planar.length);
        }
        return NpyArray.of(interleaved, images, set.height(), set.width(), 3);
    }
}
