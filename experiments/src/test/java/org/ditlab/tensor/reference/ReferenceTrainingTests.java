package org.ditlab.tensor.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.Denoiser;
import org.ditlab.model.ModelZoo;
import org.ditlab.nn.Parameter;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.AdamWState;
import org.junit.jupiter.api.Test;

class ReferenceTrainingTests {
    private static final int BATCH = 4;

    private final ReferenceBackend backend = new ReferenceBackend();

    @Test
    void smallTransformerLearnsAFixedBatch() {
        Settings settings = Settings.of(
                ArchitectureKnobs.INPUT.to(List.of(3, 8, 8)),
                ArchitectureKnobs.CLASSES.to(10),
                ArchitectureKnobs.LEARN_SIGMA.to(false),
                ArchitectureKnobs.PATCH.to(4),
                ArchitectureKnobs.WIDTH.to(32),
                ArchitectureKnobs.DEPTH.to(2),
                ArchitectureKnobs.HEADS.to(2));
        Denoiser model = ModelZoo.build(settings);
        model.materialize(backend, new Streams(1));
        AdamWState state = optimizer(model);
        RandomStream stream = new Streams(1).stream("data");
        float[] image = new float[BATCH * 3 * 8 * 8];
        stream.normal(0, 0, image, 0, image.length);
        Tensor x = backend.tensor(image, Shape.of(BATCH, 3, 8, 8), DType.FLOAT32);
        Tensor t = backend.tensor(new float[] {0, 10, 500, 999}, Shape.of(BATCH), DType.FLOAT32);
        Tensor y = backend.indices(new long[] {0, 3, 9, 10}, Shape.of(BATCH));

        List<Double> losses = new ArrayList<>();
        for (int step = 1; step <= 30; step++) {
            state.parameters().forEach(backend::clearGrad);
            Tensor loss = model.forward(x, t, y).sub(x).square().mean();
            loss.backward();
            backend.adamW(state, 3e-3, step);
            losses.add(loss.item());
        }

        assertThat(losses.get(29)).isLessThan(losses.get(0) / 2);
    }

    private AdamWState optimizer(Denoiser model) {
        List<Tensor> parameters = new ArrayList<>();
        List<Tensor> first = new ArrayList<>();
        List<Tensor> second = new ArrayList<>();
        for (Parameter parameter : model.parameters().values()) {
            if (parameter.trainable()) {
                parameters.add(parameter.value());
                first.add(backend.full(0, parameter.shape(), DType.FLOAT32));
                second.add(backend.full(0, parameter.shape(), DType.FLOAT32));
            }
        }
        return new AdamWState(parameters, first, second, List.of(), 0.9, 0.999, 1e-8, 0);
    }
}
