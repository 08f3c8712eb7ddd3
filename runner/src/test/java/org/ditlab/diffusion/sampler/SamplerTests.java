package org.ditlab.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.diffusion.GaussianDiffusion;
import org.ditlab.diffusion.NoiseSchedule;
import org.ditlab.diffusion.PredictionTarget;
import org.ditlab.diffusion.VarianceForm;
import org.ditlab.knob.Settings;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every sampler keeps, and how exact each is where the answer is known in closed form. */
class SamplerTests {
    private static final NoiseSchedule LINEAR = NoiseSchedule.linear(1000);
    private static final Shape SHAPE = Shape.of(3, 2, 4, 4);

    private final Backend backend = new LibtorchProvider().open(Device.CPU, 1);
    private final Scope scope = backend.scope();

    @AfterEach
    void close() {
        scope.close();
        backend.close();
    }

    static List<String> names() {
        return Samplers.names();
    }

    static Stream<Arguments> namesAndTargets() {
        return names().stream()
                .flatMap(name -> Arrays.stream(PredictionTarget.values()).map(target -> Arguments.of(name, target)));
    }

    private static Sampler named(String name) {
        return Samplers.of(Settings.of(SampleKnobs.SAMPLER.to(name)));
    }

    private static GaussianDiffusion diffusion(NoiseSchedule schedule, PredictionTarget target, int steps) {
        return new GaussianDiffusion(schedule, false).predicting(target).respaced(steps);
    }

    private Tensor normal(String name, Shape shape) {
        float[] values = new float[(int) shape.elements()];
        new Streams(1).stream(name).normal(0, 0, values, 0, values.length);
        return backend.tensor(values, shape, DType.FLOAT32);
    }

    @ParameterizedTest
    @MethodSource("namesAndTargets")
    void dataThatAreOnePointAreReached(String name, PredictionTarget target) {
        for (NoiseSchedule schedule : List.of(LINEAR, NoiseSchedule.cosine(1000))) {
            ModelFunction model = new ExactModel(schedule, target, 0.3, 0);
            Tensor start = normal("start", SHAPE);
            Tensor end = named(name).sample(model, diffusion(schedule, target, 50), start, t -> start, false);

            assertThat(end.shape()).isEqualTo(SHAPE);
            // Euler's methods over the angle miss by the square of their last step.
            double allowed = name.equals("euler") || name.equals("heun") ? 3e-2 : 1e-4;
            for (double value : end.toDoubles()) {
                assertThat(value).isCloseTo(0.3, offset(allowed));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void callsAndNoiseAreAsSaid(String name) {
        Sampler sampler = named(name);
        int steps = 7;
        List<Integer> calls = new ArrayList<>();
        List<Integer> asked = new ArrayList<>();
        Tensor start = normal("start", SHAPE);
        Tensor fresh = normal("fresh", SHAPE);
        GaussianDiffusion diffusion = diffusion(LINEAR, PredictionTarget.EPSILON, steps);

        Tensor end = sampler.sample(
                (x, t) -> {
                    calls.add((int) t.toFloats()[0]);
                    return x.tanh();
                },
                diffusion,
                start,
                t -> {
                    asked.add(t);
                    return fresh;
                },
                true);

        assertThat(end.toFloats()).doesNotContain(Float.NaN).hasSize((int) SHAPE.elements());
        assertThat(calls).hasSize(sampler.evaluations(steps));
        assertThat(calls.stream().distinct())
                .containsExactlyElementsOf(IntStream.range(0, steps)
                        .mapToObj(i -> diffusion.schedule().timestep(steps - 1 - i))
                        .toList());
        assertThat(asked).isEqualTo(sampler.deterministic() ? List.of() : List.of(6, 5, 4, 3, 2, 1));
    }

    @ParameterizedTest
    @MethodSource("names")
    void anImageDoesNotDependOnItsNeighbours(String name) {
        Tensor start = normal("start", SHAPE);
        Tensor fresh = normal("fresh", SHAPE);
        GaussianDiffusion diffusion = diffusion(LINEAR, PredictionTarget.EPSILON, 5);

        Tensor all = named(name).sample((x, t) -> x.tanh(), diffusion, start, t -> fresh, false);
        Tensor one = named(name)
                .sample((x, t) -> x.tanh(), diffusion, start.slice(0, 1, 2), t -> fresh.slice(0, 1, 2), false);

        assertThat(one.toFloats()).isEqualTo(all.slice(0, 1, 2).toFloats());
    }

    /** One step of the noisiest timestep alone ends with what the model said, whatever the method. */
    @ParameterizedTest
    @MethodSource("names")
    void oneStepIsPossible(String name) {
        Tensor start = normal("start", SHAPE);
        Tensor end = named(name)
                .sample(
                        new ExactModel(LINEAR, PredictionTarget.EPSILON, 0.3, 0.5),
                        diffusion(LINEAR, PredictionTarget.EPSILON, 1),
                        start,
                        t -> start,
                        false);
        assertThat(end.toFloats()).doesNotContain(Float.NaN);
    }

    /**
     * For normal data the probability-flow ODE keeps {@code (x - sqrt(a) mean) / sqrt(V)}. Twice the steps divide the error by
     * 2 to the method's order. It is read where the model is called last, as the last step has an error of its own.
     */
    @ParameterizedTest
    @CsvSource({"ddim,1", "euler,1", "heun,2", "dpm++,2"})
    void theErrorFallsWithTheOrderOfTheMethod(String name, double order) {
        for (NoiseSchedule schedule : List.of(LINEAR, NoiseSchedule.cosine(1000))) {
            double coarse = error(name, schedule, 80);
            double middle = error(name, schedule, 160);
            double fine = error(name, schedule, 320);

            assertThat(Math.log(coarse / middle) / Math.log(2)).isCloseTo(order, offset(0.15));
            assertThat(Math.log(middle / fine) / Math.log(2)).isCloseTo(order, offset(0.15));
            assertThat(fine).isLessThan(order == 1 ? 1e-2 : 1e-3);
        }
    }

    /** Root mean square at timestep 0. */
    private double error(String name, NoiseSchedule schedule, int steps) {
        ExactModel model = new ExactModel(schedule, PredictionTarget.EPSILON, 0.3, 0.5);
        Tensor start = normal("start", SHAPE);
        List<double[]> last = new ArrayList<>();
        try (Scope each = backend.scope()) {
            Tensor unused = named(name)
                    .sample(
                            (x, t) -> {
                                if (t.toFloats()[0] == 0) {
                                    last.add(x.toDoubles());
                                }
                                return model.apply(x, t);
                            },
                            diffusion(schedule, PredictionTarget.EPSILON, steps),
                            start,
                            t -> start,
                            false);
        }
        double[] actual = last.get(last.size() - 1);
        double[] from = start.toDoubles();
        double ratio = Math.sqrt(model.variance(0) / model.variance(999));
        double sum = 0;
        for (int i = 0; i < actual.length; i++) {
            double expected = schedule.signal(0) * 0.3 + ratio * (from[i] - schedule.signal(999) * 0.3);
            sum += (actual[i] - expected) * (actual[i] - expected);
        }
        return Math.sqrt(sum / actual.length);
    }

    @Test
    void ddimWithFullNoiseIsAncestralSampling() {
        // With eta 1 its variance is the posterior's: the smaller fixed one.
        GaussianDiffusion diffusion =
                diffusion(LINEAR, PredictionTarget.EPSILON, 20).varying(VarianceForm.FIXED_SMALL);
        Tensor start = normal("start", SHAPE);
        Tensor fresh = normal("fresh", SHAPE);
        ModelFunction model = (x, t) -> x.tanh();
        Sampler ddim = Samplers.of(Settings.of(SampleKnobs.SAMPLER.to("ddim"), SampleKnobs.ETA.to(1.0)));

        double[] one = ddim.sample(model, diffusion, start, t -> fresh, false).toDoubles();
        double[] other =
                named("ddpm").sample(model, diffusion, start, t -> fresh, false).toDoubles();

        assertThat(ddim.deterministic()).isFalse();
        for (int i = 0; i < one.length; i++) {
            assertThat(one[i]).isCloseTo(other[i], offset(1e-4 * (1 + Math.abs(other[i]))));
        }
    }

    /**
     * On normal data every step is linear, so that mean and variance follow exactly. Of the images, the first has no noise at
     * all and each other has 1 in one of the draws: what it adds is that draw's weight.
     */
    @Test
    void ancestralSamplingHasItsMeanAndVariance() {
        int steps = 100;
        double mean = 0.3;
        double deviation = 0.5;
        GaussianDiffusion diffusion = diffusion(LINEAR, PredictionTarget.EPSILON, steps);
        NoiseSchedule schedule = diffusion.schedule();
        double[] end = new Ddpm()
                .sample(
                        new ExactModel(LINEAR, PredictionTarget.EPSILON, mean, deviation),
                        diffusion,
                        unit(steps + 1, steps),
                        t -> unit(steps + 1, t),
                        false)
                .toDoubles();
        double variance = 0;
        for (int i = 1; i < end.length; i++) {
            variance += (end[i] - end[0]) * (end[i] - end[0]);
        }

        double m = 0;
        double v = 1;
        for (int t = steps - 1; t >= 0; t--) {
            double all = schedule.alphaCumprod(t) * deviation * deviation + 1 - schedule.alphaCumprod(t);
            double slope = schedule.signal(t) * deviation * deviation / all; // of E[x_0 | x_t]
            double ofStart = schedule.posteriorMeanOfStart(t);
            double factor = ofStart * slope + schedule.posteriorMeanOfNoisy(t);
            m = factor * m + ofStart * mean * (1 - slope * schedule.signal(t));
            v = factor * factor * v + (t == 0 ? 0 : schedule.beta(t));
        }
        assertThat(end[0]).isCloseTo(m, offset(1e-5));
        assertThat(variance).isCloseTo(v, offset(1e-5));
        assertThat(m).isCloseTo(mean, offset(0.01));
        assertThat(Math.sqrt(v)).isCloseTo(deviation, offset(0.02));
    }

    /** Images of one value: 1 in the image of that number, else 0. */
    private Tensor unit(int images, int one) {
        float[] values = new float[images];
        values[one] = 1;
        return backend.tensor(values, Shape.of(images, 1, 1, 1), DType.FLOAT32);
    }
}
