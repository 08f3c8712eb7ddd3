package org.ditlab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.List;
import java.util.Map;
import org.ditlab.diffusion.DiffusionKnobs;
import org.ditlab.diffusion.GaussianDiffusion;
import org.ditlab.diffusion.LossWeighting;
import org.ditlab.diffusion.Losses;
import org.ditlab.diffusion.NoiseSchedule;
import org.ditlab.diffusion.NoiseScheduleKind;
import org.ditlab.diffusion.PredictionTarget;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.Denoiser;
import org.ditlab.model.ModelZoo;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.reference.ReferenceBackendProvider;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeldOutLossTests {
    private static final Settings TINY = Settings.of(
            ArchitectureKnobs.INPUT.to(List.of(3, 4, 4)),
            ArchitectureKnobs.CLASSES.to(4),
            ArchitectureKnobs.PATCH.to(2),
            ArchitectureKnobs.WIDTH.to(8),
            ArchitectureKnobs.DEPTH.to(1),
            ArchitectureKnobs.HEADS.to(2));
    private static final int SIZE = 48;
    private static final NoiseImages DATA = new NoiseImages(3, 4, 4, 4);

    private final Backend backend = new ReferenceBackendProvider().open(Device.CPU, 1);

    /** A model whose output is not 0: every weight is drawn. */
    private Denoiser model(long seed, Setting<?>... changes) {
        Denoiser model = ModelZoo.build(TINY.with(changes));
        model.materialize(backend, new Streams(seed));
        RandomStream stream = new Streams(seed).stream("weights");
        model.parameters().forEach((name, parameter) -> {
            float[] values = new float[(int) parameter.shape().elements()];
            stream.named(name).normal(0, 0, values, 0, values.length);
            for (int i = 0; i < values.length; i++) {
                values[i] *= 0.3f;
            }
            if (parameter.trainable()) {
                backend.assign(parameter.value(), backend.tensor(values, parameter.shape(), DType.FLOAT32));
            }
        });
        return model;
    }

    private static GaussianDiffusion diffusion(Denoiser model, Setting<?>... recipe) {
        return GaussianDiffusion.of(Settings.of(recipe), model.learnsSigma());
    }

    private HeldOutLoss loss(Denoiser model, int images) {
        return new HeldOutLoss(backend, model, diffusion(model), DATA, images);
    }

    private static Map<String, Object> measured(HeldOutLoss loss) throws InterruptedException {
        return loss.measure(done -> assertThat(done).isPositive(), () -> false);
    }

    private static double number(Map<String, Object> metrics, String key) {
        return ((Number) metrics.get(key)).doubleValue();
    }

    /** Seven images are 70 draws: one whole chunk and one that is filled up; by hand each draw runs alone. */
    @ParameterizedTest
    @CsvSource({"EPSILON, LINEAR, UNIFORM", "V, COSINE, UNIFORM", "X0, LINEAR, MIN_SNR"})
    void theLossIsTheMeanOverDrawsThatRunAlone(PredictionTarget target, NoiseScheduleKind kind, LossWeighting weighting)
            throws InterruptedException {
        try (Scope scope = backend.scope("test")) {
            Denoiser model = model(1, ArchitectureKnobs.LEARN_SIGMA.to(true));
            GaussianDiffusion diffusion = diffusion(
                    model,
                    DiffusionKnobs.PREDICTION.to(target),
                    DiffusionKnobs.NOISE_SCHEDULE.to(kind),
                    DiffusionKnobs.LOSS_WEIGHTING.to(weighting));
            HeldOutLoss loss = new HeldOutLoss(backend, model, diffusion, DATA, 7);
            RandomStream noises = new Streams(0).stream("held-out").named("noise");
            NoiseSchedule schedule = kind == NoiseScheduleKind.COSINE
                    ? NoiseSchedule.cosine(GaussianDiffusion.TIMESTEPS)
                    : NoiseSchedule.linear(GaussianDiffusion.TIMESTEPS);
            double[] bins = new double[HeldOutLoss.BINS];
            double mse = 0;
            for (int image = 0; image < 7; image++) {
                int index = image * DATA.size() / 7;
                float[] clean = new float[SIZE];
                DATA.read(index, clean, 0);
                for (int bin = 0; bin < HeldOutLoss.BINS; bin++) {
                    int t = loss.timestep(image, bin);
                    float[] noise = new float[SIZE];
                    noises.normal(index, bin, noise, 0, SIZE);
                    float[] noisy = new float[SIZE];
                    double signal = schedule.alphaCumprod(t);
                    for (int i = 0; i < SIZE; i++) {
                        noisy[i] = (float) (Math.sqrt(signal) * clean[i] + Math.sqrt(1 - signal) * noise[i]);
                    }
                    Shape one = Shape.of(1, 3, 4, 4);
                    Tensor output = model.forward(
                            backend.tensor(noisy, one, DType.FLOAT32),
                            backend.tensor(new float[] {t}, Shape.of(1), DType.FLOAT32),
                            backend.indices(new long[] {DATA.label(index)}, Shape.of(1)));
                    float[] predicted = output.toFloats();
                    double squares = 0;
                    for (int i = 0; i < SIZE; i++) {
                        double truth = switch (target) {
                            case EPSILON -> noise[i];
                            case V -> Math.sqrt(signal) * noise[i] - Math.sqrt(1 - signal) * clean[i];
                            case X0 -> clean[i];
                        };
                        squares += Math.pow(truth - predicted[i], 2);
                    }
                    Losses parts = diffusion.losses(
                            output,
                            backend.tensor(clean, one, DType.FLOAT32),
                            new int[] {t},
                            backend.tensor(noise, one, DType.FLOAT32));
                    mse += squares / SIZE;
                    bins[bin] += squares / SIZE + parts.vb().item();
                }
            }
            Map<String, Object> metrics = measured(loss);

            assertThat(number(metrics, "heldout.mse")).isCloseTo(mse / 70, withPercentage(1e-3));
            double sum = 0;
            for (int bin = 0; bin < HeldOutLoss.BINS; bin++) {
                assertThat(number(metrics, "heldout.loss.bin" + bin)).isCloseTo(bins[bin] / 7, withPercentage(1e-3));
                sum += bins[bin];
            }
            assertThat(number(metrics, "heldout.loss")).isCloseTo(sum / 70, withPercentage(1e-3));
            assertThat(number(metrics, "heldout.loss") - number(metrics, "heldout.mse"))
                    .isCloseTo(number(metrics, "heldout.vb"), withPercentage(1e-6));
            assertThat(metrics).containsEntry("heldout.images", 7);
            assertThat(measured(loss)).as("bit for bit").isEqualTo(metrics);
        }
    }

    @Test
    void everyModelSeesTheSameDraws() throws InterruptedException {
        try (Scope scope = backend.scope("test")) {
            HeldOutLoss one = loss(model(1), 5);
            HeldOutLoss other = loss(model(2, ArchitectureKnobs.WIDTH.to(12), ArchitectureKnobs.DEPTH.to(2)), 5);
            for (int image = 0; image < 5; image++) {
                for (int bin = 0; bin < HeldOutLoss.BINS; bin++) {
                    assertThat(one.timestep(image, bin))
                            .isEqualTo(other.timestep(image, bin))
                            .isBetween(bin * 100, bin * 100 + 99);
                }
            }
            assertThat(one.index(4)).isEqualTo(other.index(4)).isEqualTo(4 * DATA.size() / 5);
        }
    }

    @Test
    void withoutLearnedSigmaThereIsOneLossAndFewerImagesAreAll() throws InterruptedException {
        try (Scope scope = backend.scope("test")) {
            Denoiser model = model(1, ArchitectureKnobs.LEARN_SIGMA.to(false));
            assertThat(measured(loss(model, 2)))
                    .containsKeys("heldout.loss", "heldout.loss.bin9")
                    .doesNotContainKeys("heldout.mse", "heldout.vb");
            assertThat(loss(model, 1_000_000).images()).isEqualTo(DATA.size());
            assertThatThrownBy(() -> loss(model, 2).measure(done -> {}, () -> true))
                    .isInstanceOf(InterruptedException.class);
        }
    }
}
