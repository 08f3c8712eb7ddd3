package org.ditlab.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.model.Denoiser;
import org.ditlab.model.ModelZoo;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.Test;

class GradientsTests {
    @Test
    void aGradientThatIsNoNumberIsSeenThoughTheLossIsOne() {
        try (Backend backend = new LibtorchProvider().open(Device.CPU, 1)) {
            Denoiser model = ModelZoo.build(TrainerTests.SMALL);
            model.materialize(backend, new Streams(1));
            TrainState state = new TrainState(backend, model, TrainerTests.SMALL);
            Tensor weight = model.parameters().values().stream()
                    .filter(parameter -> parameter.trainable())
                    .findFirst()
                    .orElseThrow()
                    .value();
            assertThat(state.finite()).as("no gradient").isTrue();

            weight.square().sum().backward();
            assertThat(state.finite()).isTrue();

            // The slope of the root at 0 is infinite, and 0 times that no number.
            Tensor loss = weight.mul(0).sqrt().sum();
            assertThat(loss.item()).isZero();
            loss.backward();
            assertThat(state.finite()).isFalse();

            state.dropGradients();
            assertThat(state.finite()).isTrue();
        }
    }
}
