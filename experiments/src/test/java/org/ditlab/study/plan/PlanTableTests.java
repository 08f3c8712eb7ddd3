package org.ditlab.study.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ditlab.model.ArchitectureKnobs.DEPTH;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ditlab.model.ModelCost;
import org.ditlab.study.RecipeFixture;
import org.ditlab.study.Study;
import org.ditlab.study.spi.Begun;
import org.ditlab.study.spi.Cached;
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

        assertThat(lines[0])
                .matches("variant +seed +trial +cached +params +GMACs +training GMACs +est. memory +re-used");
        assertThat(lines[1])
                .matches("plain, as it is +1 +[0-9a-f]{12} +1 of 4 +33.0 M +1.40 +268800 +1.27 GB +"
                        + "extractor cached; train, sample, measure new");
        assertThat(lines[2]).startsWith("plain, as it is     2  ");
        assertThat(lines[3]).startsWith("deeper ");
        assertThat(lines[5]).matches("untrained +1 +[0-9a-f]{12} +1 of 4 +33.0 M +1.40 +0.0000 +582 MB +.*");
        assertThat(lines[7]).isEqualTo("5 trials of 16 stages, 1 of them done, 15 to run; data: shapes-32");
        assertThat(lines[0].indexOf("re-used")).isEqualTo(lines[1].indexOf("extractor"));
    }

    @Test
    void whatGoesOnFromAStateSaysWhereFrom() {
        Study study = Study.named("table").list(Study.variant("one"));
        Planner planner = PlanFixture.planner();
        assertThat(new PlanTable(study.plan(planner)).text().split("\n")[0]).endsWith("est. memory");

        assertThat(text(study, planner, new Begun("train-0123456789ab", 1000)))
                .contains("train continues train-0123456789ab at step 1000; extractor, sample, measure new");
        String own = study.plan(planner).trials().get(0).stage(StageKind.TRAIN).id();
        assertThat(text(study, planner, new Begun(own, 7))).contains("train resumes at step 7;");
        assertThat(new PlanTable(study.plan(planner.cached(stage -> true))).text())
                .contains("  all cached\n")
                .contains("7 of them done, 0 to run");
    }

    private static String text(Study study, Planner planner, Begun begun) {
        return new PlanTable(study.plan(planner.cached(new Cached() {
                    @Override
                    public boolean done(Stage stage) {
                        return false;
                    }

                    @Override
                    public Optional<Begun> begun(Stage stage) {
                        return Optional.of(begun);
                    }
                })))
                .text();
    }

    @Test
    void csvHasOneHeaderAndPlainNumbers() {
        String[] lines = new PlanTable(plan).csv().split("\n");

        assertThat(lines).hasSize(6);
        assertThat(lines[0])
                .isEqualTo(
                        "variant,replicate,seed,trial,cached,parameters,parameters_folded,macs,macs_torchprofile,macs_dit_paper,"
                                + "macs_train_graph,activation_bytes,training_macs,memory_bytes,"
                                + "stages,stages_done,train_from,train_from_step");
        assertThat(lines[1])
                .matches(
                        "\"plain, as it is\",1,1,[0-9a-f]{64},false,33000000,33000000,1400000000,3,4,1400000000,2500000,"
                                + "268800000000000,1270000000,4,1,,0");
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

    @Test
    void estimatesAreAColumnAndALine() throws JsonProcessingException {
        Map<String, Double> seconds = new HashMap<>();
        plan.trials().forEach(trial -> seconds.put(trial.hash(), 3661.5));
        Estimates all = new Estimates(seconds, 2, 1, "a clock", List.of("off by an hour"));
        seconds.remove(plan.trials().get(0).hash());
        Estimates some = new Estimates(seconds, 2, 1, "a clock", List.of());

        assertThat(new PlanTable(plan, all).text())
                .containsPattern("est\\. memory  est\\. time  re-used\n")
                .contains("  1:01:02  extractor cached")
                .endsWith("estimated: 5:05:08 of work to do, 3:03:05 with 2 workers of 1 thread here; from a clock\n"
                        + "off by an hour\n");
        assertThat(new PlanTable(plan, some).text()).contains("  ?  extractor").doesNotContain("estimated:");
        String[] csv = new PlanTable(plan, some).csv().split("\n");
        assertThat(csv[0]).endsWith(",train_from_step,seconds");
        assertThat(csv[1]).endsWith(",0,");
        assertThat(csv[3]).endsWith(",0,3661.5");
        JsonNode tree = new ObjectMapper().readTree(new PlanTable(plan, all).json());
        assertThat(tree.get("trials").get(0).get("seconds").asDouble()).isEqualTo(3661.5);
        assertThat(tree.get("estimate").get("wall_seconds").asDouble()).isEqualTo(3 * 3661.5);
        assertThat(new ObjectMapper()
                        .readTree(new PlanTable(plan, some).json())
                        .get("estimate")
                        .get("seconds")
                        .isNull())
                .isTrue();
    }

    @Test
    void theClockCountsHoursOn() {
        assertThat(Estimates.clock(0)).isEqualTo("0:00:00");
        assertThat(Estimates.clock(0.2)).isEqualTo("0:00:01");
        assertThat(Estimates.clock(100 * 3600 + 59)).isEqualTo("100:00:59");
    }
}
