package org.ditlab.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.ditlab.nn.Parameter;
import org.ditlab.nn.StateDict;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.tensor.trace.TracingBackend;

/**
 * What every model does, whatever it is made of. Weights are moved off their starting values, so that layers that start
 * at zero take part, yet so little that rounding does not grow from layer to layer.
 */
final class ModelBehaviour {
    /** Of the largest output. */
    private static final double FOLDING = 1e-5;

    private static final int IMAGES = 2;

    private final Denoiser model;
    private final Backend backend;
    private final RandomStream random = new Streams(7).stream("noise");

    /** Gives a declared model random weights. */
    ModelBehaviour(Denoiser model, Backend backend) {
        this.model = model;
        this.backend = backend;
        model.materialize(backend, new Streams(0));
        StateDict start = StateDict.of(model);
        Map<String, StateDict.Entry> moved = new LinkedHashMap<>(start.entries());
        model.parameters().forEach((name, parameter) -> {
            if (parameter.trainable()) {
                float[] values = start.entries().get(name).values().clone();
                float[] noise = normal(name, values.length);
                double inputs = parameter.shape().elements()
                        / (double) parameter.shape().dim(0);
                float scale = (float) (0.3 / Math.sqrt(inputs));
                for (int i = 0; i < values.length; i++) {
                    values[i] += scale * noise[i];
                }
                moved.put(name, new StateDict.Entry(parameter.shape(), values));
            }
        });
        new StateDict(moved).load(model);
    }

    private float[] normal(String name, int count) {
        float[] values = new float[count];
        random.named(name).normal(0, 0, values, 0, count);
        return values;
    }

    /** The output for the model's random images, with one set of labels for all embedders. */
    Tensor forward() {
        return forward(model, labels(1));
    }

    /** The output for the model's random images and labels (N) or (masks, N). */
    Tensor forward(long[] labels) {
        return forward(model, labels);
    }

    private Tensor forward(Denoiser of, long[] labels) {
        int[] shape = {IMAGES, of.channels(), of.height(), of.width()};
        Tensor x = backend.tensor(normal("x", (int) Shape.of(shape).elements()), Shape.of(shape), DType.FLOAT32);
        Tensor t = backend.tensor(new float[] {999, 0.5f}, Shape.of(IMAGES), DType.FLOAT32);
        int rows = labels.length / IMAGES;
        Shape masks = rows == 1 ? Shape.of(IMAGES) : Shape.of(rows, IMAGES);
        return of.forward(x, t, backend.indices(labels, masks));
    }

    /** Some labels, some of them dropped where the model knows that. */
    private long[] labels(int masks) {
        long[] y = new long[masks * IMAGES];
        for (int i = 0; i < y.length; i++) {
            boolean drops = i % 3 == 1 && model.nullLabel() >= 0;
            y[i] = drops ? model.nullLabel() : i % model.classes();
        }
        return y;
    }

    /** A forward and a backward pass with a mask for each label embedder: all numbers finite. */
    void trains() {
        Tensor out = forward(model, labels(model.labelMasks()));
        assertThat(out.shape()).isEqualTo(outputShape(IMAGES));
        assertFinite("output", out);
        out.square().mean().backward();
        model.parameters().forEach((name, parameter) -> {
            if (parameter.trainable()) {
                assertFinite("gradient of " + name, gradient(name, parameter));
            }
        });
    }

    /** After {@link #trains}: no trained parameter is without influence. */
    void everyParameterLearns() {
        model.parameters().forEach((name, parameter) -> {
            if (parameter.trainable()) {
                assertThat(largest(gradient(name, parameter).toDoubles()))
                        .as("gradient of " + name)
                        .isPositive();
            }
        });
    }

    private static Tensor gradient(String name, Parameter parameter) {
        return Objects.requireNonNull(parameter.value().grad(), "no gradient of " + name);
    }

    private Shape outputShape(int images) {
        return Shape.of(images, model.outputChannels(), model.height(), model.width());
    }

    /** The trace has the shape and the parameters of what runs. */
    void equalsItsTrace() {
        TracingBackend tracing = new TracingBackend();
        Denoiser traced = ModelZoo.build(model.settings());
        traced.materialize(tracing, new Streams(0));
        Tensor out = traced.forward(
                tracing.full(0, Shape.of(IMAGES, model.channels(), model.height(), model.width()), DType.FLOAT32),
                tracing.full(0, Shape.of(IMAGES), DType.FLOAT32),
                tracing.full(0, Shape.of(IMAGES), DType.INT64));
        assertThat(out.shape()).isEqualTo(forward().shape());
        long elements = StateDict.of(model).entries().values().stream()
                .mapToLong(entry -> entry.values().length)
                .sum();
        ModelCost cost = ModelCost.of(model.settings());
        assertThat(cost.parameters()).isEqualTo(elements);
        long folded = StateDict.of(model.folded()).entries().values().stream()
                .mapToLong(entry -> entry.values().length)
                .sum();
        assertThat(cost.parametersFolded()).isEqualTo(folded);
        assertThat(cost.macs()).isPositive();
    }

    /** A second model with the same state computes the same bits. */
    void roundTrips() {
        Denoiser second = ModelZoo.build(model.settings());
        second.materialize(backend, new Streams(1));
        StateDict.of(model).load(second);
        assertThat(forward(second, labels(1)).toFloats()).isEqualTo(forward().toFloats());
    }

    /** Folding computes the same, twice the same, and leaves the weights alone. */
    void folds() {
        try (Backend.Guard guard = backend.noGrad()) {
            Map<String, float[]> before = values(model);
            double[] unfolded = forward().toDoubles();
            Denoiser folded = model.folded();
            Map<String, float[]> once = values(folded);
            double[] ours = forward(folded, labels(1)).toDoubles();
            double worst = 0;
            for (int i = 0; i < ours.length; i++) {
                worst = Math.max(worst, Math.abs(ours[i] - unfolded[i]));
            }
            assertThat(worst).as("folded against unfolded").isLessThanOrEqualTo(FOLDING * largest(unfolded));
            assertSame(values(model.folded()), once);
            assertSame(values(model), before);
        }
    }

    private static void assertSame(Map<String, float[]> actual, Map<String, float[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        actual.forEach((name, values) ->
                assertThat(Arrays.equals(values, expected.get(name))).as(name).isTrue());
    }

    private static Map<String, float[]> values(Denoiser of) {
        Map<String, float[]> values = new HashMap<>();
        StateDict.of(of).entries().forEach((name, entry) -> values.put(name, entry.values()));
        return values;
    }

    private static void assertFinite(String what, Tensor tensor) {
        assertThat(Arrays.stream(tensor.toDoubles()).allMatch(Double::isFinite))
                .as(what + " is finite")
                .isTrue();
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).map(Math::abs).max().orElse(0);
    }
}
