package org.ditlab.metric.inception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.data.MetricFixtures;
import org.ditlab.data.NpyArray;
import org.ditlab.fixtures.Closeness;
import org.ditlab.metric.ImageBatch;
import org.ditlab.nn.StateDict;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.Convention;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.reference.ReferenceBackend;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.tensor.trace.TracingBackend;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class InceptionV3Tests {
    /** Of a float32 network, by the fixtures' README. */
    private static final float TOLERANCE = 1e-4f;

    private static StateDict weights;
    private static Backend backend;
    private static Scope scope;
    private static InceptionV3 network;
    private static InceptionV3 unscaled;

    @BeforeAll
    static void load() throws IOException {
        weights = InceptionFixtures.weights();
        LibtorchProvider libtorch = new LibtorchProvider();
        Assumptions.assumeFalse(libtorch.devices().isEmpty(), "libtorch is not there; the reference takes minutes");
        backend = libtorch.open(Device.CPU, 2);
        scope = backend.scope();
        network = new InceptionV3();
        network.load(backend, weights, DType.FLOAT32);
        unscaled = new InceptionV3();
        unscaled.load(backend, InceptionFixtures.withoutScales(weights), DType.FLOAT32);
    }

    @AfterAll
    static void free() {
        if (scope != null) {
            scope.close();
            backend.close();
        }
    }

    /** (N, 3, 299, 299). */
    private static Tensor prepared(Backend on, ImageBatch images, Preprocessing preprocessing, DType type) {
        Preprocessing.ForSize prepare = preprocessing.forSize(images.height(), images.width());
        float[] values = new float[images.count() * 3 * 299 * 299];
        for (int i = 0; i < images.count(); i++) {
            prepare.image(images.pixels(), i * images.length(), values, i * 3 * 299 * 299);
        }
        return on.tensor(values, Shape.of(images.count(), 299, 299, 3), type).permute(0, 3, 1, 2);
    }

    @Test
    void theFormulaGivesTheFixturesWeights() throws IOException {
        JsonNode expected = InceptionFixtures.expected().get("weights");
        CRC32 crc = new CRC32();
        long elements = 0;
        for (JsonNode name : expected.get("order")) {
            float[] values = weights.entries().get(name.asText()).values();
            ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            crc.update(bytes.array());
            elements += values.length;
        }

        assertThat("%08x".formatted(crc.getValue()))
                .isEqualTo(expected.get("crc32_of_all_tensors_in_listed_order").asText());
        assertThat(elements).isEqualTo(expected.get("element_count").asLong());
    }

    @Test
    void theParametersAreThoseOfThePublishedFiles() throws IOException {
        JsonNode shapes = MetricFixtures.json("inception/parameter_names.json").get("shapes");
        Map<String, Shape> expected = new LinkedHashMap<>();
        shapes.fields().forEachRemaining(named -> {
            int[] dims = new int[named.getValue().size()];
            Arrays.setAll(dims, i -> named.getValue().get(i).asInt());
            expected.put(named.getKey(), Shape.of(dims));
        });
        Map<String, Shape> declared = new LinkedHashMap<>();
        new InceptionV3().parameters().forEach((name, parameter) -> declared.put(name, parameter.shape()));

        assertThat(declared).containsExactlyInAnyOrderEntriesOf(expected).hasSize(472);
        assertThat(new InceptionV3().parameterCount()).isEqualTo(23_885_392);
    }

    @TestFactory
    List<DynamicTest> everyOutputAgrees() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        Map<String, Map<String, StateDict.Entry>> runs = new HashMap<>();
        InceptionFixtures.outputs()
                .forEach((name, values) -> tests.add(DynamicTest.dynamicTest(name, () -> {
                    int end = name.lastIndexOf('.');
                    String run = name.substring(0, end);
                    if (!runs.containsKey(run)) {
                        runs.put(run, run(run));
                    }
                    StateDict.Entry made = runs.get(run).get(name.substring(end + 1));

                    assertThat(made).as(name).isNotNull();
                    assertThat(made.shape().toArray()).isEqualTo(values.shape());
                    assertThat(made.values()).containsExactly(values.floats(), within(TOLERANCE));
                })));
        assertThat(tests).isNotEmpty();
        return tests;
    }

    /** All outputs for {@code batch} or {@code batch.variant}. */
    private static Map<String, StateDict.Entry> run(String name) throws IOException {
        String[] words = name.split("\\.");
        String variant = words.length == 2 ? words[1] : "";
        InceptionV3 net = variant.equals("gamma_one") ? unscaled : network;
        Preprocessing preprocessing = switch (variant) {
            case "halfpixel_0to1" -> Preprocessing.HALF_PIXEL;
            case "pil_bicubic_float" -> Preprocessing.CLEAN;
            case "gamma_one", "" -> Preprocessing.TF1_BILINEAR;
            default -> throw new IllegalArgumentException(name);
        };
        try (Scope one = backend.scope();
                Backend.Guard guard = backend.noGrad()) {
            InceptionV3.Maps maps =
                    net.forward(prepared(backend, InceptionFixtures.images(words[0]), preprocessing, DType.FLOAT32));
            Map<String, StateDict.Entry> outputs = new HashMap<>();
            outputs.put("pool3", copied(maps.pool3()));
            outputs.put("spatial_hwc", copied(maps.spatial()));
            outputs.put("logits_unbiased", copied(net.logitsUnbiased(maps.pool3())));
            outputs.put("logits", copied(net.logits(maps.pool3())));
            outputs.put(
                    "probs_unbiased", copied(net.logitsUnbiased(maps.pool3()).softmax(-1)));
            outputs.put("gap64", copied(InceptionV3.Maps.mean(maps.pool1())));
            outputs.put("gap192", copied(InceptionV3.Maps.mean(maps.pool2())));
            outputs.put("gap768", copied(InceptionV3.Maps.mean(maps.mixed6e())));
            return outputs;
        }
    }

    private static StateDict.Entry copied(Tensor tensor) {
        return new StateDict.Entry(tensor.shape(), tensor.toFloats());
    }

    @TestFactory
    List<DynamicTest> everyLayerAgrees() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        InceptionFixtures.expected()
                .get("images")
                .fields()
                .forEachRemaining(batch -> tests.add(
                        DynamicTest.dynamicTest(batch.getKey(), () -> checkLayers(batch.getKey(), batch.getValue()))));
        assertThat(tests).isNotEmpty();
        return tests;
    }

    private static void checkLayers(String batch, JsonNode expected) throws IOException {
        Map<String, StateDict.Entry> found = new LinkedHashMap<>();
        try (Scope one = backend.scope();
                Backend.Guard guard = backend.noGrad()) {
            network.observe((path, output) -> found.put(path, first(output)));
            InceptionV3.Maps maps = network.forward(
                    prepared(backend, InceptionFixtures.images(batch), Preprocessing.TF1_BILINEAR, DType.FLOAT32));
            found.put("pool1_64", first(maps.pool1()));
            found.put("pool2_192", first(maps.pool2()));
            found.put("spatial", first(maps.mixed6d().slice(1, 0, 7)));
        } finally {
            network.observe(null);
        }
        expected.get("layers").fields().forEachRemaining(layer -> {
            assertThat(found).containsKey(layer.getKey());
            checkLayer(batch + "." + layer.getKey(), found.get(layer.getKey()), layer.getValue());
        });
    }

    /** The first image's part of a map. */
    private static StateDict.Entry first(Tensor map) {
        return copied(map.slice(0, 0, 1));
    }

    private static void checkLayer(String name, StateDict.Entry map, JsonNode expected) {
        int[] shape = new int[expected.get("shape").size() + 1];
        shape[0] = 1;
        for (int i = 1; i < shape.length; i++) {
            shape[i] = expected.get("shape").get(i - 1).asInt();
        }
        assertThat(map.shape()).as(name).isEqualTo(Shape.of(shape));
        float[] values = map.values();
        double sum = 0;
        double squares = 0;
        for (float value : values) {
            sum += value;
            squares += (double) value * value;
        }
        assertThat(sum / values.length)
                .as(name + " mean")
                .isCloseTo(expected.get("mean").asDouble(), within(1e-5));
        double norm = expected.get("l2").asDouble();
        assertThat(Math.sqrt(squares)).as(name + " l2").isCloseTo(norm, within(1e-5 * norm));
        for (int i = 0; i < expected.get("first").size(); i++) {
            assertThat((double) values[i])
                    .as(name + " at " + i)
                    .isCloseTo(expected.get("first").get(i).asDouble(), within((double) TOLERANCE));
        }
    }

    @Test
    void aTraceCountsWhatTheLayerTableSays() {
        long table = 0;
        for (Map.Entry<String, StateDict.Entry> entry : weights.entries().entrySet()) {
            if (entry.getKey().endsWith(".conv.weight")) {
                long side = outputSide(entry.getKey());
                table += entry.getValue().shape().elements() * side * side;
            }
        }
        TracingBackend trace = new TracingBackend();
        InceptionV3 traced = new InceptionV3();
        traced.load(trace, weights, DType.FLOAT32);
        traced.forward(trace.full(0, Shape.of(1, 3, 299, 299), DType.FLOAT32));

        assertThat(trace.trace().cost(Convention.MACS)).isEqualTo(table).isBetween(5_650_000_000L, 5_750_000_000L);
    }

    /** Rows of a convolution's output, by the layer table. */
    private static int outputSide(String name) {
        if (name.startsWith("Conv2d")) {
            return Map.of("Conv2d_1a_3x3", 149, "Conv2d_2a_3x3", 147, "Conv2d_2b_3x3", 147, "Conv2d_3b_1x1", 73)
                    .getOrDefault(name.substring(0, name.indexOf('.')), 71);
        }
        boolean halves = name.matches("Mixed_6a.branch3x3.conv.weight|Mixed_6a.branch3x3dbl_3.*"
                + "|Mixed_7a.branch3x3_2.*|Mixed_7a.branch7x7x3_4.*");
        if (name.startsWith("Mixed_5") || name.startsWith("Mixed_6a")) {
            return halves ? 17 : 35;
        }
        return name.startsWith("Mixed_6") || name.startsWith("Mixed_7a") && !halves ? 17 : 8;
    }

    @Test
    void everythingThatDoesNotFitIsToldAtOnce() {
        Map<String, StateDict.Entry> entries = new LinkedHashMap<>(weights.entries());
        entries.remove("Mixed_5b.branch1x1.conv.weight");
        entries.remove("Mixed_7c.branch_pool.bn.weight");
        entries.put("AuxLogits.fc.weight", new StateDict.Entry(Shape.of(2), new float[2]));
        entries.put("fc.bias", new StateDict.Entry(Shape.of(1000), new float[1000]));
        entries.put("Conv2d_1a_3x3.bn.num_batches_tracked", new StateDict.Entry(Shape.of(), new float[1]));
        float[] variance = new float[32];
        variance[3] = -1;
        entries.put("Conv2d_2a_3x3.bn.running_var", new StateDict.Entry(Shape.of(32), variance));

        assertThatThrownBy(() -> new InceptionV3().load(backend, new StateDict(entries), DType.FLOAT32))
                .isInstanceOf(StudyException.class)
                .hasMessageContainingAll(
                        "2 missing",
                        "Mixed_5b.branch1x1.conv.weight (64, 192, 1, 1)",
                        "Mixed_7c.branch_pool.bn.weight",
                        "1 unexpected",
                        "AuxLogits.fc.weight",
                        "fc.bias is (1000), the model has (1008)",
                        "Conv2d_2a_3x3.bn.running_var holds -1.0 at 3")
                .hasMessageNotContaining("num_batches_tracked");
    }

    @Test
    @Tag("long")
    void theReferenceInFloat64AgreesToTheTolerance() throws IOException {
        Backend exact = new ReferenceBackend();
        InceptionV3 net = new InceptionV3();
        net.load(exact, weights, DType.FLOAT64);
        Map<String, NpyArray> outputs = InceptionFixtures.outputs();
        String batch = InceptionFixtures.expected().get("images").fieldNames().next();
        ImageBatch all = InceptionFixtures.images(batch);
        ImageBatch first =
                new ImageBatch(Arrays.copyOf(all.pixels(), all.length()), 1, all.channels(), all.height(), all.width());
        try (Backend.Guard guard = exact.noGrad()) {
            InceptionV3.Maps maps = net.forward(prepared(exact, first, Preprocessing.TF1_BILINEAR, DType.FLOAT64));

            Closeness.assertClose(maps.pool3(), row(outputs.get(batch + ".pool3")), 2e-6, "pool3");
            Closeness.assertClose(maps.spatial(), row(outputs.get(batch + ".spatial_hwc")), 2e-6, "spatial");
            Closeness.assertClose(
                    net.logitsUnbiased(maps.pool3()), row(outputs.get(batch + ".logits_unbiased")), 2e-6, "logits");
        }
    }

    private static NpyArray row(NpyArray rows) {
        int width = rows.shape()[1];
        return NpyArray.of(Arrays.copyOf(rows.floats(), width), 1, width);
    }
}
