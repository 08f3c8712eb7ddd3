package org.ditlab.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.ModelCost;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;

/**
 * Times whole training steps (data, noise, forward, backward, AdamW, average) beside the machine's matrix products, in
 * one process, so that ratios mean something on a noisy machine. Medians after a warm-up.
 */
public final class StepBenchmark {
    /** Until memory that a step needs has been asked for, and the code that runs it is compiled. */
    private static final int WARM_UP = 8;

    private static final int PRODUCTS = 15;
    private static final int MOST_STEPS = 100_000;
    /** Rows, columns in, columns out: a cube, and the widest linear layer of DiT-S at 64 tokens and batch 16 or 64. */
    private static final int[][] SHAPES = {{2048, 2048, 2048}, {4096, 384, 1536}, {1024, 384, 1536}};

    private final Backend backend;

    /** One line of the table; rates are in 1e9 floating-point operations a second, 2 for each multiply-accumulate. */
    public record Row(String what, Precision precision, double seconds, double gflops, double imagesPerSecond) {}

    public StepBenchmark(Backend backend) {
        this.backend = backend;
    }

    /** The matrix products' rates in one precision. */
    public List<Row> products(Precision precision) {
        List<Row> rows = new ArrayList<>();
        for (int[] shape : SHAPES) {
            rows.add(product(shape[0], shape[1], shape[2], precision));
        }
        return rows;
    }

    /** The rate of one matrix product, (rows, in) by (in, out): the median of some runs. */
    public Row product(int rows, int in, int out, Precision precision) {
        try (Scope scope = backend.scope();
                Backend.Guard guard = backend.noGrad()) {
            Tensor x = random(Shape.of(rows, in), precision);
            Tensor weight = random(Shape.of(out, in), precision);
            double seconds = median(PRODUCTS, () -> {
                try (Scope each = backend.scope()) {
                    long start = System.nanoTime();
                    Tensor unused = x.linear(weight, null);
                    return (System.nanoTime() - start) / 1e9;
                }
            });
            String what = "matrix product %d x %d -> %d".formatted(rows, in, out);
            return new Row(what, precision, seconds, 2e-9 * rows * in * out / seconds, 0);
        }
    }

    private Tensor random(Shape shape, Precision precision) {
        float[] values = new float[(int) shape.elements()];
        new Streams(1).stream("noise").normal(0, 0, values, 0, values.length);
        return backend.tensor(values, shape, precision.type());
    }

    /** The median training step of a model. */
    public Row step(String name, Settings architecture, int batch, int steps, Precision precision) {
        try (Trainer trainer = trainer(backend, architecture, batch, precision)) {
            double seconds = median(steps, () -> trainer.step().seconds());
            double gflop = 2e-9 * 3 * ModelCost.of(architecture).macsTraining() * batch;
            return new Row("step " + name + ", batch " + batch, precision, seconds, gflop / seconds, batch / seconds);
        }
    }

    /** A trainer of meaningless images, for at most 100 000 steps. */
    public static Trainer trainer(Backend backend, Settings architecture, int batch, Precision precision) {
        return trainer(backend, architecture.with(TrainKnobs.BATCH.to(batch), TrainKnobs.PRECISION.to(precision)));
    }

    /** The same by a whole recipe; its {@code train.steps} do not count. */
    public static Trainer trainer(Backend backend, Settings settings) {
        List<Integer> input = settings.get(ArchitectureKnobs.INPUT);
        NoiseImages data =
                new NoiseImages(input.get(0), input.get(1), input.get(2), settings.get(ArchitectureKnobs.CLASSES));
        return new Trainer(backend, settings.with(TrainKnobs.STEPS.to(MOST_STEPS)), 1, data);
    }

    private static double median(int times, Supplier<Double> timed) {
        double[] seconds = new double[times];
        for (int i = -WARM_UP; i < times; i++) {
            double took = timed.get();
            if (i >= 0) {
                seconds[i] = took;
            }
        }
        Arrays.sort(seconds);
        return seconds[times / 2];
    }
}
