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
        assertThat(json.get("macs_train_graph").longValue()).isEqualTo(cost.macsTraining());
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

    @Test
    void bothActivationTotalsAreNamed() throws IOException {
        Settings settings = settings("U-DiT-T");
        ModelCost cost = ModelCost.of(settings);
        LayerText folded = new LayerText(new LayerTable(folded("U-DiT-T"), 9, false), cost);
        LayerText training = new LayerText(
                new LayerTable(ModelStructure.training("U-DiT-T", settings, Convention.MACS), 9, false), cost);

        assertThat(folded.text())
                .contains("81.30 MB of the folded model (the rows), 123.8 MB of the graph that trains, kept");
        assertThat(training.text())
                .contains("81.30 MB of the folded model, 123.8 MB of the graph that trains (the rows), kept");
        assertThat(activations(folded, "activation_bytes_folded"))
                .isEqualTo(activations(training, "activation_bytes_folded"))
                .isEqualTo(leafActivations(folded))
                .isEqualTo(81_300_224);
        assertThat(activations(folded, "activation_bytes_training"))
                .isEqualTo(activations(training, "activation_bytes_training"))
                .isEqualTo(leafActivations(training))
                .isEqualTo(cost.activationBytes());
    }

    @Test
    void aModelWithoutBranchesHasOneActivationTotal() throws IOException {
        LayerText text = new LayerText(new LayerTable(folded("DiT-S/8"), 1, false), ModelCost.of(settings("DiT-S/8")));

        assertThat(text.text()).containsPattern("activations +[0-9.]+ MB, kept").doesNotContain("(the rows)");
        assertThat(activations(text, "activation_bytes_folded"))
                .isEqualTo(activations(text, "activation_bytes_training"))
                .isEqualTo(leafActivations(text));
    }

    private static long activations(LayerText text, String key) throws IOException {
        return new ObjectMapper().readTree(text.json()).get(key).longValue();
    }

    private static long leafActivations(LayerText text) throws IOException {
        long sum = 0;
        for (JsonNode row : new ObjectMapper().readTree(text.json()).get("layers")) {
            sum += row.get("leaf").booleanValue() ? row.get("activation_bytes").longValue() : 0;
        }
        return sum;
    }

    @ParameterizedTest
    @CsvSource({"TORCHPROFILE, G torchprofile", "DIT_PAPER, G DiT paper"})
    void onlyMultiplyAccumulatesAreCalledSo(Convention convention, String unit) {
        LayerText text = new LayerText(
                new LayerTable(folded("DiT-S/2", convention), 1, false), ModelCost.of(settings("DiT-S/2")));
        String diff =
                new DiffText(StructuralDiff.of(folded("DiT-S/2", convention), folded("DiT-S/4", convention))).text();

        assertThat(text.text().lines().filter(line -> line.contains("GMACs")))
                .singleElement()
                .asString()
                .startsWith("  training ");
        assertThat(text.text()).contains(" " + unit + " ");
        assertThat(diff).contains(" " + unit + " ", "\n" + unit + " at batch 1");
        assertThat(diff.lines().filter(line -> line.contains("GMACs")))
                .as("what one operation runs is pure, and the last lines say so")
                .allMatch(line -> line.matches(" +[\\w.()]+ \\w+: [0-9.]+ -> [0-9.]+ GMACs|A row xN .*"));
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
    void whatARungSavesIsSaid() {
        StructuralDiff diff = StructuralDiff.of(folded("DiT-UNet"), folded("U-DiT-T (vanilla)"));

        // T = 32 x 32 tokens of width 96 attend to each other; then four times T / 4 tokens among themselves.
        long before = 2L * 1024 * 1024 * 96;
        assertThat(before).isEqualTo(201_326_592);
        assertThat(before / 4).isEqualTo(50_331_648);
        assertThat(diff.blocks())
                .filteredOn(block -> block.path().equals("decoder_level_1.0"))
                .singleElement()
                .satisfies(block -> assertThat(block.details())
                        .contains(
                                "attn1 matmul: 0.201 -> 0.05033 GMACs",
                                "attn2 matmul: 0.201 -> 0.05033 GMACs",
                                "attn1.downsampler.layer conv2d: 0 -> 0.00246 GMACs"));
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
