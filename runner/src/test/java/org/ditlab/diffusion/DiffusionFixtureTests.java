package org.ditlab.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.ditlab.fixtures.Closeness.assertCloseToLargest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.data.NpyArray;
import org.ditlab.diffusion.sampler.Ddim;
import org.ditlab.diffusion.sampler.Ddpm;
import org.ditlab.diffusion.sampler.ModelFunction;
import org.ditlab.diffusion.sampler.Sampler;
import org.ditlab.fixtures.FixtureCase;
import org.ditlab.fixtures.Fixtures;
import org.ditlab.fixtures.FormulaWeights;
import org.ditlab.fixtures.OfficialConfig;
import org.ditlab.model.Denoiser;
import org.ditlab.model.ModelZoo;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Schedules, losses, single steps and whole chains against values of the official implementation. */
class DiffusionFixtureTests {
    private static @Nullable FixtureCase fixture(String name) {
        return Fixtures.cases("diffusion").stream()
                .filter(found -> found.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    @Test
    void respacingKeepsTheOfficialTimesteps() {
        int checked = 0;
        Iterator<Map.Entry<String, JsonNode>> cases =
                fixture("respacing").json().get("cases").fields();
        while (cases.hasNext()) {
            Map.Entry<String, JsonNode> entry = cases.next();
            String[] parts = entry.getKey().split(":");
            if (!parts[1].matches("\\d+")) {
                continue; // sections and ddimN are written by other tools only
            }
            NoiseSchedule schedule =
                    NoiseSchedule.linear(Integer.parseInt(parts[0])).respaced(Integer.parseInt(parts[1]));
            int[] expected = IntStream.range(0, entry.getValue().size())
                    .map(i -> entry.getValue().get(i).asInt())
                    .toArray();
            int[] actual =
                    IntStream.range(0, schedule.steps()).map(schedule::timestep).toArray();
            assertThat(actual).as(entry.getKey()).isEqualTo(expected);
            checked++;
        }
        assertThat(checked).isPositive();
    }

    @Test
    void tablesAgree() {
        FixtureCase tables = fixture("tables");
        check(tables, "linear_1000", NoiseSchedule.linear(1000));
        check(tables, "linear_200", NoiseSchedule.linear(200));
        check(tables, "linear_1000_respace_250", NoiseSchedule.linear(1000).respaced(250));
        check(tables, "linear_1000_respace_50", NoiseSchedule.linear(1000).respaced(50));
    }

    private static void check(FixtureCase tables, String name, NoiseSchedule schedule) {
        for (int t = 0; t < schedule.steps(); t++) {
            close(tables, name + "/betas", t, schedule.beta(t));
            close(tables, name + "/alphas_cumprod", t, schedule.alphaCumprod(t));
            close(tables, name + "/posterior_variance", t, schedule.posteriorVariance(t));
            close(tables, name + "/posterior_log_variance_clipped", t, schedule.posteriorLogVariance(t));
            close(tables, name + "/posterior_mean_coef1", t, schedule.posteriorMeanOfStart(t));
            close(tables, name + "/posterior_mean_coef2", t, schedule.posteriorMeanOfNoisy(t));
        }
    }

    /** The README's tolerance is 1e-12; respaced tables subtract nearly equal products and lose some digits of it. */
    private static void close(FixtureCase tables, String array, int t, double actual) {
        double expected = tables.array(array).doubles()[t];
        assertThat(actual).as(array + "[" + t + "]").isCloseTo(expected, within(1e-11 * Math.abs(expected)));
    }

    @Test
    void lossesAndStepsAgree() {
        FixtureCase steps = fixture("steps");
        for (boolean learned : new boolean[] {true, false}) {
            steps(steps, learned ? "default" : "fixed_large", learned);
        }
    }

    private static void steps(FixtureCase steps, String variant, boolean learned) {
        try (Backend backend = new LibtorchProvider().open(Device.CPU, 1);
                Scope scope = backend.scope()) {
            GaussianDiffusion diffusion = new GaussianDiffusion(NoiseSchedule.linear(1000), learned);
            int[] t = new int[steps.array("t").size()];
            for (int i = 0; i < t.length; i++) {
                t[i] = (int) steps.array("t").longs()[i];
            }
            Tensor start = steps.tensor(backend, "x_start");
            Tensor noise = steps.tensor(backend, "noise");
            Tensor full = steps.tensor(backend, "model_output");
            Tensor output = backend.leaf(learned ? full : full.slice(1, 0, 4), true);
            Losses losses = diffusion.losses(output, start, t, noise);
            near(losses.total(), steps, variant + "/loss/loss");
            if (learned) {
                near(losses.vb(), steps, variant + "/loss/vb");
            }
            losses.total().mean().backward();
            String gradient = variant + "/grad_model_output";
            if (steps.has(gradient)) {
                near(Objects.requireNonNull(output.grad()), steps, gradient);
            }
            Tensor noisy = diffusion.noisy(start, t, noise);
            near(noisy, steps, "x_t");
            for (int clip = 0; clip < 2; clip++) {
                Prediction prediction = diffusion.predict(output, noisy, t, clip == 1);
                String prefix = variant + "/p_mean_variance/clip" + clip;
                near(prediction.mean(), steps, prefix + "/mean");
                near(prediction.logVariance(), steps, prefix + "/log_variance");
                near(prediction.start(), steps, prefix + "/pred_xstart");
            }
        }
    }

    private static void near(Tensor actual, FixtureCase steps, String array) {
        assertCloseToLargest(actual, steps.array(array), 1e-5, array);
    }

    @Test
    void chainsOfADitAgree() {
        FixtureCase loop = fixture("loop_dit");
        JsonNode json = loop.json();
        try (Backend backend = new LibtorchProvider().open(Device.CPU, 1);
                Scope scope = backend.scope();
                Backend.Guard guard = backend.noGrad()) {
            Denoiser model = ModelZoo.build(OfficialConfig.settings(json));
            model.materialize(backend, new Streams(0));
            FormulaWeights.load(
                    model,
                    tensorsOf(json.get("config")),
                    json.get("seed").asLong(),
                    json.get("final_layer_factor").asDouble());
            NoiseSchedule schedule = NoiseSchedule.linear(1000).respaced(10);
            GaussianDiffusion diffusion = new GaussianDiffusion(schedule, true);
            Tensor labels = loop.indices(backend, "nocfg/y");
            ModelFunction plain = (x, t) -> model.forward(x, t, labels);
            double tolerance = json.get("recommended_rtol_of_step_max").asDouble();
            Tensor z = loop.tensor(backend, "z");
            NpyArray noise = loop.array("step_noise");
            int rows = noise.shape()[1];
            Sampler ddpm = new Ddpm();
            // Step i of the chain, from the noisiest, uses row i; our steps count down.
            Tensor ancestral = ddpm.sample(
                    plain,
                    diffusion,
                    z,
                    t -> loop.tensor(backend, "step_noise")
                            .slice(0, 9 - t, 10 - t)
                            .reshape(rows, 4, 8, 8)
                            .slice(0, 0, 2),
                    false);
            NpyArray trajectory = loop.array("nocfg/trajectory");
            float[] last = new float[trajectory.size() / 10];
            System.arraycopy(trajectory.floats(), 9 * last.length, last, 0, last.length);
            assertCloseToLargest(ancestral, NpyArray.of(last, 2, 4, 8, 8), tolerance, "trajectory");
            Tensor ddim = new Ddim(0).sample(plain, diffusion, z, t -> z, false);
            assertCloseToLargest(ddim, loop.array("nocfg/ddim_eta0"), tolerance, "ddim");
            assertThat(ddim.shape()).isEqualTo(Shape.of(2, 4, 8, 8));
        }
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
