package org.ditlab.metric;

import java.util.Arrays;

/**
 * What a feature extractor says of images.
 *
 * @param count n
 * @param dimensions d
 * @param features (n, d)
 * @param classes c
 * @param logits (n, c), class scores before the softmax
 */
public record Features(int count, int dimensions, float[] features, int classes, float[] logits) {
    /** The first images only. */
    public Features first(int n) {
        if (n > count) {
            throw new IllegalArgumentException("the first " + n + " of " + count + " images");
        }
        return new Features(
                n, dimensions, Arrays.copyOf(features, n * dimensions), classes, Arrays.copyOf(logits, n * classes));
    }

    /** Statistics of the features. */
    public Moments moments() {
        Moments moments = new Moments(dimensions);
        moments.add(features, count);
        return moments;
    }

    /** Puts blocks together in the order they come. */
    public static final class Builder {
        private final float[] features;
        private final float[] logits;
        private final int dimensions;
        private final int classes;
        private int count;

        /** Makes room for a number of images. */
        public Builder(int images, int dimensions, int classes) {
            this.dimensions = dimensions;
            this.classes = classes;
            features = new float[Math.multiplyExact(images, dimensions)];
            logits = new float[Math.multiplyExact(images, classes)];
        }

        /** Images so far. */
        public int count() {
            return count;
        }

        public void add(Features block) {
            System.arraycopy(block.features, 0, features, count * dimensions, block.count * dimensions);
            System.arraycopy(block.logits, 0, logits, count * classes, block.count * classes);
            count += block.count;
        }

        public Features build() {
            return new Features(count, dimensions, features, classes, logits);
        }
    }
}
