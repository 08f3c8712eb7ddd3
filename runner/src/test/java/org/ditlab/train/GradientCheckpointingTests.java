package org.ditlab.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.fixtures.FormulaWeights;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.Denoiser;
import org.ditlab.model.Embedders;
import org.ditlab.model.ModelZoo;
import org.ditlab.model.Position;
import org.ditlab.model.Skeleton;
import org.ditlab.nn.AttentionTokens;
import org.ditlab.nn.Conditioning;
import org.ditlab.nn.Downsampler;
import org.ditlab.nn.FeedForwardKind;
import org.ditlab.nn.Logits;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks that are computed again in the backward pass give the gradients of blocks that are not, but for rounding. */
class GradientCheckpointingTests {
    /** Sums of gradients run in another order, of 24 bits or of 8; the conditioning's, in bfloat16, is a sum of all blocks'. */
    private static double rounding(Precision precision) {
        return precision == Precision.FP32 ? 4e-6 : 4e-2;
    }

    private static final Settings DIT = Settings.of(
            ArchitectureKnobs.INPUT.to(List.of(3, 8, 8)),
            ArchitectureKnobs.CLASSES.to(4),
            ArchitectureKnobs.PATCH.to(2),
            ArchitectureKnobs.WIDTH.to(16),
            ArchitectureKnobs.DEPTH.to(3),
            ArchitectureKnobs.HEADS.to(2));
    private static final Settings UDIT = DIT.with(
            ArchitectureKnobs.SKELETON.to(Skeleton.UNET),
            ArchitectureKnobs.STAGES.to(List.of(1, 1, 2, 1, 1)),
            ArchitectureKnobs.EMBEDDERS.to(Embedders.PER_STAGE),
            ArchitectureKnobs.ATTENTION_TOKENS.to(AttentionTokens.QKV_DOWNSAMPLED),
            ArchitectureKnobs.DOWNSAMPLER.to(Downsampler.DEPTHWISE),
            ArchitectureKnobs.ATTENTION_LOGITS.to(Logits.COSINE),
            ArchitectureKnobs.POSITION.to(Position.ROPE2D),
            ArchitectureKnobs.FFN.to(FeedForwardKind.DEPTHWISE_CONV),
            ArchitectureKnobs.FFN_REPARAM.to(true));

    static List<Arguments> models() {
        return List.of(
                Arguments.of("DiT", DIT),
                Arguments.of("cross attention", DIT.with(conditioning(Conditioning.CROSS_ATTENTION))),
                Arguments.of("in context", DIT.with(conditioning(Conditioning.IN_CONTEXT))),
                Arguments.of("U-DiT", UDIT),
                Arguments.of("U-DiT, one embedder", UDIT.with(ArchitectureKnobs.EMBEDDERS.to(Embedders.SHARED))));
    }

    private static Settings conditioning(Conditioning conditioning) {
        return Settings.of(ArchitectureKnobs.CONDITIONING.to(conditioning));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void gradientsAreTheSame(String name, Settings settings) {
        for (Precision precision : Precision.values()) {
            Settings plain = settings.with(TrainKnobs.PRECISION.to(precision));
            Map<String, float[]> expected = gradients(plain, 1);
            Map<String, float[]> actual = gradients(plain.with(TrainKnobs.GRADIENT_CHECKPOINTING.to(true)), 1);
            assertThat(actual.keySet()).isEqualTo(expected.keySet());
            actual.forEach((parameter, gradient) -> assertThat(difference(gradient, expected.get(parameter)))
                    .as(precision + " " + parameter)
                    .isLessThanOrEqualTo(rounding(precision)));
        }
    }

    /** The largest, relative to the largest magnitude. */
    private static double difference(float[] actual, float[] expected) {
        double largest = Float.MIN_NORMAL;
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            worst = Math.max(worst, Math.abs((double) actual[i] - expected[i]));
        }
        return worst / largest;
    }

    @Test
    void twoBackwardPassesAddUp() {
        Map<String, float[]> expected = gradients(DIT, 2);
        gradients(DIT.with(TrainKnobs.GRADIENT_CHECKPOINTING.to(true)), 2)
                .forEach((name, gradient) -> assertThat(difference(gradient, expected.get(name)))
                        .as(name)
                        .isLessThanOrEqualTo(rounding(Precision.FP32)));
    }

    /** The gradients of all parameters after some passes over the same images; every weight differs from zero. */
    private static Map<String, float[]> gradients(Settings settings, int passes) {
        Map<String, float[]> gradients = new HashMap<>();
        try (Backend backend = new LibtorchProvider().open(Device.CPU, 1);
                Scope root = backend.scope();
                Modes modes = new Modes(backend, settings)) {
            Denoiser model = ModelZoo.build(settings);
            model.materialize(backend, new Streams(1));
            model.parameters().forEach((name, parameter) -> {
                float[] values = FormulaWeights.values(name, parameter.shape(), 5, 0.3f, 0);
                backend.assign(parameter.value(), backend.tensor(values, parameter.shape(), DType.FLOAT32));
            });
            Shape shape = Shape.of(2, 3, 8, 8);
            for (int pass = 0; pass < passes; pass++) {
                try (Scope scope = backend.scope()) {
                    Tensor x = backend.tensor(FormulaWeights.values("x", shape, 1, 1, 0), shape, DType.FLOAT32);
                    Tensor t = backend.tensor(new float[] {17, 803}, Shape.of(2), DType.FLOAT32);
                    Tensor y = backend.indices(new long[] {1, 3}, Shape.of(2));
                    model.forward(x, t, y).square().mean().backward();
                }
            }
            model.parameters().forEach((name, parameter) -> {
                if (parameter.trainable()) {
                    gradients.put(
                            name,
                            Objects.requireNonNull(parameter.value().grad(), name)
                                    .toFloats());
                }
            });
        }
        return gradients;
    }

    /** A loss that is never propagated leaves nothing behind for the next backward pass. */
    @Test
    void aForwardPassWithoutABackwardPassIsForgotten() {
        try (Backend backend = new LibtorchProvider().open(Device.CPU, 1);
                Scope root = backend.scope()) {
            Tensor x = backend.leaf(backend.full(3, Shape.of(2), DType.FLOAT32), true);
            int[] runs = new int[1];
            for (int i = 0; i < 2; i++) {
                try (Backend.Guard guard = backend.recompute(true)) {
                    Tensor loss = backend.recomputed(List.of(x), in -> {
                                runs[0]++;
                                return in.get(0).square();
                            })
                            .sum();
                    if (i == 1) {
                        loss.backward();
                    }
                }
            }
            assertThat(x.grad().toFloats()).containsExactly(6, 6);
            assertThat(runs[0]).as("twice forward, once again").isEqualTo(3);
        }
    }
}
