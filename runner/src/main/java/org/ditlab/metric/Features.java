package org.ditlab.metric;

import java.util.Arrays;
import org.ditlab.tensor.spi.Backend;

/**
 * What a feature extractor says of images.
 *
 * @param count n
 * @param dimensions d
 * @param features (n, d)
 * @param spatialDimensions s; 0 where the extractor has no spatial features
 * @param spatial (n, s)
 * @param classes c
 * @param logits (n, c), class scores before the softmax
 */
public record Features(
        int count,
        int dimensions,
        float[] features,
        int spatialDimensions,
        float[] spatial,
        int classes,
        float[] logits) {
    public Features {
        require(features, count, dimensions);
        require(spatial, count, spatialDimensions);
        require(logits, count, classes);
    }

    /** Of an extractor without spatial features. */
    public Features(int count, int dimensions, float[] features, int classes, float[] logits) {
        this(count, dimensions, features, 0, new float[0], classes, logits);
    }

    private static void require(float[] values, int count, int width) {
        if (values.length != (long) count * width) {
            throw new IllegalArgumentException(values.length + " numbers are not " + count + " vectors of " + width);
        }
    }

    /** The first images only. */
    public Features first(int n) {
        if (n > count) {
            throw new IllegalArgumentException("the first " + n + " of " + count + " images");
        }
        return new Features(
                n,
                dimensions,
                Arrays.copyOf(features, n * dimensions),
                spatialDimensions,
                Arrays.copyOf(spatial, n * spatialDimensions),
                classes,
                Arrays.copyOf(logits, n * classes));
    }

    /** Statistics of the features. */
    public Moments moments(Backend backend) {
        Moments moments = new Moments(backend, dimensions);
        moments.add(features, count);
        return moments;
    }

    /** Puts blocks together in the order they come. */
    public static final class Builder {
        private final float[] features;
        private final float[] spatial;
        private final float[] logits;
        private final int dimensions;
        private final int spatialDimensions;
        private final int classes;
        private int count;

        /** Makes room for what an extractor says of a number of images. */
        public Builder(int images, FeatureExtractor extractor) {
            dimensions = extractor.dimensions();
            spatialDimensions = extractor.spatialDimensions();
            classes = extractor.classes();
            features = new float[Math.multiplyExact(images, dimensions)];
            spatial = new float[Math.multiplyExact(images, spatialDimensions)];
            logits = new float[Math.multiplyExact(images, classes)];
        }

        /** Images so far. */
        public int count() {
            return count;
        }

        public void add(Features block) {
            System.arraycopy(block.features, 0, features, count * dimensions, block.features.length);
            System.arraycopy(block.spatial, 0, spatial, count * spatialDimensions, block.spatial.length);
            System.arraycopy(block.logits, 0, logits, count * classes, block.logits.length);
            count += block.count;
        }

        public Features build() {
            return new Features(count, dimensions, features, spatialDimensions, spatial, classes, logits);
        }
    }
}
