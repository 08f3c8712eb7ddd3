package org.ditlab.metric.evaluation;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.ditlab.data.Fingerprint;
import org.ditlab.data.ImageSet;
import org.ditlab.data.NpyType;
import org.ditlab.metric.Moments;
import org.ditlab.metric.Rows;
import org.ditlab.metric.StatisticsFile;
import org.ditlab.tensor.spi.Backend;

/**
 * One of the two sets that are compared, as metrics see it.
 *
 * @param imageCount images at hand, 0 where there are none
 * @param images what the images are, for protocols: count and content, never a path
 * @param given what the statistics of a file are, likewise
 * @param spatialGiven what its spatial statistics are
 * @param rows what the extractor says of the images, where there are images and they are needed
 * @param labels the class of each image (N), where they are known
 * @param statistics of the features, where a file gave them
 * @param spatialStatistics of the spatial features, where a file gave them
 * @param narrowMean whether the file's mean is float32
 */
public record Side(
        int imageCount,
        String images,
        String given,
        String spatialGiven,
        Optional<FeatureRows> rows,
        Optional<List<String>> labels,
        Optional<Moments> statistics,
        Optional<Moments> spatialStatistics,
        boolean narrowMean) {
    private static final int SHOWN = 12;

    /** Features of images: the vectors of FID (N, d), of sFID (N, s; s may be 0), class scores (N, classes). */
    public record FeatureRows(Rows features, Rows spatial, Rows logits) {
        public FeatureRows(FeatureShards shards) {
            this(shards.features(), shards.spatial(), shards.logits());
        }

        /** Of the first images only. */
        public FeatureRows first(int images) {
            return new FeatureRows(features.first(images), spatial.first(images), logits.first(images));
        }
    }

    /** Images alone. */
    public static Side of(int count, String identity, FeatureRows rows) {
        return new Side(
                count,
                identity,
                "",
                "",
                Optional.of(rows),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    /** What a path gave, with the features of its images where they are needed. */
    static Side of(
            Backend backend, Optional<ImageSet> images, Optional<StatisticsFile> file, Optional<FeatureRows> rows) {
        return new Side(
                images.map(ImageSet::count).orElse(0),
                images.map(Side::identity).orElse(""),
                file.map(one -> identity(one.mu(), one.sigma())).orElse(""),
                file.flatMap(one -> one.spatialMu()
                                .map(mu -> identity(mu, one.spatialSigma().orElseThrow())))
                        .orElse(""),
                rows,
                images.flatMap(ImageSet::labels),
                file.map(one -> moments(backend, one, one.mu(), one.sigma())),
                file.flatMap(one -> one.spatialMu()
                        .map(mu -> moments(backend, one, mu, one.spatialSigma().orElseThrow()))),
                file.map(one -> one.muType() == NpyType.FLOAT32).orElse(false));
    }

    private static Moments moments(Backend backend, StatisticsFile file, double[] mu, double[] sigma) {
        return file.count().isPresent() && file.count().getAsLong() > 1
                ? Moments.of(backend, file.count().getAsLong(), mu, sigma)
                : Moments.ofUnknownCount(backend, mu, sigma);
    }

    static String identity(ImageSet images) {
        return images.count() + " images, sha256 " + images.fingerprint().substring(0, SHOWN);
    }

    private static String identity(double[] mean, double[] covariance) {
        Fingerprint content = new Fingerprint();
        for (double[] values : new double[][] {mean, covariance}) {
            ByteBuffer bytes = ByteBuffer.allocate(8 * values.length);
            bytes.asDoubleBuffer().put(values);
            content.add(bytes.array());
        }
        return "statistics, sha256 " + content.hex().substring(0, SHOWN);
    }
}
