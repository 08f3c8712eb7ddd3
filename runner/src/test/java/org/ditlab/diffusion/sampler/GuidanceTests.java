package org.ditlab.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ditlab.fixtures.Closeness.assertClose;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.data.NpyArray;
import org.ditlab.fixtures.FixtureCase;
import org.ditlab.fixtures.Fixtures;
import org.ditlab.fixtures.FormulaWeights;
import org.ditlab.fixtures.OfficialConfig;
import org.ditlab.model.Denoiser;
import org.ditlab.model.ModelZoo;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Guidance against the official models' own guided forward, in both forms. */
class GuidanceTests {
    static List<FixtureCase> guided() {
        return Fixtures.cases("models").stream()
                .filter(fixture -> fixture.json().path("arrays").has("cfg/x"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("guided")
    void guidedOutputsAgree(FixtureCase fixture) {
        JsonNode json = fixture.json();
        try (Backend backend = new LibtorchProvider().open(Device.CPU, 1);
                Scope scope = backend.scope();
                Backend.Guard guard = backend.noGrad()) {
            Denoiser model = ModelZoo.build(OfficialConfig.settings(json));
            model.materialize(backend, new Streams(0));
            FormulaWeights.load(model, json.get("tensors"), json.get("seed").asLong(), 1);
            Tensor x = fixture.tensor(backend, "cfg/x");
            int n = x.dim(0) / 2;
            Tensor t = fixture.indices(backend, "cfg/t").cast(DType.FLOAT32).slice(0, 0, n);
            Tensor labels = fixture.indices(backend, "cfg/y");
            double scale = json.get("cfg_scale").asDouble();
            double tolerance = 2 * scale * json.at("/tolerances/out_eval/atol").asDouble();
            for (GuidanceChannels channels : GuidanceChannels.values()) {
                String name = channels == GuidanceChannels.ALL ? "cfg/out_all_channels" : "cfg/out_first3";
                Tensor actual = Guidance.of(
                                model.folded(), labels.slice(0, 0, n), labels.slice(0, n, 2 * n), scale, channels)
                        .apply(x.slice(0, 0, n), t);
                assertClose(actual, conditionalHalf(fixture.array(name)), tolerance, name);
            }
        }
    }

    /** The rest of the batch is the null class's, and is thrown away. */
    private static NpyArray conditionalHalf(NpyArray doubled) {
        int[] shape = doubled.shape().clone();
        shape[0] /= 2;
        assertThat(shape[0]).isPositive();
        return NpyArray.of(Arrays.copyOf(doubled.floats(), doubled.size() / 2), shape);
    }
}
