package org.ditlab.run.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.ModelCost;
import org.ditlab.model.ModelZoo;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.train.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FloorWorkTests {
    private static final int BATCH = 2;
    private static final int WIDTH = 16;
    private static final int DEPTH = 3;
    private static final int TOKENS = 16;
    private static final int PATCH_VALUES = 2 * 2 * 3;
    private static final int FREQUENCIES = 256;
    private static final Settings SMALL = Settings.of(
            ArchitectureKnobs.INPUT.to(List.of(3, 8, 8)),
            ArchitectureKnobs.CLASSES.to(4),
            ArchitectureKnobs.PATCH.to(2),
            ArchitectureKnobs.WIDTH.to(WIDTH),
            ArchitectureKnobs.DEPTH.to(DEPTH),
            ArchitectureKnobs.HEADS.to(2));

    private static long macs(Map<FloorWork, Integer> counted) {
        return counted.entrySet().stream()
                .mapToLong(entry -> entry.getKey().macs() * entry.getValue())
                .sum();
    }

    /** The DiT paper's layers: adaLN, projections, attention and MLP of each block, the embedders and the last layer. */
    @Test
    void productsOfADitAreThoseOfItsFormula() {
        long d = WIDTH;
        long block = 6 * d * d + (4 + 8) * d * d * TOKENS + 2 * TOKENS * TOKENS * d;
        long last = 2 * d * d + TOKENS * d * 2 * PATCH_VALUES;
        long patches = TOKENS * d * PATCH_VALUES;
        long forward = DEPTH * block + last + patches + FREQUENCIES * d + d * d;

        Map<FloorWork, Integer> counted = FloorWork.of(SMALL, BATCH);

        // Image and timestep are given: their layers have no gradient of the input.
        assertThat(macs(counted)).isEqualTo(BATCH * (3 * forward - patches - FREQUENCIES * d));
        assertThat(forward).isEqualTo(ModelCost.of(SMALL).macsTraining());
        FloorWork values = new FloorWork(
                FloorWork.Kind.MATMUL,
                Shape.of(2 * BATCH, TOKENS, TOKENS),
                Shape.of(2 * BATCH, TOKENS, WIDTH / 2),
                Shape.of(2 * BATCH, TOKENS, WIDTH / 2),
                true,
                true);
        assertThat(counted).containsEntry(values, DEPTH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DiT-S/4", "DiT-UNet", "U-DiT-T (vanilla)", "U-DiT-T", "U-DiT-S"})
    void allOfAModelsWorkIsCounted(String name) {
        Settings settings = ModelZoo.find(name).orElseThrow();
        Map<FloorWork, Integer> counted = FloorWork.of(settings, BATCH);
        long forward = 0;
        long inputs = 0;
        for (Map.Entry<FloorWork, Integer> entry : counted.entrySet()) {
            FloorWork work = entry.getKey();
            long once = work.macs() / (1 + (work.firstGradient() ? 1 : 0) + (work.secondGradient() ? 1 : 0));
            forward += once * entry.getValue();
            inputs += work.firstGradient() ? 0 : once * entry.getValue();
            assertThat(work.secondGradient()).as(work.toString()).isTrue();
            if (work.kind() == FloorWork.Kind.CONVOLUTION) {
                int side = (work.first().dim(2)
                                        + 2 * work.padding()
                                        - work.second().dim(2))
                                / work.stride()
                        + 1;
                assertThat(side).as(work.toString()).isEqualTo(work.result().dim(2));
            }
        }

        assertThat(forward).isEqualTo(BATCH * ModelCost.of(settings).macsTraining());
        assertThat(macs(counted)).isEqualTo(3 * forward - inputs);
        assertThat((double) inputs / forward).isLessThan(0.01);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FP32", "BF16"})
    void aFloorHasPositiveParts(Precision precision) {
        try (Backend backend = new LibtorchProvider().open(Device.CPU, 1)) {
            Floor floor = Floor.measure(backend, SMALL, BATCH, precision);

            assertThat(floor.products()).isPositive();
            assertThat(floor.optimiser()).isPositive();
            assertThat(floor.convolutions()).isNotNegative();
            assertThat(floor.seconds()).isBetween(floor.products() + floor.optimiser(), 5.0);
        }
    }
}
