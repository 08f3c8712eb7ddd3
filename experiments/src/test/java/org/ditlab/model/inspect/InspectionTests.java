package org.ditlab.model.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.ModelCost;
import org.ditlab.model.ModelZoo;
import org.ditlab.tensor.Convention;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Layer tables and structural differences against the counts of whole models. */
class InspectionTests {
    private static List<String> zoo() {
        return ModelZoo.names();
    }

    private static Settings settings(String name) {
        return ModelZoo.find(name).orElseThrow();
    }

    private static ModelStructure folded(String name, Convention convention) {
        return ModelStructure.folded(name, settings(name), convention);
    }

    private static ModelStructure folded(String name) {
        return folded(name, Convention.MACS);
    }

    private static Measure leaves(ModelStructure structure, int depth, boolean expanded) {
        return new LayerTable(structure, depth, expanded)
                .rows().stream().filter(LayerRow::leaf).map(LayerRow::measure).reduce(Measure.NONE, Measure::plus);
    }

    @ParameterizedTest
    @MethodSource("zoo")
    void leavesAddUpToTheModel(String name) {
        ModelCost cost = ModelCost.of(settings(name));
        ModelStructure folded = folded(name);
        ModelStructure training = ModelStructure.training(name, settings(name), Convention.MACS);

        assertThat(folded.total().parameters()).isEqualTo(cost.parametersFolded());
        assertThat(folded.total().cost()).isEqualTo(cost.macs());
        assertThat(training.total())
                .isEqualTo(new Measure(cost.parameters(), cost.macsTraining(), cost.activationBytes()));
        assertThat(Stream.of(1, 2, Integer.MAX_VALUE)).allSatisfy(depth -> {
            assertThat(leaves(folded, depth, false)).isEqualTo(folded.total());
            assertThat(leaves(training, depth, true)).isEqualTo(training.total());
        });
    }

    @ParameterizedTest
    @CsvSource({"DiT-S/4", "U-DiT-T", "U-DiT-T (vanilla)"})
    void everyConventionAddsUp(String name) {
        ModelCost cost = ModelCost.of(settings(name));

        ModelStructure torchprofile = folded(name, Convention.TORCHPROFILE);
        ModelStructure ditPaper = folded(name, Convention.DIT_PAPER);

        assertThat(torchprofile.total().cost()).isEqualTo(cost.macsTorchprofile());
        assertThat(leaves(torchprofile, 3, false)).isEqualTo(torchprofile.total());
        assertThat(ditPaper.total().cost()).isEqualTo(cost.macsDitPaper());
        assertThat(leaves(ditPaper, 3, false)).isEqualTo(ditPaper.total());
    }

    @Test
    void layersHaveTheCostOfTheirFormula() {
        ModelStructure structure = folded("DiT-S/4");
        List<LayerRow> rows = new LayerTable(structure, Integer.MAX_VALUE, false).rows();

        // T = 64 tokens, D = 384, 12 blocks.
        assertThat(rows).anySatisfy(row -> {
            assertThat(row.path()).isEqualTo("blocks.0-11.attn.qkv");
            assertThat(row.count()).isEqualTo(12);
            assertThat(row.output()).isEqualTo("(1, 64, 1152)");
            assertThat(row.measure())
                    .isEqualTo(new Measure(12L * 385 * 1152, 12L * 64 * 384 * 1152, 12L * 64 * 1152 * 4));
        });
        assertThat(rows).anySatisfy(row -> {
            assertThat(row.path()).isEqualTo("blocks.0-11.attn.(own)");
            assertThat(row.measure().cost()).isEqualTo(12L * 2 * 64 * 64 * 384);
        });
        assertThat(rows)
                .filteredOn(row -> row.depth() == 1)
                .extracting(LayerRow::path)
                .containsExactly("x_embedder", "t_embedder", "y_embedder", "blocks.0-11", "final_layer", "(own)");
    }

    @Test
    void equalBlocksAreApartWhenExpanded() {
        List<LayerRow> rows = new LayerTable(folded("DiT-S/4"), 1, true).rows();

        assertThat(rows).extracting(LayerRow::path).contains("blocks.0", "blocks.11");
        assertThat(rows).hasSize(5 + 12);
    }

    @Test
    void theTableIsReadByPeopleAndPrograms() throws IOException {
        ModelCost cost = ModelCost.of(settings("U-DiT-T"));
        LayerText text = new LayerText(new LayerTable(folded("U-DiT-T", Convention.TORCHPROFILE), 2, false), cost);

        assertThat(text.text())
                .startsWith("U-DiT-T\n")
                .contains(Convention.TORCHPROFILE.label(), "after folding", "latent.0-1 x2", "ffn.reparam=true");
        JsonNode json = new ObjectMapper().readTree(text.json());
        assertThat(json.get("macs_training").longValue()).isEqualTo(cost.macsTraining());
        assertThat(json.get("convention").textValue()).isEqualTo(Convention.TORCHPROFILE.label());
        long sum = 0;
        for (JsonNode row : json.get("layers")) {
            sum += row.get("leaf").booleanValue() ? row.get("cost").longValue() : 0;
        }
        assertThat(sum).isEqualTo(cost.macsTorchprofile());
        List<String> csv = text.csv().lines().toList();
        assertThat(csv.get(0)).isEqualTo("path,depth,count,output,params,cost,share,activation_bytes,leaf");
        assertThat(csv).hasSize(1 + json.get("layers").size());
    }

    @ParameterizedTest
    @MethodSource("zoo")
    void aModelDoesNotDifferFromItself(String name) {
        StructuralDiff diff = StructuralDiff.of(folded(name), folded(name));

        assertThat(diff.isEmpty()).isTrue();
        assertThat(diff.knobs()).isEmpty();
        assertThat(diff.delta()).isEqualTo(Measure.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "DiT-S/4, DiT-XL/2",
        "DiT-S/4, DiT-UNet",
        "DiT-UNet, DiT-UNet (Slim)",
        "DiT-UNet, U-DiT-T (vanilla)",
        "U-DiT-T (vanilla), U-DiT-T +cos",
        "U-DiT-T +cos, U-DiT-T",
        "U-DiT-S, U-DiT-L",
        "U-DiT-B, U-DiT-B@512"
    })
    void differencesAddUp(String from, String to) {
        for (Convention convention : Convention.values()) {
            StructuralDiff there = StructuralDiff.of(folded(from, convention), folded(to, convention));
            StructuralDiff back = StructuralDiff.of(folded(to, convention), folded(from, convention));

            assertThat(there.isEmpty()).isFalse();
            assertThat(sum(there)).isEqualTo(there.delta());
            assertThat(sum(back)).isEqualTo(there.delta().times(-1));
        }
    }

    private static Measure sum(StructuralDiff diff) {
        return diff.blocks().stream().map(BlockDifference::delta).reduce(Measure.NONE, Measure::plus);
    }

    @Test
    void moreDepthIsBlocksAdded() {
        Settings deeper = settings("DiT-S/4").with(ArchitectureKnobs.DEPTH.to(14));

        StructuralDiff diff =
                StructuralDiff.of(folded("DiT-S/4"), ModelStructure.folded("deeper", deeper, Convention.MACS));

        assertThat(diff.blocks()).singleElement().satisfies(added -> {
            assertThat(added.change()).isEqualTo(BlockDifference.Change.ADDED);
            assertThat(added.path()).isEqualTo("blocks.12-13");
            assertThat(added.count()).isEqualTo(2);
        });
        assertThat(diff.knobs()).containsExactly(new KnobDifference("depth", 12L, 14L));
        assertThat(new DiffText(diff).text()).contains("added  blocks.12-13 x2");
    }

    @Test
    void aRungNamesWhatItChanged() {
        StructuralDiff diff = StructuralDiff.of(folded("U-DiT-T (vanilla)"), folded("U-DiT-T +cos"));

        assertThat(diff.knobs()).extracting(KnobDifference::knob).containsExactly("attention.logits");
        assertThat(diff.blocks())
                .extracting(BlockDifference::path)
                .contains("latent.0-1")
                .doesNotContain("output");
        assertThat(diff.blocks().get(0).details()).contains("+ attn1: logit_scale (2, 1, 1)");
    }

    @Test
    void branchesAreSeenInTheGraphThatTrainsOnly() {
        String plain = "U-DiT-T +cos +rope +dwffn";

        StructuralDiff folded = StructuralDiff.of(folded(plain), folded("U-DiT-T"));
        StructuralDiff training = StructuralDiff.of(
                ModelStructure.training(plain, settings(plain), Convention.MACS),
                ModelStructure.training("U-DiT-T", settings("U-DiT-T"), Convention.MACS));

        assertThat(folded.isEmpty()).isTrue();
        assertThat(folded.knobs()).hasSize(1);
        assertThat(training.delta().cost()).isPositive();
    }

    @Test
    void modelsCountedOtherwiseDoNotCompare() {
        ModelStructure macs = folded("DiT-S/8");
        ModelStructure paper = folded("DiT-S/8", Convention.DIT_PAPER);

        assertThatThrownBy(() -> StructuralDiff.of(macs, paper))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("take both models alike");
    }
}
