package org.ditlab.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.Denoiser;
import org.ditlab.model.ModelZoo;
import org.ditlab.nn.StateDict;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
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

    /** First three of four channels: guidance leaves the fourth as it is without any. */
    @Test
    void guidanceLeavesChannelsThatItIsToLeave() {
        Settings latent = SMALL.with(ArchitectureKnobs.INPUT.to(List.of(4, 8, 8)), SampleKnobs.STEPS.to(1));
        Denoiser model = trained(latent);
        float[] plain = new ImageSampler(backend, model, latent, 7).values(0, 2);
        Settings guided = latent.with(
                SampleKnobs.GUIDANCE.to(3.0), SampleKnobs.GUIDANCE_CHANNELS.to(GuidanceChannels.FIRST_THREE));
        float[] three = new ImageSampler(backend, model, guided, 7).values(0, 2);
        float[] all = new ImageSampler(
                        backend, model, guided.with(SampleKnobs.GUIDANCE_CHANNELS.to(GuidanceChannels.ALL)), 7)
                .values(0, 2);
        assertThat(plane(three, 3)).containsExactly(plane(plain, 3), offset(1e-5f));
        assertThat(plane(three, 1)).containsExactly(plane(all, 1), offset(1e-5f));
        assertThat(largest(plane(three, 1), plane(plain, 1))).isGreaterThan(1e-3f);
        assertThat(largest(plane(all, 3), plane(plain, 3))).isGreaterThan(1e-3f);
    }

    private static float[] plane(float[] image, int channel) {
        return Arrays.copyOfRange(image, channel * 64, (channel + 1) * 64);
    }

    private static float largest(float[] one, float[] other) {
        float largest = 0;
        for (int i = 0; i < one.length; i++) {
            largest = Math.max(largest, Math.abs(one[i] - other[i]));
        }
        return largest;
    }

    /** A model whose last layers, 0 when it begins, say something. */
    private Denoiser trained(Settings settings) {
        Denoiser model = ModelZoo.build(settings);
        model.materialize(backend, new Streams(7));
        Map<String, StateDict.Entry> entries = new LinkedHashMap<>();
        StateDict.of(model).entries().forEach((name, entry) -> {
            float[] values = new float[entry.values().length];
            new Streams(8).stream("init").named(name).normal(0, 0, values, 0, values.length);
            for (int i = 0; i < values.length; i++) {
                values[i] *= 0.2f;
            }
            entries.put(name, new StateDict.Entry(entry.shape(), values));
        });
        new StateDict(entries).load(model);
        return model;
    }
}
