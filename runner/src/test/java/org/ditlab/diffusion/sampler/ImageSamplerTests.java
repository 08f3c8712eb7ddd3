package org.ditlab.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.diffusion.GaussianDiffusion;
import org.ditlab.diffusion.NoiseSchedule;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.Denoiser;
import org.ditlab.model.ModelZoo;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ImageSamplerTests {
    private static final Settings SMALL = Settings.of(
            ArchitectureKnobs.INPUT.to(List.of(3, 8, 8)),
            ArchitectureKnobs.CLASSES.to(4),
            ArchitectureKnobs.PATCH.to(4),
            ArchitectureKnobs.WIDTH.to(16),
            ArchitectureKnobs.DEPTH.to(1),
            ArchitectureKnobs.HEADS.to(2),
            SampleKnobs.STEPS.to(5));

    private final Backend backend = new LibtorchProvider().open(Device.CPU, 1);
    private final Scope scope = backend.scope();

    @AfterEach
    void close() {
        scope.close();
        backend.close();
    }

    private ImageSampler sampler(Settings settings) {
        Denoiser model = ModelZoo.build(settings);
        model.materialize(backend, new Streams(7));
        return new ImageSampler(backend, model, settings, 7);
    }

    @Test
    void anImageIsTheSameHoweverManyAreAskedFor() {
        ImageSampler sampler = sampler(SMALL);
        byte[] all = sampler.chunk(64, 64);
        byte[] few = sampler.chunk(64, 3);
        assertThat(few).isEqualTo(Arrays.copyOf(all, 3 * 3 * 8 * 8));
        assertThat(sampler.chunk(0, 3)).isNotEqualTo(few);
    }

    /** An untrained model predicts no noise, and DDIM then only scales what it started from. */
    @Test
    void theStartingNoiseIsTheSameForAnyNumberOfSteps() {
        Settings ddim = SMALL.with(SampleKnobs.SAMPLER.to("ddim"));
        byte[] five = sampler(ddim).chunk(0, 8);
        byte[] four = sampler(ddim.with(SampleKnobs.STEPS.to(4))).chunk(0, 8);
        assertThat(four).isEqualTo(five);
    }

    @Test
    void balancedLabelsTakeTurnsAndUniformOnesReachEveryClass() {
        ImageSampler balanced = sampler(SMALL.with(SampleKnobs.LABELS.to(LabelProtocol.BALANCED)));
        assertThat(List.of(balanced.label(0), balanced.label(3), balanced.label(4), balanced.label(9)))
                .containsExactly(0, 3, 0, 1);
        ImageSampler uniform = sampler(SMALL);
        assertThat(IntStream.range(0, 100).map(uniform::label).distinct().sorted())
                .containsExactly(0, 1, 2, 3);
    }

    /** Guidance w on outputs u and c is u + w (c - u); with w = 1 it must be the plain conditional model. */
    @Test
    void guidanceOfOneIsNone() {
        ImageSampler plain = sampler(SMALL);
        ImageSampler almost = sampler(SMALL.with(SampleKnobs.GUIDANCE.to(1.0 + 1e-9)));
        byte[] expected = plain.chunk(0, 8);
        byte[] actual = almost.chunk(0, 8);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i] & 0xff).isCloseTo(expected[i] & 0xff, offset(1));
        }
    }

    /**
     * For data that are one point, the ideal noise prediction is known in closed form, and every sampler must end at that
     * point.
     */
    @Test
    void samplersReachAPointMass() {
        double point = 0.3;
        for (String name : Samplers.names()) {
            NoiseSchedule schedule = NoiseSchedule.linear(1000).respaced(20);
            GaussianDiffusion diffusion = new GaussianDiffusion(schedule, false);
            NoiseSchedule training = NoiseSchedule.linear(1000);
            ModelFunction ideal = (x, t) -> {
                double alpha = training.alphaCumprod((int) t.toFloats()[0]);
                return x.add(-Math.sqrt(alpha) * point).mul(1 / Math.sqrt(1 - alpha));
            };
            Shape shape = Shape.of(2, 1, 2, 2);
            float[] values = new float[8];
            new Streams(1).stream("sample").normal(0, 0, values, 0, 8);
            Tensor start = backend.tensor(values, shape, DType.FLOAT32);
            Tensor end = Samplers.named(name).sample(ideal, diffusion, start, t -> start, false);
            for (double value : end.toDoubles()) {
                assertThat(value).as(name).isCloseTo(point, offset(1e-4));
            }
        }
    }
}
