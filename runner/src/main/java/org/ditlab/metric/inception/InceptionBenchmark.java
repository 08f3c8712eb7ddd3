package org.ditlab.metric.inception;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.ditlab.metric.ImageBatch;
import org.ditlab.nn.StateDict;
import org.ditlab.tensor.Convention;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.tensor.trace.TracingBackend;
import org.ditlab.train.Precision;
import org.ditlab.train.StepBenchmark;

/**
 * Times the extractor, resizing included, beside this machine's float32 matrix product in alternating rounds of one process.
 * The weights are drawn: time does not depend on them.
 *
 * @param imagesPerSecond the median round
 * @param gflops of the network at that speed, 2 for each multiply-accumulate
 * @param product the median matrix product's rate, 2048 x 2048 x 2048
 */
public record InceptionBenchmark(double imagesPerSecond, double gflops, double product) {
    private static final int IMAGES = 32;
    private static final int SIDE = 256;
    private static final int PRODUCT = 2048;
    private static final int WARM_UP = 1;

    /** Multiply-accumulates of one image, by the trace of the network. */
    public static double macs() {
        TracingBackend tracing = new TracingBackend();
        InceptionV3 network = new InceptionV3();
        try (Scope scope = tracing.scope("inception")) {
            network.load(tracing, weights(), DType.FLOAT32);
            Tensor x = tracing.full(0, Shape.of(1, 3, InceptionV3.SIZE, InceptionV3.SIZE), DType.FLOAT32);
            network.logitsUnbiased(network.forward(x).pool3());
            return tracing.trace().cost(Convention.MACS);
        }
    }

    /**
     * Measures.
     *
     * @param rounds of which the medians count, after one to warm up
     */
    public static InceptionBenchmark run(Backend backend, int rounds, Consumer<String> progress) {
        byte[] pixels = new byte[IMAGES * 3 * SIDE * SIDE];
        new Random(1).nextBytes(pixels);
        ImageBatch images = new ImageBatch(pixels, IMAGES, 3, SIDE, SIDE);
        StepBenchmark machine = new StepBenchmark(backend);
        double[] speeds = new double[rounds];
        double[] products = new double[rounds];
        progress.accept("Inception, " + rounds + " rounds of " + IMAGES + " images");
        try (InceptionExtractor extractor =
                new InceptionExtractor(backend, weights(), "", Preprocessing.TF1_BILINEAR)) {
            for (int round = -WARM_UP; round < rounds; round++) {
                double product = machine.product(PRODUCT, PRODUCT, PRODUCT, Precision.FP32)
                        .gflops();
                long start = System.nanoTime();
                extractor.extract(images);
                double seconds = (System.nanoTime() - start) / 1e9;
                if (round >= 0) {
                    products[round] = product;
                    speeds[round] = IMAGES / seconds;
                }
            }
        }
        Arrays.sort(speeds);
        Arrays.sort(products);
        double speed = speeds[rounds / 2];
        return new InceptionBenchmark(speed, 2e-9 * macs() * speed, products[rounds / 2]);
    }

    private static StateDict weights() {
        Map<String, StateDict.Entry> entries = new HashMap<>();
        Random random = new Random(1);
        new InceptionV3().parameters().forEach((name, parameter) -> {
            float[] values = new float[(int) parameter.shape().elements()];
            if (name.endsWith("conv.weight")) {
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (random.nextGaussian()
                            * Math.sqrt(2.0 * parameter.shape().dim(0) / values.length));
                }
            } else if (name.endsWith("running_var") || name.endsWith("bn.weight")) {
                Arrays.fill(values, 1);
            }
            entries.put(name, new StateDict.Entry(parameter.shape(), values));
        });
        return new StateDict(entries);
    }
}
