package org.ditlab.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.ditlab.knob.Settings;
import org.ditlab.nn.Conditioning;
import org.ditlab.nn.FeedForwardKind;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelCostTests {
    /**
     * Parameters, MACs, MACs + elementwise products, MACs + layer norm, as the official implementation counts them
     * (hooks on every operation under PyTorch, timm 0.9 attention).
     */
    @ParameterizedTest
    @CsvSource({
        "DiT-S/2,   32963360,   6055673856,   6061670656,   6058131456",
        "DiT-S/4,   32945024,   1412579328,   1414078720,   1413193728",
        "DiT-S/8,   33148160,    357974016,    358349056,    358127616",
        "DiT-B/2,  130512416,  23005102080,  23017095424,  23010017280",
        "DiT-B/4,  130475648,   5565186048,   5568184576,   5566414848",
        "DiT-B/8,  130881536,   1417543680,   1418293504,   1417850880",
        "DiT-L/2,  458102816,  80697622528,  80729342208,  80710467584",
        "DiT-L/4,  458053760,  19695665152,  19703595264,  19698876416",
        "DiT-L/8,  458594816,   5011406848,   5013389568,   5012209664",
        "DiT-XL/2, 675129632, 118621421568, 118663004416, 118638231552",
        "DiT-XL/4, 675074432,  29043671040,  29054066944,  29047873536",
        "DiT-XL/8, 675683072,   7392411648,   7395010816,   7393462272",
    })
    void countsAgreeWithTheOfficialImplementation(
            String name, long parameters, long macs, long torchprofile, long ditPaper) {
        ModelCost cost = ModelCost.of(ModelZoo.find(name).orElseThrow());

        assertThat(cost)
                .usingRecursiveComparison()
                .ignoringFields("activationBytes", "kept")
                .isEqualTo(new ModelCost(parameters, parameters, macs, torchprofile, ditPaper, macs, 0));
    }

    /** Trained parameters and MACs + layer norm of the DiT paper's other conditionings of XL/2, its table 4. */
    @ParameterizedTest
    @CsvSource({
        "IN_CONTEXT,      449.16, 119.371",
        "CROSS_ATTENTION, 597.99, 137.63",
        "ADALN,           600.45, 118.564",
        "ADALN_ZERO,      674.83, 118.638",
    })
    void conditioningsOfTheDitPaperCostWhatItPrints(Conditioning conditioning, String millions, String gigas) {
        Settings settings =
                ModelZoo.find("DiT-XL/2").orElseThrow().with(ArchitectureKnobs.CONDITIONING.to(conditioning));

        assertThat(PublishedCost.rounded(CountedModel.of(settings).trained(), 6, millions))
                .isEqualTo(millions);
        assertThat(PublishedCost.rounded(ModelCost.of(settings).macsDitPaper(), 9, gigas))
                .isEqualTo(gigas);
    }

    /**
     * Parameters with a position table, which VisionLLaMA's models do not add to their tokens. Its paper prints DiT-L's
     * figures for L, which the rounding to 256 makes larger.
     */
    @ParameterizedTest
    @CsvSource({"S, 32.94, 6.06", "B, 130.47, 23.01", "L, 464.3, 82.3", "XL, 674.97, 118.62"})
    void visionLlamaIsRopeAndSwigluOnDit(String size, String millions, String gigas) {
        Settings settings = ModelZoo.find("DiT-" + size + "/2")
                .orElseThrow()
                .with(
                        ArchitectureKnobs.POSITION.to(Position.ROPE2D),
                        ArchitectureKnobs.FFN.to(FeedForwardKind.SWIGLU),
                        ArchitectureKnobs.FFN_MULTIPLE.to(256));
        long withTable = ModelCost.of(settings.with(ArchitectureKnobs.POSITION.to(Position.BOTH)))
                .parameters();

        assertThat(PublishedCost.rounded(withTable, 6, millions)).isEqualTo(millions);
        assertThat(withTable - ModelCost.of(settings).parameters())
                .isEqualTo(256L * settings.get(ArchitectureKnobs.WIDTH));
        assertThat(PublishedCost.rounded(ModelCost.of(settings).macs(), 9, gigas))
                .isEqualTo(gigas);
    }

    @Test
    void largestModelIsCountedWithinASecond() {
        Settings settings = ModelZoo.find("DiT-XL/2").orElseThrow();

        ModelCost cost = Assertions.assertTimeout(Duration.ofSeconds(1), () -> ModelCost.of(settings));

        assertThat(cost.parameters()).isEqualTo(675_129_632L);
    }

    @Test
    void activationsGrowWithDepthAndTokens() {
        Settings small = ModelZoo.find("DiT-S/4").orElseThrow();
        long activations = ModelCost.of(small).activationBytes();

        assertThat(Stream.of(small.with(ArchitectureKnobs.DEPTH.to(24)), small.with(ArchitectureKnobs.PATCH.to(2))))
                .allSatisfy(larger ->
                        assertThat(ModelCost.of(larger).activationBytes()).isGreaterThan(3 * activations / 2));
    }

    /** Blocks of width 8 with 4 tokens: a checkpoint is the result of a block's pair, (1, 4, 8) of 4 bytes. */
    @Test
    void checkpointingKeepsTheResultsOfPartsAndTheLargestPartWhole() {
        ModelCost one = deep(1);
        ModelCost five = deep(5);
        ModelCost seven = deep(7);

        assertThat(seven.activationBytes(true, false) - five.activationBytes(true, false))
                .isEqualTo(2 * 4 * 4 * 8);
        assertThat(five.activationBytes(true, false)).isLessThan(five.activationBytes(false, false));
        assertThat(one.activationBytes(true, false)).isEqualTo(one.activationBytes(false, false));
        assertThat(five.activationBytes(false, true))
                .isBetween(five.activationBytes(false, false) / 2, five.activationBytes(false, false) * 9 / 10);
        assertThat(five.activationBytes(true, true)).isLessThan(five.activationBytes(true, false));
    }

    private static ModelCost deep(int depth) {
        return ModelCost.of(ModelZoo.find("DiT-S/4")
                .orElseThrow()
                .with(
                        ArchitectureKnobs.INPUT.to(List.of(3, 8, 8)),
                        ArchitectureKnobs.WIDTH.to(8),
                        ArchitectureKnobs.HEADS.to(2),
                        ArchitectureKnobs.DEPTH.to(depth)));
    }
}
