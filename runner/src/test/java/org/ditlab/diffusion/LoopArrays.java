package org.ditlab.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.ditlab.data.NpyArray;
import org.ditlab.diffusion.sampler.Ddim;
import org.ditlab.diffusion.sampler.Ddpm;
import org.ditlab.diffusion.sampler.ModelFunction;
import org.ditlab.fixtures.FixtureCase;
import org.ditlab.fixtures.Fixtures;
import org.ditlab.fixtures.FormulaWeights;
import org.ditlab.fixtures.OfficialConfig;
import org.ditlab.model.Denoiser;
import org.ditlab.model.ModelZoo;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;

/**
 * The chains of a {@code loop_} case, step by step. With guidance the official chain carries a second half of the batch,
 * whose own noise goes into an image that is thrown away; it is walked here as there.
 */
final class LoopArrays {
    private static final Set<String> INPUTS = Set.of("z", "step_noise", "timestep_map");

    /** Takes an array of ours beside the expected one. */
    @FunctionalInterface
    interface Pair {
        void compare(String name, Tensor actual, NpyArray expected);
    }

    private final Backend backend;
    private final FixtureCase fixture;
    private final Denoiser model;
    private final GaussianDiffusion diffusion;
    private final int steps;

    LoopArrays(Backend backend, FixtureCase fixture) {
        this.backend = backend;
        this.fixture = fixture;
        JsonNode json = fixture.json();
        Denoiser built = ModelZoo.build(OfficialConfig.settings(json));
        built.materialize(backend, new Streams(0));
        FormulaWeights.load(
                built,
                tensorsOf(json.get("config")),
                json.get("seed").asLong(),
                json.get("final_layer_factor").asDouble());
        model = built.folded();
        steps = fixture.array("timestep_map").size();
        diffusion = new GaussianDiffusion(NoiseSchedule.linear(1000), true).respaced(steps);
    }

    void each(Pair pair) {
        assertThat(IntStream.range(0, steps).map(diffusion.schedule()::timestep).toArray())
                .isEqualTo(Arrays.stream(fixture.array("timestep_map").longs())
                        .mapToInt(t -> (int) t)
                        .toArray());
        List<String> compared = new ArrayList<>(INPUTS);
        for (String array : fixture.arrays().keySet()) {
            if (array.endsWith("/y")) {
                String chain = array.substring(0, array.length() - 2);
                chain(chain, pair);
                compared.addAll(List.of(array, chain + "/trajectory", chain + "/ddim_eta0"));
            }
        }
        assertThat(fixture.arrays().keySet()).containsExactlyInAnyOrderElementsOf(compared);
    }

    private void chain(String name, Pair pair) {
        Tensor labels = fixture.indices(backend, name + "/y");
        Tensor z = fixture.tensor(backend, "z");
        boolean guided = name.startsWith("cfg");
        ModelFunction function = guided
                ? official(labels, Double.parseDouble(name.substring(3)))
                : (x, t) -> model.forward(x, t, labels);
        Tensor start = guided ? Tensor.concat(0, List.of(z, z)) : z;
        int n = start.dim(0);
        List<float[]> seen = new ArrayList<>();
        // Step i of the official chain, from the noisiest, uses row i; ours count down. What the model sees at a step
        // is what
        // the step before left.
        Tensor end = new Ddpm()
                .sample(
                        (x, t) -> {
                            seen.add(x.toFloats());
                            return function.apply(x, t);
                        },
                        diffusion,
                        start,
                        t -> row("step_noise", steps - 1 - t, n),
                        false);
        seen.add(end.toFloats());
        NpyArray trajectory = fixture.array(name + "/trajectory");
        int size = trajectory.size() / steps;
        for (int i = 0; i < steps; i++) {
            float[] expected = Arrays.copyOfRange(trajectory.floats(), i * size, (i + 1) * size);
            int[] shape = Arrays.copyOfRange(trajectory.shape(), 1, 5);
            Tensor actual = backend.tensor(seen.get(i + 1), end.shape(), end.dtype());
            pair.compare(name + "/trajectory[" + i + "]", actual, NpyArray.of(expected, shape));
        }
        Tensor ddim = new Ddim(0).sample(function, diffusion, start, t -> start, false);
        pair.compare(name + "/ddim_eta0", ddim, fixture.array(name + "/ddim_eta0"));
    }

    /** The official guided forward: the first half's images twice, guidance on three channels, the rest passed through. */
    private ModelFunction official(Tensor labels, double scale) {
        return (x, t) -> {
            int half = x.dim(0) / 2;
            Tensor first = x.slice(0, 0, half);
            Tensor output = model.forward(Tensor.concat(0, List.of(first, first)), t, labels);
            Tensor conditional = output.slice(0, 0, half).slice(1, 0, 3);
            Tensor none = output.slice(0, half, 2 * half).slice(1, 0, 3);
            Tensor guided = none.add(conditional.sub(none).mul(scale));
            return Tensor.concat(
                    1, List.of(Tensor.concat(0, List.of(guided, guided)), output.slice(1, 3, output.dim(1))));
        };
    }

    private Tensor row(String array, int i, int n) {
        Tensor whole = fixture.tensor(backend, array); // (steps, rows, C, H, W)
        return whole.slice(0, i, i + 1)
                .reshape(whole.dim(1), whole.dim(2), whole.dim(3), whole.dim(4))
                .slice(0, 0, n);
    }

    /** The scales of the weight formula stand with the model case of the same configuration. */
    private static JsonNode tensorsOf(JsonNode config) {
        return Fixtures.cases("models").stream()
                .filter(model -> model.json().get("config").equals(config))
                .findFirst()
                .orElseThrow()
                .json()
                .get("tensors");
    }
}
