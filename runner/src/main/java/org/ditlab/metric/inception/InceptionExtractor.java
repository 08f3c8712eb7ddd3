package org.ditlab.metric.inception;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.ditlab.metric.FeatureExtractor;
import org.ditlab.metric.Features;
import org.ditlab.metric.ImageBatch;
import org.ditlab.nn.StateDict;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;

/**
 * The features of published FID (2048), sFID (2023, in the order H, W, C) and inception score (1008 logits without bias), in
 * float32. Images of any one size, three channels. The network runs in chunks of a fixed size, the last one filled up, so that an
 * image's features are the same bits whatever batch is asked for; memory does not grow with the number of images.
 */
public final class InceptionExtractor implements FeatureExtractor {
    /** Images in a run: enough to keep the cores busy, few enough for the caches. */
    static final int CHUNK = 8;

    private static final int IMAGE = 3 * InceptionV3.SIZE * InceptionV3.SIZE;

    private final Backend backend;
    private final String weightsHash;
    private final Preprocessing preprocessing;
    private final Scope scope;
    private final InceptionV3 network = new InceptionV3();
    private final float[] chunk = new float[CHUNK * IMAGE];

    /**
     * Gives the network its weights; they live until this is closed.
     *
     * @param weights by the PyTorch ports' names; scales of batch norms may be absent, counters of training are passed over
     * @param weightsHash SHA-256 in hex of the weights as they were read
     * @throws org.ditlab.study.StudyException with everything that does not fit
     */
    public InceptionExtractor(Backend backend, StateDict weights, String weightsHash, Preprocessing preprocessing) {
        this.backend = backend;
        this.weightsHash = weightsHash;
        this.preprocessing = preprocessing;
        scope = backend.scope("extractor");
        try {
            network.load(backend, weights, DType.FLOAT32);
        } catch (RuntimeException e) {
            scope.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return "inception";
    }

    @Override
    public String weightsHash() {
        return weightsHash;
    }

    @Override
    public String preprocessing() {
        return preprocessing.word();
    }

    @Override
    public int dimensions() {
        return InceptionV3.FEATURES;
    }

    @Override
    public int spatialDimensions() {
        return InceptionV3.SPATIAL;
    }

    @Override
    public int classes() {
        return InceptionV3.CLASSES;
    }

    @Override
    public Features extract(ImageBatch images) {
        if (images.channels() != 3 || images.height() < 1 || images.width() < 1) {
            throw new StudyException(name() + " reads images of 3 channels, not of " + images.channels() + "x"
                    + images.height() + "x" + images.width() + "; repeat a gray channel three times");
        }
        Features.Builder features = new Features.Builder(images.count(), this);
        Preprocessing.ForSize prepare = preprocessing.forSize(images.height(), images.width());
        for (int from = 0; from < images.count(); from += CHUNK) {
            int start = from;
            int count = Math.min(CHUNK, images.count() - from);
            IntStream.range(0, count)
                    .parallel()
                    .forEach(i -> prepare.image(images.pixels(), (start + i) * images.length(), chunk, i * IMAGE));
            Arrays.fill(chunk, count * IMAGE, chunk.length, 0);
            features.add(run(count));
        }
        return features.build();
    }

    private Features run(int count) {
        try (Scope one = backend.scope();
                Backend.Guard guard = backend.noGrad()) {
            Shape channelsLast = Shape.of(CHUNK, InceptionV3.SIZE, InceptionV3.SIZE, 3);
            Tensor x = backend.tensor(chunk, channelsLast, DType.FLOAT32).permute(0, 3, 1, 2); // (8, 3, 299, 299)
            InceptionV3.Maps maps = network.forward(x);
            float[] pool3 = maps.pool3().toFloats(); // (8, 2048)
            float[] spatial = maps.spatial().toFloats(); // (8, 2023)
            float[] logits = network.logitsUnbiased(maps.pool3()).toFloats(); // (8, 1008)
            return new Features(CHUNK, dimensions(), pool3, spatialDimensions(), spatial, classes(), logits)
                    .first(count);
        }
    }

    @Override
    public void close() {
        scope.close();
    }
}
