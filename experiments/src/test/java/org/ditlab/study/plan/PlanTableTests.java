package org.ditlab.study.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ditlab.model.ArchitectureKnobs.DEPTH;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.ditlab.model.ModelCost;
import org.ditlab.study.RecipeFixture;
import org.ditlab.study.Study;
import org.junit.jupiter.api.Test;

class PlanTableTests {
    private final Plan plan = Study.named("table")
            .with(RecipeFixture.STEPS.to(1000), RecipeFixture.BATCH.to(64))
            .list(Study.variant("plain, as it is"), Study.variant("deeper", DEPTH.to(24)))
            .seeds(2)
            .plan(PlanFixture.planner()
                    .cost(settings ->
                            new ModelCost(33_000_000, 33_000_000, 1_400_000_000, 3, 4, 1_400_000_000, 2_500_000))
                    .cached(stage -> stage.kind() == StageKind.EXTRACTOR));

    @Test
    void textHasAlignedRowsOfOneVariantTogether() {
        String[] lines = new PlanTable(plan).text().split("\n");

        assertThat(lines[0]).matches("variant +seed +trial +cached +params +GMACs +training GMACs +est. memory");
        assertThat(lines[1]).matches("plain, as it is +1 +[0-9a-f]{12} +1 of 4 +33.0 M +1.40 +268800 +1.27 GB");
        assertThat(lines[2]).startsWith("plain, as it is     2  ");
        assertThat(lines[3]).startsWith("deeper ");
        assertThat(lines[5]).matches("untrained +1 +[0-9a-f]{12} +1 of 4 +33.0 M +1.40 +0.0000 +582 MB");
        assertThat(lines[7]).isEqualTo("5 trials of 16 stages, 1 of them done; data: shapes-32");
        assertThat(lines[1]).hasSameSizeAs(lines[0]);
    }

    @Test
    void csvHasOneHeaderAndPlainNumbers() {
        String[] lines = new PlanTable(plan).csv().split("\n");

        assertThat(lines).hasSize(6);
        assertThat(lines[0])
                .isEqualTo(
                        "variant,replicate,seed,trial,cached,parameters,parameters_folded,macs,macs_torchprofile,macs_dit_paper,"
                                + "macs_train_graph,activation_bytes,training_macs,memory_bytes");
        assertThat(lines[1])
                .matches(
                        "\"plain, as it is\",1,1,[0-9a-f]{64},false,33000000,33000000,1400000000,3,4,1400000000,2500000,"
                                + "268800000000000,1270000000");
    }

    @Test
    void jsonHoldsTheSameRows() throws JsonProcessingException {
        JsonNode tree = new ObjectMapper().readTree(new PlanTable(plan).json());

        assertThat(tree.get("study").asText()).isEqualTo("table");
        assertThat(tree.get("trials")).hasSize(5);
        assertThat(tree.get("trials").get(0).get("macs").asLong()).isEqualTo(1_400_000_000L);
        assertThat(tree.get("data").get("name").asText()).isEqualTo("shapes-32");
        assertThat(tree.get("warnings").isArray()).isTrue();
    }
}
