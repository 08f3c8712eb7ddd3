package org.ditlab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.ditlab.fixtures.Closeness.assertClose;
import static org.ditlab.fixtures.Closeness.assertCloseToLargest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.data.NpyArray;
import org.ditlab.diffusion.GaussianDiffusion;
import org.ditlab.diffusion.Losses;
import org.ditlab.diffusion.NoiseSchedule;
import org.ditlab.fixtures.FixtureCase;
import org.ditlab.fixtures.Fixtures;
import org.ditlab.fixtures.FormulaWeights;
import org.ditlab.fixtures.OfficialConfig;
import org.ditlab.knob.Settings;
import org.ditlab.model.Denoiser;
import org.ditlab.model.ModelZoo;
import org.ditlab.nn.StateDict;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.reference.ReferenceBackendProvider;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Five AdamW steps with an average on fixed inputs, against the official implementations; rules of the fixtures' README. */
class TrainingFixtureTests {
    private static final double LOSS = 1e-3;

    /**
     * Of the largest magnitude. Logits of cosines times up to 100 make rounding larger: plain PyTorch in float64 is up to
     * 1.15e-3 from the values of that case, which are float32.
     */
    private static final double GRADIENTS = 1e-4;

    private static final double COSINE_GRADIENTS = 2e-3;

    /** AdamW turns a gradient of rounding size into a whole step: most elements within 0.1 of one, none off by more than 2. */
    private static final double SHARE = 0.98;

    /**
     * Of one parameter where attention is over cosines, for the same reason: plain PyTorch in float64 has 0.969 to 0.979 near in
     * three of them; our sums over tokens, in another order than the official code's, leave 0.945 in a modulation's weight, whose
     * gradients nearly cancel; rounded down to whole elements, two of a depthwise branch's 32. All together keep {@link #SHARE}.
     */
    private static final double COSINE_SHARE = 0.94;

    /** Parameters up to which the reference backend, which is slow, is tried as well. */
    private static final long SMALL = 100_000;

    static Stream<Named<FixtureCase>> cases() {
        return Fixtures.cases("training").stream().map(fixture -> Named.of(fixture.name(), fixture));
    }

    static Stream<Named<FixtureCase>> smallCases() {
        return cases().filter(fixture ->
                ModelZoo.build(OfficialConfig.settings(fixture.getPayload().json()))
                                .parameterCount()
                        < SMALL);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesOnLibtorch(FixtureCase fixture) {
        try (Backend backend = new LibtorchProvider().open(Device.CPU, 1)) {
            check(fixture, backend, false);
        }
    }

    @ParameterizedTest
    @MethodSource("smallCases")
    void agreesWhereBlocksAreComputedAgain(FixtureCase fixture) {
        try (Backend backend = new LibtorchProvider().open(Device.CPU, 1)) {
            check(fixture, backend, true);
        }
    }

    @ParameterizedTest
    @MethodSource("smallCases")
    void agreesOnReference(FixtureCase fixture) {
        try (Backend backend = new ReferenceBackendProvider().open(Device.CPU, 1)) {
            check(fixture, backend, false);
        }
    }

    private static Settings settings(JsonNode json, boolean recomputing) {
        JsonNode optimizer = json.get("optimizer");
        assertThat(optimizer.get("name").asText()).isEqualTo("AdamW");
        return OfficialConfig.settings(json)
                .with(
                        TrainKnobs.LEARNING_RATE.to(optimizer.get("lr").asDouble()),
                        TrainKnobs.BETA1.to(optimizer.get("betas").get(0).asDouble()),
                        TrainKnobs.BETA2.to(optimizer.get("betas").get(1).asDouble()),
                        TrainKnobs.EPSILON.to(optimizer.get("eps").asDouble()),
                        TrainKnobs.WEIGHT_DECAY.to(optimizer.get("weight_decay").asDouble()),
                        TrainKnobs.EMA_DECAY.to(json.get("ema_decay").asDouble()),
                        TrainKnobs.GRADIENT_CHECKPOINTING.to(recomputing));
    }

    private static void check(FixtureCase fixture, Backend backend, boolean recomputing) {
        JsonNode json = fixture.json();
        int steps = fixture.array("hist/loss").shape()[0];
        Settings settings = settings(json, recomputing).with(TrainKnobs.STEPS.to(steps));
        try (Scope root = backend.scope();
                Modes modes = new Modes(backend, settings)) {
            Denoiser model = ModelZoo.build(settings);
            model.materialize(backend, new Streams(0));
            FormulaWeights.load(model, tensors(json), json.get("seed").asLong(), 1);
            GaussianDiffusion diffusion = new GaussianDiffusion(NoiseSchedule.linear(1000), model.learnsSigma());
            TrainState state = new TrainState(backend, model, settings);
            for (int step = 0; step < steps; step++) {
                try (Scope scope = backend.scope()) {
                    Losses losses = losses(fixture, backend, model, diffusion, step);
                    assertClose(losses.total(), row(fixture, "hist/loss", step), LOSS, "loss of step " + step);
                    assertClose(losses.mse(), row(fixture, "hist/mse", step), LOSS, "mse of step " + step);
                    assertClose(losses.vb(), row(fixture, "hist/vb", step), LOSS, "vb of step " + step);
                    losses.total().mean().backward();
                    if (step == 0) {
                        gradients(fixture, model);
                    }
                    state.update(LearningRate.of(settings).at(step + 1), 0);
                }
            }
            Tolerance tolerance = new Tolerance(settings.get(TrainKnobs.LEARNING_RATE), steps, dot(json));
            finals(fixture, "final/param/", state.weights(SampledWeights.RAW), tolerance);
            finals(fixture, "final/ema/", state.weights(SampledWeights.AVERAGE), tolerance);
            sums(json, state.weights(SampledWeights.RAW), tolerance);
        }
    }

    private static boolean dot(JsonNode json) {
        return !json.get("config").path("attn_type").asText().equals("v2");
    }

    /** The scales of the weight formula stand with the model case of the same configuration. */
    private static JsonNode tensors(JsonNode json) {
        return Fixtures.cases("models").stream()
                .map(FixtureCase::json)
                .filter(model -> model.get("family").equals(json.get("family"))
                        && model.get("config").equals(json.get("config")))
                .findFirst()
                .orElseThrow()
                .get("tensors");
    }

    private static Losses losses(
            FixtureCase fixture, Backend backend, Denoiser model, GaussianDiffusion diffusion, int step) {
        int[] t = Arrays.stream(fixture.array("in/t/" + step).longs())
                .mapToInt(Math::toIntExact)
                .toArray();
        var clean = fixture.tensor(backend, "in/x0/" + step);
        var noise = fixture.tensor(backend, "in/noise/" + step);
        var output = model.forward(
                diffusion.noisy(clean, t, noise), diffusion.told(backend, t), fixture.indices(backend, "in/y/" + step));
        return diffusion.losses(output, clean, t, noise);
    }

    private static NpyArray row(FixtureCase fixture, String name, int row) {
        NpyArray all = fixture.array(name);
        int n = all.shape()[1];
        return NpyArray.of(Arrays.copyOfRange(all.floats(), row * n, (row + 1) * n), n);
    }

    private static void gradients(FixtureCase fixture, Denoiser model) {
        double tolerance = dot(fixture.json()) ? GRADIENTS : COSINE_GRADIENTS;
        fixture.arrays().forEach((name, expected) -> {
            if (name.startsWith("step0/grad/")) {
                var parameter = model.parameters().get(name.substring("step0/grad/".length()));
                assertCloseToLargest(Objects.requireNonNull(parameter.value().grad(), name), expected, tolerance, name);
            }
        });
    }

    private static void finals(FixtureCase fixture, String prefix, StateDict ours, Tolerance tolerance) {
        int compared = 0;
        int near = 0;
        for (String name : fixture.arrays().keySet()) {
            if (name.startsWith(prefix)) {
                String parameter = name.substring(prefix.length());
                float[] values = ours.entries().get(parameter).values();
                near += tolerance.near(parameter, values, fixture.array(name).floats());
                compared += tolerance.compared(parameter, values.length);
            }
        }
        assertThat(compared).isPositive();
        assertThat(near / (double) compared).as(prefix).isGreaterThanOrEqualTo(SHARE);
    }

    /** The sum and the sum of squares of every parameter. */
    private static void sums(JsonNode json, StateDict ours, Tolerance tolerance) {
        JsonNode sums = json.get("final_param_sum_and_sumsq");
        assertThat(sums.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrderElementsOf(ours.entries().keySet());
        ours.entries().forEach((name, entry) -> tolerance.checkSums(name, entry.values(), sums.get(name)));
    }

    /** @param dot whether attention is over dot products, whose keys' bias has a gradient of zero in theory */
    private record Tolerance(double learningRate, int steps, boolean dot) {
        private boolean ignored(String parameter, int index, int length) {
            return dot && parameter.endsWith("qkv.bias") && index >= length / 3 && index < 2 * length / 3;
        }

        int compared(String parameter, int length) {
            return length - (ignored(parameter, length / 2, length) ? length / 3 : 0);
        }

        /** How many of the compared elements are near; none may be far, and not many beside near. */
        int near(String parameter, float[] ours, float[] theirs) {
            assertThat(ours.length).as(parameter).isEqualTo(theirs.length);
            int near = 0;
            for (int i = 0; i < ours.length; i++) {
                if (!ignored(parameter, i, ours.length)) {
                    double off = Math.abs((double) ours[i] - theirs[i]);
                    assertThat(off).as(parameter).isLessThanOrEqualTo(2 * learningRate * steps);
                    near += off <= 0.1 * learningRate ? 1 : 0;
                }
            }
            double least = compared(parameter, ours.length) * (dot ? SHARE : COSINE_SHARE);
            assertThat(near)
                    .as("near elements of " + parameter + ", of " + ours.length)
                    .isGreaterThanOrEqualTo((int) (dot ? Math.ceil(least) : Math.floor(least)));
            return near;
        }

        /** Elements are off in either direction, so that a sum of n is off by about the root of n times one of them. */
        void checkSums(String parameter, float[] ours, JsonNode theirs) {
            if (ignored(parameter, ours.length / 2, ours.length)) {
                return;
            }
            double sum = 0;
            double squares = 0;
            double largest = 0;
            for (float value : ours) {
                sum += value;
                squares += (double) value * value;
                largest = Math.max(largest, Math.abs(value));
            }
            double slack = learningRate * Math.sqrt(ours.length);
            assertThat(sum).as("sum of " + parameter).isCloseTo(theirs.get(0).asDouble(), within(slack));
            assertThat(squares)
                    .as("sum of squares of " + parameter)
                    .isCloseTo(theirs.get(1).asDouble(), within(2 * largest * slack));
        }
    }
}
