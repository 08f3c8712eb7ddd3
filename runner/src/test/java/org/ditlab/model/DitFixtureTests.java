package org.ditlab.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ditlab.fixtures.Closeness.assertClose;
import static org.ditlab.fixtures.Closeness.assertCloseToLargest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.data.NpyArray;
import org.ditlab.fixtures.DitConfig;
import org.ditlab.fixtures.FixtureCase;
import org.ditlab.fixtures.Fixtures;
import org.ditlab.fixtures.FormulaWeights;
import org.ditlab.nn.Parameter;
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

/** Our DiT against outputs and gradients of the official implementation. */
class DitFixtureTests {
    private static final long SMALL = 500_000;

    static Stream<Named<FixtureCase>> cases() {
        return Fixtures.cases("models").stream()
                .filter(fixture -> fixture.json().get("family").asText().equals("dit"))
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
            Denoiser model = ModelZoo.build(DitConfig.settings(fixture.json().get("config")));
            model.materialize(backend, new Streams(0));
            FormulaWeights.load(
                    model,
                    fixture.json().get("tensors"),
                    fixture.json().get("seed").asLong(),
                    1);
            outputs(fixture, backend, model);
            gradients(fixture, backend, model);
            assertThat(model.parameterCount())
                    .isEqualTo(parameterCount(fixture.json().get("tensors")));
        }
    }

    private static void outputs(FixtureCase fixture, Backend backend, Denoiser model) {
        Tensor out = forward(fixture, backend, model, "");
        for (String name : new String[] {"out_train", "out_eval"}) {
            if (fixture.has(name)) {
                assertClose(out, fixture.array(name), tolerance(fixture, name), name);
            }
        }
        if (fixture.has("cfg/raw")) {
            assertClose(
                    forward(fixture, backend, model, "cfg/"),
                    fixture.array("cfg/raw"),
                    tolerance(fixture, "out_eval"),
                    "cfg/raw");
        }
    }

    private static double tolerance(FixtureCase fixture, String name) {
        JsonNode tolerances = fixture.json().get("tolerances");
        JsonNode own = tolerances.has(name) ? tolerances.get(name) : tolerances.get("out_eval");
        return own.get("atol").asDouble();
    }

    private static Tensor forward(FixtureCase fixture, Backend backend, Denoiser model, String prefix) {
        NpyArray t = fixture.array(prefix + "t");
        float[] times = new float[t.size()];
        long[] whole = t.longs();
        for (int i = 0; i < times.length; i++) {
            times[i] = whole[i];
        }
        Tensor told = backend.tensor(times, Shape.of(times.length), DType.FLOAT32);
        return model.forward(fixture.tensor(backend, prefix + "x"), told, fixture.indices(backend, prefix + "y"));
    }

    private static void gradients(FixtureCase fixture, Backend backend, Denoiser model) {
        forward(fixture, backend, model, "").square().mean().backward();
        Map<String, Parameter> parameters = model.parameters();
        fixture.arrays().forEach((name, expected) -> {
            if (name.startsWith("grad/")) {
                Tensor gradient = Objects.requireNonNull(
                        parameters.get(name.substring(5)).value().grad(), name);
                assertCloseToLargest(gradient, expected, 1e-4, name);
            }
        });
    }
}
