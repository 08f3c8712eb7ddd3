package org.ditlab.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Objects;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.knob.Settings;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GaussianDiffusionTests {
    private static final int[] T = {0, 3, 200, 500, 800, 999};
    private static final Shape SHAPE = Shape.of(T.length, 2, 3, 3);

    private final Backend backend = new LibtorchProvider().open(Device.CPU, 1);
    private final Scope scope = backend.scope();
    private final Tensor start = normal("start").mul(0.5);
    private final Tensor noise = normal("noise");
    private final Tensor spread = normal("spread").mul(0.3);

    @AfterEach
    void close() {
        scope.close();
        backend.close();
    }

    private Tensor normal(String name) {
        float[] values = new float[(int) SHAPE.elements()];
        new Streams(3).stream(name).normal(0, 0, values, 0, values.length);
        return backend.tensor(values, SHAPE, DType.FLOAT32);
    }

    private static GaussianDiffusion diffusion(PredictionTarget target) {
        return new GaussianDiffusion(NoiseSchedule.cosine(1000), true).predicting(target);
    }

    /** The output of a model that says x_0 and the noise exactly. */
    private Tensor exact(PredictionTarget target, GaussianDiffusion diffusion) {
        float[] signal = new float[T.length];
        float[] sigma = new float[T.length];
        for (int i = 0; i < T.length; i++) {
            signal[i] = (float) diffusion.schedule().signal(T[i]);
            sigma[i] = (float) diffusion.schedule().noise(T[i]);
        }
        Shape each = Shape.of(T.length, 1, 1, 1);
        Tensor a = backend.tensor(signal, each, DType.FLOAT32);
        Tensor s = backend.tensor(sigma, each, DType.FLOAT32);
        return switch (target) {
            case EPSILON -> noise;
            case V -> noise.mul(a).sub(start.mul(s));
            case X0 -> start;
        };
    }

    @ParameterizedTest
    @EnumSource(PredictionTarget.class)
    void aPerfectOutputGivesBackImageAndNoise(PredictionTarget target) {
        GaussianDiffusion diffusion = diffusion(target);
        Tensor noisy = diffusion.noisy(start, T, noise);
        Tensor output = Tensor.concat(1, List.of(exact(target, diffusion), spread));

        Prediction prediction = diffusion.predict(output, noisy, T, false);
        Losses losses = diffusion.losses(output, start, T, noise);

        // Dividing by the signal loses digits at the end of the schedule, by the noise at its beginning.
        int whole = (int) SHAPE.elements() / T.length;
        int from = target == PredictionTarget.X0 ? whole : 0;
        int to = target == PredictionTarget.EPSILON ? 5 * whole : 6 * whole;
        for (int i = from; i < to; i++) {
            assertThat(prediction.start().toFloats()[i]).isCloseTo(start.toFloats()[i], within(1e-4f));
            assertThat(prediction.noise().toFloats()[i]).isCloseTo(noise.toFloats()[i], within(1e-4f));
        }
        for (double mse : losses.mse().toDoubles()) {
            assertThat(mse).isLessThan(1e-10);
        }
    }

    /** The bound trains the variance whatever the mean is made of: same gradient there, none at the target. */
    @ParameterizedTest
    @EnumSource(PredictionTarget.class)
    void theBoundTrainsTheVarianceOnly(PredictionTarget target) {
        float[] expected = varianceGradient(PredictionTarget.EPSILON);
        float[] actual = varianceGradient(target);
        int half = actual.length / 2;
        for (int i = 0; i < half; i++) {
            assertThat(actual[i]).isZero();
            assertThat(actual[half + i]).isCloseTo(expected[half + i], within(2e-3f * Math.abs(expected[half + i])));
        }
    }

    /** Of the middle sample: (2C, H, W), target first. */
    private float[] varianceGradient(PredictionTarget target) {
        GaussianDiffusion diffusion = diffusion(target);
        Tensor output = backend.leaf(Tensor.concat(1, List.of(exact(target, diffusion), spread)), true);
        diffusion.losses(output, start, T, noise).vb().sum().backward();
        return Objects.requireNonNull(output.grad()).slice(0, 2, 3).toFloats();
    }

    /** The error of x_0 weighs min(SNR, 5) whichever target it is written in. */
    @ParameterizedTest
    @ValueSource(ints = {3, 200, 500, 800})
    void minSnrIsOneWeightOfTheImage(int t) {
        NoiseSchedule schedule = NoiseSchedule.linear(1000);
        int[] each = {t};
        Tensor image = start.slice(0, 0, 1);
        Tensor added = noise.slice(0, 0, 1);
        Tensor wrong = spread.slice(0, 0, 1).mul(0.1);
        double expected = Math.min(schedule.snr(t), 5) * wrong.square().mean().item();
        double a = schedule.signal(t);
        double s = schedule.noise(t);
        for (PredictionTarget target : PredictionTarget.values()) {
            GaussianDiffusion diffusion =
                    new GaussianDiffusion(schedule, false).predicting(target).weighted(LossWeighting.MIN_SNR);
            // An output whose x_0 is off by the same everywhere.
            Tensor output = switch (target) {
                case EPSILON -> added.sub(wrong.mul(a / s));
                case V -> added.mul(a).sub(image.mul(s)).sub(wrong.mul(1 / s));
                case X0 -> image.add(wrong);
            };
            Losses losses = diffusion.losses(output, image, each, added);
            assertThat(losses.total().item()).as(target.name()).isCloseTo(expected, within(2e-3 * expected));
            assertThat(losses.mse().item() * LossWeighting.MIN_SNR.of(schedule.snr(t), target))
                    .isCloseTo(expected, within(2e-3 * expected));
        }
    }

    @Test
    void settingsSayTheProcessAndDefaultsAreThoseOfDit() {
        GaussianDiffusion byDefault = GaussianDiffusion.of(Settings.empty(), true);
        GaussianDiffusion dit = new GaussianDiffusion(NoiseSchedule.linear(1000), true);
        Tensor output = Tensor.concat(1, List.of(spread, noise));
        assertThat(byDefault.losses(output, start, T, noise).total().toFloats())
                .isEqualTo(dit.losses(output, start, T, noise).total().toFloats());

        GaussianDiffusion other = GaussianDiffusion.of(
                Settings.of(
                        DiffusionKnobs.PREDICTION.to(PredictionTarget.V),
                        DiffusionKnobs.NOISE_SCHEDULE.to(NoiseScheduleKind.COSINE),
                        DiffusionKnobs.LOSS_WEIGHTING.to(LossWeighting.MIN_SNR)),
                true);
        GaussianDiffusion named = diffusion(PredictionTarget.V).weighted(LossWeighting.MIN_SNR);
        assertThat(other.losses(output, start, T, noise).total().toFloats())
                .isEqualTo(named.losses(output, start, T, noise).total().toFloats());
    }

    /** P(t < k) = Phi(logit(k / 1000)) and k / 1000; a bound that 20,000 draws keep except once in 10^5 times. */
    @ParameterizedTest
    @CsvSource({
        "UNIFORM,250,0.25",
        "UNIFORM,500,0.5",
        "LOGIT_NORMAL,250,0.135961",
        "LOGIT_NORMAL,500,0.5",
        "LOGIT_NORMAL,731,0.841249",
        "LOGIT_NORMAL,950,0.998380"
    })
    void timestepsAreDrawnAsSaid(TimestepSampling sampling, int below, double share) {
        RandomStream time = new Streams(5).stream("time");
        int draws = 20_000;
        int hits = 0;
        for (int i = 0; i < draws; i++) {
            int t = sampling.draw(time, i, 1000);
            assertThat(t).isBetween(0, 999);
            hits += t < below ? 1 : 0;
        }
        double deviation = Math.sqrt(share * (1 - share) / draws);
        assertThat(hits / (double) draws).isCloseTo(share, within(4.5 * deviation));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ddim", "ddim300", "0", "-3", "1001", "10,x", "10,,10", "600,10", "ddim99999999999"})
    void respacingThatDoesNotFitIsRefused(String specification) {
        NoiseSchedule schedule = NoiseSchedule.linear(1000);
        assertThatThrownBy(() -> schedule.respaced(specification))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("(cannot respace|respacing \").*");
    }
}
