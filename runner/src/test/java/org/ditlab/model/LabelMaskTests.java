package org.ditlab.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.ditlab.knob.Settings;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.reference.ReferenceBackendProvider;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which label embedders lose labels on their own, and that each hears its own row. */
class LabelMaskTests {
    private static final int NULL = 5;
    private static final Settings U = ModelZoo.find("U-DiT-T (vanilla)")
            .orElseThrow()
            .with(
                    ArchitectureKnobs.INPUT.to(List.of(2, 8, 8)),
                    ArchitectureKnobs.WIDTH.to(8),
                    ArchitectureKnobs.CLASSES.to(NULL));

    @Test
    void eachStageOfAUDropsForItself() {
        assertThat(ModelZoo.build(U).labelMasks()).isEqualTo(3);
        assertThat(ModelZoo.build(U.with(ArchitectureKnobs.STAGES.to(List.of(1, 1, 1))))
                        .labelMasks())
                .isEqualTo(2);
    }

    @Test
    void oneMaskWhereDropsAreSharedOrThereIsOneEmbedder() {
        Settings shared = U.with(ArchitectureKnobs.EMBEDDERS.to(Embedders.SHARED));

        assertThat(ModelZoo.build(U.with(ArchitectureKnobs.LABEL_DROP.to(LabelDrop.SHARED)))
                        .labelMasks())
                .isOne();
        assertThat(ModelZoo.build(shared).labelMasks()).isOne();
        assertThat(ModelZoo.build(Settings.empty()).labelMasks()).isOne();
    }

    @Test
    void equalRowsAreTheSameAsOneRow() {
        try (Backend backend = new ReferenceBackendProvider().open(Device.CPU, 1);
                Scope scope = backend.scope()) {
            ModelBehaviour model = new ModelBehaviour(ModelZoo.build(U), backend);

            float[] rows = model.forward(new long[] {1, NULL, 1, NULL, 1, NULL}).toFloats();

            assertThat(rows).isEqualTo(model.forward(new long[] {1, NULL}).toFloats());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aDropInOneRowReachesItsStageAndNoOtherImage(int embedder) {
        try (Backend backend = new ReferenceBackendProvider().open(Device.CPU, 1);
                Scope scope = backend.scope()) {
            ModelBehaviour model = new ModelBehaviour(ModelZoo.build(U), backend);
            long[] labels = {1, 2, 1, 2, 1, 2};
            float[] kept = model.forward(labels).toFloats();
            labels[2 * embedder] = NULL;

            float[] dropped = model.forward(labels).toFloats();

            int half = kept.length / 2;
            assertThat(Arrays.copyOfRange(dropped, half, kept.length))
                    .isEqualTo(Arrays.copyOfRange(kept, half, kept.length));
            assertThat(Arrays.copyOf(dropped, half)).isNotEqualTo(Arrays.copyOf(kept, half));
        }
    }
}
