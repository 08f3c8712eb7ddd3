package org.ditlab.metric.evaluation;

import org.ditlab.metric.FeatureExtractor;
import org.ditlab.metric.Features;
import org.ditlab.metric.ImageBatch;

/** An extractor without a network: channel means as features, the first pixels as spatial features, sums as logits. */
final class AverageExtractor implements FeatureExtractor {
    private final int spatialDimensions;
    private final String preprocessing;
    private int images;

    AverageExtractor() {
        this("none");
    }

    AverageExtractor(String preprocessing) {
        this(2, preprocessing);
    }

    AverageExtractor(int spatialDimensions) {
        this(spatialDimensions, "none");
    }

    private AverageExtractor(int spatialDimensions, String preprocessing) {
        this.spatialDimensions = spatialDimensions;
        this.preprocessing = preprocessing;
    }

    /** How many images were run. */
    int images() {
        return images;
    }

    @Override
    public String name() {
        return "average";
    }

    @Override
    public String weightsHash() {
        return "0".repeat(64);
    }

    @Override
    public String preprocessing() {
        return preprocessing;
    }

    @Override
    public int dimensions() {
        return 3;
    }

    @Override
    public int spatialDimensions() {
        return spatialDimensions;
    }

    @Override
    public int classes() {
        return 4;
    }

    @Override
    public Features extract(ImageBatch batch) {
        images += batch.count();
        int plane = batch.height() * batch.width();
        float[] features = new float[batch.count() * 3];
        float[] spatial = new float[batch.count() * spatialDimensions];
        float[] logits = new float[batch.count() * 4];
        for (int i = 0; i < batch.count(); i++) {
            for (int c = 0; c < 3; c++) {
                for (int p = 0; p < plane; p++) {
                    features[i * 3 + c] += (batch.pixels()[(i * 3 + c) * plane + p] & 0xff) / 255f / plane;
                }
            }
            for (int j = 0; j < spatialDimensions; j++) {
                spatial[i * spatialDimensions + j] = batch.pixels()[i * 3 * plane + j];
            }
            for (int j = 0; j < 4; j++) {
                logits[i * 4 + j] = batch.pixels()[i * 3 * plane + 2 + j] / 32f;
            }
        }
        return new Features(batch.count(), 3, features, spatialDimensions, spatial, 4, logits);
    }

    @Override
    public void close() {}
}
