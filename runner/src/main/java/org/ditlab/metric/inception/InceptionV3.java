package org.ditlab.metric.inception;

import static org.ditlab.metric.inception.Layer.averagePool;
import static org.ditlab.metric.inception.Layer.halvingMaxPool;
import static org.ditlab.metric.inception.Layer.maxPool;

import java.util.Objects;
import org.ditlab.nn.Initializer;
import org.ditlab.nn.Module;
import org.ditlab.nn.Parameter;
import org.ditlab.nn.StateDict;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;
import org.jspecify.annotations.Nullable;

/**
 * Inception-v3 as TensorFlow's graph of 2015-12-05 computes it, with the names of its PyTorch ports. It differs from the
 * network of the paper: average pools do not count padding, the last block's pool is a maximum, batch norm has
 * epsilon 0.001, there are 1008 classes.
 *
 * <p>Images (N, 3, 299, 299), RGB, about [-1, 1]; 5.7 GMACs each. Sources: Szegedy et al. 2016, arXiv:1512.00567;
 * {@code classify_image_graph_def.pb}, whose node names stand at the line ends.
 */
public final class InceptionV3 extends Block {
    /** Side of the images that the network takes. */
    public static final int SIZE = 299;

    /** Length of a feature vector. */
    public static final int FEATURES = 2048;

    /** Columns of the class scores; the first 1000 or so are classes of ImageNet. */
    public static final int CLASSES = 1008;

    private static final int SPATIAL_CHANNELS = 7;

    /** Length of a vector of spatial features: 17 x 17 places, 7 channels each. */
    public static final int SPATIAL = 17 * 17 * SPATIAL_CHANNELS;

    private final Layer conv1a = valid("Conv2d_1a_3x3", 3, 32, 3, 2); // conv
    private final Layer conv2a = valid("Conv2d_2a_3x3", 32, 32, 3, 1); // conv_1
    private final Layer conv2b = conv("Conv2d_2b_3x3", 32, 64, 3, 3); // conv_2
    private final Layer conv3b = valid("Conv2d_3b_1x1", 64, 80, 1, 1); // conv_3
    private final Layer conv4a = valid("Conv2d_4a_3x3", 80, 192, 3, 1); // conv_4
    private final Layer mixed5b = block("Mixed_5b", Mixed.a(192, 32)); // mixed
    private final Layer mixed5c = block("Mixed_5c", Mixed.a(256, 64)); // mixed_1
    private final Layer mixed5d = block("Mixed_5d", Mixed.a(288, 64)); // mixed_2
    private final Layer mixed6a = block("Mixed_6a", Mixed.b(288)); // mixed_3
    private final Layer mixed6b = block("Mixed_6b", Mixed.c(768, 128)); // mixed_4
    private final Layer mixed6c = block("Mixed_6c", Mixed.c(768, 160)); // mixed_5
    private final Layer mixed6d = block("Mixed_6d", Mixed.c(768, 160)); // mixed_6
    private final Layer mixed6e = block("Mixed_6e", Mixed.c(768, 192)); // mixed_7
    private final Layer mixed7a = block("Mixed_7a", Mixed.d(768)); // mixed_8
    private final Layer mixed7b = block("Mixed_7b", Mixed.e(1280, averagePool())); // mixed_9
    private final Layer mixed7c = block("Mixed_7c", Mixed.e(2048, maxPool())); // mixed_10
    private final Layer pool = halvingMaxPool();
    private final Classifier fc = child("fc", new Classifier());

    /** The classes' weights (1008, 2048) and bias (1008). */
    private static final class Classifier extends Module {
        private final Parameter weight = parameter("weight", Shape.of(CLASSES, FEATURES), Initializer.zeros());
        private final Parameter bias = parameter("bias", Shape.of(CLASSES), Initializer.zeros());
        private @Nullable Tensor weightValue;
        private @Nullable Tensor biasValue;

        private void load(Backend backend, StateDict weights, DType type) {
            float[] rows = weights.entries().get("fc.weight").values();
            weightValue = backend.tensor(rows, weight.shape(), type);
            biasValue = backend.tensor(weights.entries().get("fc.bias").values(), bias.shape(), type);
        }
    }

    /**
     * What is read off on the way.
     *
     * @param pool1 first max pool (N, 64, 73, 73)
     * @param pool2 second max pool (N, 192, 35, 35)
     * @param mixed6d (N, 768, 17, 17), its branch1x1 first
     * @param mixed6e (N, 768, 17, 17)
     * @param pool3 the features (N, 2048)
     */
    public record Maps(Tensor pool1, Tensor pool2, Tensor mixed6d, Tensor mixed6e, Tensor pool3) {
        /** Features of FID-64 (N, 64), FID-192 (N, 192) or FID-768 (N, 768): the mean over a map. */
        public static Tensor mean(Tensor map) {
            return map.mean(false, 2, 3);
        }

        /** Features of sFID (N, 2023): seven channels behind the ReLU of Mixed_6d.branch1x1, in the order H, W, C. */
        public Tensor spatial() {
            Tensor first = mixed6d.slice(1, 0, SPATIAL_CHANNELS); // (N, 7, 17, 17)
            return first.permute(0, 2, 3, 1).reshape(-1, SPATIAL);
        }
    }

    /**
     * Takes weights, which live in the innermost scope.
     *
     * @param type FLOAT32, or FLOAT64 on a backend that computes in it
     * @throws org.ditlab.study.StudyException with all keys that are missing, unexpected, of another shape, or hold no sensible
     *     numbers
     */
    public void load(Backend backend, StateDict weights, DType type) {
        StateDict fitting = NetworkWeights.fit(weights, this);
        convolutions(backend, fitting, type);
        fc.load(backend, fitting, type);
    }

    /** Runs the network. */
    public Maps forward(Tensor x) {
        x.expect(-1, 3, SIZE, SIZE);
        Tensor pool1 =
                within(x, () -> pool.forward(conv2b.forward(conv2a.forward(conv1a.forward(x))))); // (N, 64, 73, 73)
        Tensor pool2 = within(x, () -> pool.forward(conv4a.forward(conv3b.forward(pool1)))); // (N, 192, 35, 35)
        Tensor map5 = within(x, () -> mixed5d.forward(mixed5c.forward(mixed5b.forward(pool2)))); // (N, 288, 35, 35)
        Tensor map6c = within(x, () -> mixed6c.forward(mixed6b.forward(mixed6a.forward(map5)))); // (N, 768, 17, 17)
        Tensor map6d = mixed6d.forward(map6c); // (N, 768, 17, 17)
        Tensor map6e = mixed6e.forward(map6d); // (N, 768, 17, 17)
        Tensor map7 = within(x, () -> mixed7c.forward(mixed7b.forward(mixed7a.forward(map6e)))); // (N, 2048, 8, 8)
        return new Maps(
                pool1, pool2, map6d, map6e, map7.expect(-1, FEATURES, 8, 8).mean(false, 2, 3)); // (N, 2048)
    }

    /** Class scores without bias, as inception scores are published: (N, 2048) to (N, 1008). */
    public Tensor logitsUnbiased(Tensor pool3) {
        return pool3.linear(Objects.requireNonNull(fc.weightValue), null);
    }

    /** Class scores as the network was trained: (N, 2048) to (N, 1008). */
    public Tensor logits(Tensor pool3) {
        return logitsUnbiased(pool3).add(Objects.requireNonNull(fc.biasValue));
    }
}
