package org.ditlab.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.ditlab.fixtures.Closeness.assertClose;
import static org.ditlab.fixtures.Closeness.assertCloseToLargest;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.data.NpyArray;
import org.ditlab.fixtures.FixtureCase;
import org.ditlab.fixtures.Fixtures;
import org.ditlab.fixtures.FormulaWeights;
import org.ditlab.fixtures.OfficialConfig;
import org.ditlab.nn.Grid;
import org.ditlab.nn.Parameter;
import org.ditlab.nn.StateDict;
import org.ditlab.nn.TokenGroups;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.reference.ReferenceBackendProvider;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our models against outputs, activations and gradients of the official implementations, in training and inference form. */
class ModelFixtureTests {
    /** Parameters up to which the reference backend, which is slow, is tried as well. */
    private static final long SMALL = 2_000_000;

    /** Of the largest magnitude; the fixtures' README gives both for gradients. */
    private static final double GRADIENTS = 1e-4;

    private static final double COSINE_GRADIENTS = 1e-3;
    private static final double ACTIVATIONS = 1e-4;

    /** Of a gradient's norm where it is zero in theory: a softmax does not change when its keys all move. */
    private static final double ROUNDING = 1e-6;

    private static final double FOLDING = 1e-5;

    static Stream<Named<FixtureCase>> cases() {
        return Fixtures.cases("models").stream()
                .filter(fixture -> !fixture.json().path("quirk").asBoolean())
                .map(fixture -> Named.of(fixture.name(), fixture));
    }

    static Stream<Named<FixtureCase>> smallCases() {
        return cases().filter(
                        fixture -> parameterCount(fixture.getPayload().json().get("tensors")) < SMALL);
    }

    private static long parameterCount(JsonNode tensors) {
        long total = 0;
        for (JsonNode tensor : tensors) {
            long elements = 1;
            for (JsonNode extent : tensor.get("shape")) {
                elements *= extent.asLong();
            }
            total += elements;
        }
        return total;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesOnLibtorch(FixtureCase fixture) {
        try (Backend backend = new LibtorchProvider().open(Device.CPU, 2)) {
            check(fixture, backend);
        }
    }

    @ParameterizedTest
    @MethodSource("smallCases")
    void agreesOnReference(FixtureCase fixture) {
        try (Backend backend = new ReferenceBackendProvider().open(Device.CPU, 1)) {
            check(fixture, backend);
        }
    }

    private static void check(FixtureCase fixture, Backend backend) {
        try (Scope scope = backend.scope()) {
            Denoiser model = ModelZoo.build(OfficialConfig.settings(fixture.json()));
            model.materialize(backend, new Streams(0));
            FormulaWeights.load(
                    model,
                    fixture.json().get("tensors"),
                    fixture.json().get("seed").asLong(),
                    1);
            weights(fixture, model);
            activations(fixture, backend, model);
            gradients(fixture, backend, model);
            dropped(fixture, backend, model);
            try (Backend.Guard guard = backend.noGrad()) {
                inference(fixture, backend, model);
            }
            assertThat(model.parameterCount())
                    .isEqualTo(parameterCount(fixture.json().get("tensors")));
        }
    }

    private static void activations(FixtureCase fixture, Backend backend, Denoiser model) {
        Map<String, StateDict.Entry> seen = new HashMap<>();
        try (Scope scope = backend.scope()) {
            model.observe((path, output) -> {
                if (fixture.has("act/" + path)) {
                    seen.put(path, new StateDict.Entry(output.shape(), output.toFloats()));
                }
            });
            Tensor out = forward(fixture, backend, model, "");
            model.observe(null);
            if (fixture.has("out_train")) {
                assertClose(out, fixture.array("out_train"), tolerance(fixture, "out_train"), "out_train");
            }
            fixture.arrays().forEach((name, expected) -> {
                if (name.startsWith("act/")) {
                    StateDict.Entry entry = Objects.requireNonNull(seen.get(name.substring(4)), name);
                    Tensor ours = backend.tensor(entry.values(), entry.shape(), DType.FLOAT32);
                    assertCloseToLargest(laidOut(ours, expected.shape(), fixture), expected, ACTIVATIONS, name);
                }
            });
        }
    }

    /** Our tokens (N, T, C) as the official image (N, C, H, W) or groups of tokens (N, f f, T / (f f), C). */
    private static Tensor laidOut(Tensor ours, int[] expected, FixtureCase fixture) {
        if (ours.shape().rank() != 3 || expected.length != 4) {
            return ours;
        }
        if (expected[1] == ours.dim(2)) {
            return new Grid(expected[2], expected[3]).image(ours);
        }
        int factor = (int) Math.round(Math.sqrt(expected[1]));
        double side = fixture.json().get("input").get("height").asDouble()
                / fixture.json().get("input").get("width").asDouble();
        int columns = (int) Math.round(Math.sqrt(ours.dim(1) / side));
        Grid grid = new Grid(ours.dim(1) / columns, columns);
        return new TokenGroups(grid, factor, 1).split(ours).reshape(expected);
    }

    private static void dropped(FixtureCase fixture, Backend backend, Denoiser model) {
        if (!fixture.has("drop/out_train")) {
            return;
        }
        long[] labels = fixture.array("drop/y").longs();
        List<NpyArray> masks = fixture.arrays().entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("drop/mask/"))
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .toList();
        assertThat(model.labelMasks()).isEqualTo(masks.size());
        int n = labels.length;
        long[] y = new long[masks.size() * n];
        for (int i = 0; i < y.length; i++) {
            y[i] = masks.get(i / n).longs()[i % n] == 1 ? model.nullLabel() : labels[i % n];
        }
        Shape shape = masks.size() == 1 ? Shape.of(n) : Shape.of(masks.size(), n);
        Tensor out =
                model.forward(fixture.tensor(backend, "x"), times(fixture, backend, "t"), backend.indices(y, shape));
        assertClose(out, fixture.array("drop/out_train"), tolerance(fixture, "out_train"), "drop/out_train");
    }

    /** The inference form: where a model trains with branches, the folded one. */
    private static void inference(FixtureCase fixture, Backend backend, Denoiser model) {
        Denoiser folded = model.folded();
        Tensor out = forward(fixture, backend, folded, "");
        if (fixture.has("out_eval")) {
            assertClose(out, fixture.array("out_eval"), tolerance(fixture, "out_eval"), "out_eval");
        }
        if (fixture.has("cfg/raw")) {
            assertClose(
                    forward(fixture, backend, folded, "cfg/"),
                    fixture.array("cfg/raw"),
                    tolerance(fixture, "out_eval"),
                    "cfg/raw");
        }
        if (folded != model) {
            foldsExactly(model, folded, out, forward(fixture, backend, model, ""));
        }
    }

    /** Folding leaves the training weights as they are, gives the same bits again, and computes the same. */
    private static void foldsExactly(Denoiser model, Denoiser folded, Tensor out, Tensor unfolded) {
        Map<String, float[]> before = values(model);
        assertEqual(values(model.folded()), values(folded));
        assertEqual(values(model), before);
        double[] expected = unfolded.toDoubles();
        double[] ours = out.toDoubles();
        double largest = 0;
        double worst = 0;
        for (int i = 0; i < ours.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            worst = Math.max(worst, Math.abs(ours[i] - expected[i]));
        }
        assertThat(worst).as("folded against unfolded").isLessThanOrEqualTo(FOLDING * largest);
    }

    private static void assertEqual(Map<String, float[]> actual, Map<String, float[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        actual.forEach((name, values) ->
                assertThat(Arrays.equals(values, expected.get(name))).as(name).isTrue());
    }

    private static Map<String, float[]> values(Denoiser model) {
        Map<String, float[]> values = new HashMap<>();
        model.parameters()
                .forEach((name, parameter) -> values.put(name, parameter.value().toFloats()));
        return values;
    }

    private static double tolerance(FixtureCase fixture, String name) {
        JsonNode tolerances = fixture.json().get("tolerances");
        JsonNode own = tolerances.has(name) ? tolerances.get(name) : tolerances.get("out_eval");
        return own.get("atol").asDouble();
    }

    private static Tensor forward(FixtureCase fixture, Backend backend, Denoiser model, String prefix) {
        return model.forward(
                fixture.tensor(backend, prefix + "x"),
                times(fixture, backend, prefix + "t"),
                fixture.indices(backend, prefix + "y"));
    }

    private static Tensor times(FixtureCase fixture, Backend backend, String name) {
        long[] whole = fixture.array(name).longs();
        float[] times = new float[whole.length];
        for (int i = 0; i < times.length; i++) {
            times[i] = whole[i];
        }
        return backend.tensor(times, Shape.of(times.length), DType.FLOAT32);
    }

    /** Every gradient that is stored whole, and the norm and sum of every parameter's. */
    private static void gradients(FixtureCase fixture, Backend backend, Denoiser model) {
        JsonNode summaries = fixture.json().path("grad_l2_and_sum");
        if (summaries.isEmpty()) {
            return;
        }
        double tolerance = cosine(fixture) ? COSINE_GRADIENTS : GRADIENTS;
        Tensor loss = forward(fixture, backend, model, "").square().mean();
        assertThat(loss.item())
                .isCloseTo(fixture.json().get("loss_train_mean_sq").asDouble(), withinPercentage(100 * GRADIENTS));
        loss.backward();
        Map<String, Tensor> gradients = new HashMap<>();
        model.parameters().forEach((name, parameter) -> {
            if (parameter.trainable()) {
                gradients.put(name, Objects.requireNonNull(parameter.value().grad(), name));
            }
        });
        fixture.arrays().forEach((name, expected) -> {
            if (name.startsWith("grad/")) {
                assertCloseToLargest(gradients.get(name.substring(5)), expected, tolerance, name);
            }
        });
        assertThat(summaries.fieldNames()).toIterable().containsExactlyInAnyOrderElementsOf(gradients.keySet());
        gradients.forEach((name, gradient) -> summed(name, gradient, summaries.get(name), tolerance));
    }

    /** A rounding error of each element adds up to sqrt(n) of it in a sum; gradients that are zero in theory are rounding. */
    private static void summed(String name, Tensor gradient, JsonNode norms, double tolerance) {
        double squares = 0;
        double sum = 0;
        double[] values = gradient.toDoubles();
        for (double value : values) {
            squares += value * value;
            sum += value;
        }
        double norm = norms.get(0).asDouble();
        double slack = tolerance * norm + ROUNDING;
        assertThat(Math.sqrt(squares)).as("norm of the gradient of " + name).isCloseTo(norm, within(slack));
        assertThat(sum)
                .as("sum of the gradient of " + name)
                .isCloseTo(norms.get(1).asDouble(), within(slack * Math.sqrt(values.length)));
    }

    /** The formula's weights are those that the reference values were made with. */
    private static void weights(FixtureCase fixture, Denoiser model) {
        MessageDigest digest = sha256();
        Map<String, Parameter> parameters = model.parameters();
        for (JsonNode tensor : fixture.json().get("tensors")) {
            float[] values = parameters.get(tensor.get("name").asText()).value().toFloats();
            ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            digest.update(bytes);
        }
        assertThat(HexFormat.of().formatHex(digest.digest()))
                .isEqualTo(fixture.json().get("weights_sha256").asText());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static boolean cosine(FixtureCase fixture) {
        return fixture.json().get("config").path("attn_type").asText().equals("v2");
    }
}
