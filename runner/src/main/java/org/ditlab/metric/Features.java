package org.ditlab.metric;

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
                n,
                dimensions,
                java.util.Arrays.copyOf(features, n * dimensions),
                classes,
                java.util.Arrays.copyOf(logits, n * classes));
    }

    /** Statistics of the features. */
    public Moments moments() {
        Moments moments = new Moments(dimensions);
        moments.add(features, count);
        return moments;
    }
}
