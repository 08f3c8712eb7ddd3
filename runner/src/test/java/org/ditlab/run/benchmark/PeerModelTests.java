package org.ditlab.run.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.ModelZoo;
import org.ditlab.nn.Conditioning;
import org.ditlab.nn.Logits;
import org.junit.jupiter.api.Test;

class PeerModelTests {
    @Test
    void thePeerHasEveryModelOfTheZoo() {
        assertThat(ModelZoo.names())
                .allSatisfy(name -> assertThat(PeerModel.of(ModelZoo.find(name).orElseThrow()))
                        .isPresent());
    }

    /** The released file's arguments. Source: specs of U-DiT's code, table 8 of its paper. */
    @Test
    void aUDitIsSaidInTheReleasedFilesWords() {
        PeerModel model = PeerModel.of(ModelZoo.find("U-DiT-S").orElseThrow()).orElseThrow();

        assertThat(model.family()).isEqualTo("udit");
        assertThat(model.config())
                .containsAllEntriesOf(Map.of(
                        "hidden_size",
                        96,
                        "num_heads",
                        4,
                        "depth",
                        List.of(2, 5, 8, 5, 2),
                        "mlp_ratio",
                        2.0,
                        "down_factor",
                        2,
                        "downsampler",
                        "dwconv5",
                        "attn_type",
                        "v2",
                        "posemb_type",
                        "rope2d",
                        "ffn_type",
                        "rep",
                        "rep",
                        1));
    }

    @Test
    void whatThePublishedCodeLacksIsNotCompared() {
        Settings dit = ModelZoo.find("DiT-S/4").orElseThrow();

        assertThat(PeerModel.of(dit.with(ArchitectureKnobs.CONDITIONING.to(Conditioning.IN_CONTEXT))))
                .isEmpty();
        assertThat(PeerModel.of(dit.with(ArchitectureKnobs.ATTENTION_LOGITS.to(Logits.QK_NORM))))
                .isEmpty();
        assertThat(PeerModel.of(dit.with(ArchitectureKnobs.INPUT.to(List.of(4, 16, 32)))))
                .isEmpty();
    }
}
