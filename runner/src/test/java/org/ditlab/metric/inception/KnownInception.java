package org.ditlab.metric.inception;

import java.io.IOException;
import org.ditlab.metric.FeatureExtractor;
import org.ditlab.tensor.spi.Backend;

/** The network with the weights of the fixtures, for tests of what stands on it. */
public final class KnownInception {
    private KnownInception() {}

    public static FeatureExtractor open(Backend backend, Preprocessing preprocessing) throws IOException {
        return new InceptionExtractor(backend, InceptionFixtures.weights(), "0".repeat(64), preprocessing);
    }
}
