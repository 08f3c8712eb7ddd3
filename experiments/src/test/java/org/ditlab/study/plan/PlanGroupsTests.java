package org.ditlab.study.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.ditlab.model.ArchitectureKnobs.ATTENTION_LOGITS;
import static org.ditlab.model.ArchitectureKnobs.DEPTH;
import static org.ditlab.model.ArchitectureKnobs.FFN;
import static org.ditlab.model.ArchitectureKnobs.FFN_REPARAM;
import static org.ditlab.model.ArchitectureKnobs.HEADS;
import static org.ditlab.model.ArchitectureKnobs.MLP_RATIO;
import static org.ditlab.model.ArchitectureKnobs.PATCH;
import static org.ditlab.model.ArchitectureKnobs.WIDTH;
import static org.ditlab.study.Study.control;
import static org.ditlab.study.Study.gmacsOf;
import static org.ditlab.study.Study.over;
import static org.ditlab.study.Study.rung;
import static org.ditlab.study.ToleranceUnit.PERCENT;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.ditlab.nn.FeedForwardKind;
import org.ditlab.nn.Logits;
import org.ditlab.study.Axis;
import org.ditlab.study.Exclusion;
import org.ditlab.study.GridPlan;
import org.ditlab.study.GroupMember;
import org.ditlab.study.PlanGroup;
import org.ditlab.study.Study;
import org.ditlab.study.StudyException;
import org.ditlab.study.Terms;
import org.ditlab.study.Variant;
import org.junit.jupiter.api.Test;

class PlanGroupsTests {
    private static Study study() {
        return Study.named("groups").base("DiT-S/4", DEPTH.to(2), WIDTH.to(48), HEADS.to(4));
    }

    private static Plan plan(Study study) {
        return study.plan(PlanFixture.planner());
    }

    @Test
    void whatSeveralKindsAskForRunsOnceUnderItsFirstName() {
        Plan plan = plan(study().ladder(rung("patch 2", PATCH.to(2)), rung("deeper", DEPTH.to(3)))
                .alsoLeaveOneOut()
                .alsoAddOneIn()
                .alsoPermuted(0, 0)
                .grid(over(PATCH, 2, 4), over(DEPTH, 2, 3)));

        assertThat(plan.variants())
                .extracting(Variant::name)
                .containsExactly("base", "patch 2", "deeper", "- patch 2", "untrained");
        assertThat(plan.trials()).hasSize(5);
        assertThat(plan.warnings()).isEmpty();
        assertThat(plan.groups())
                .extracting(group ->
                        group.members().stream().map(GroupMember::variant).toList())
                .containsExactly(
                        List.of("base", "patch 2", "deeper"),
                        List.of("deeper", "- patch 2", "patch 2"),
                        List.of("base", "patch 2", "- patch 2"),
                        List.of("base", "patch 2", "deeper", "- patch 2"),
                        List.of("patch 2", "deeper", "base", "- patch 2"));
        assertThat(plan.variant("patch=4, depth=2")).isEqualTo("base");
        assertThat(plan.memberships().get("deeper"))
                .contains(Map.of(
                        "group",
                        4,
                        "kind",
                        "grid",
                        "label",
                        "grid of patch x depth",
                        "name",
                        "patch=2, depth=3",
                        "coordinates",
                        Map.of("patch", 2L, "depth", 3L)));
    }

    @Test
    void pointsThatCannotBeBuiltAreOneProblemOrLeftOut() {
        GridPlan grid = GridPlan.of(
                over(FFN, FeedForwardKind.MLP, FeedForwardKind.DEPTHWISE_CONV), over(FFN_REPARAM, false, true));

        assertThatExceptionOfType(StudyException.class)
                .isThrownBy(() -> plan(study().also(grid)))
                .satisfies(e -> assertThat(e.problems())
                        .singleElement()
                        .asString()
                        .contains("1 of 4 variants of grid cannot be built", "\"ffn=mlp, ffn.reparam=true\"")
                        .contains("requires ffn = depthwise-conv", "say exclude: invalid"));
        Plan plan = plan(study().also(grid.excluding(new Exclusion.Invalid())));
        assertThat(plan.variants()).hasSize(4);
        assertThat(plan.groups().get(0).leftOut())
                .singleElement()
                .asString()
                .contains("1 of 4 variants of grid cannot be built", "left out by exclude: invalid");
    }

    @Test
    void everyVariantOfAKindMeetsItsMatch() {
        Plan plan = plan(study().also(GridPlan.of(over(DEPTH, 2, 3))
                        .matching(gmacsOf("base").within(30, PERCENT).solving(MLP_RATIO)))
                .list(Study.variant("start")));

        assertThat(plan.matches())
                .hasSize(2)
                .allSatisfy(
                        match -> assertThat(Math.abs(match.deviationPercent())).isLessThan(30));
        assertThat(plan.variant("depth=3")).isEqualTo("depth=3");
        assertThat(plan.variant("start")).isEqualTo("depth=2");
    }

    @Test
    void aMatchAmongTheChangesIsSolvedWhereItStands() {
        Study study = study().ladder(
                        rung("deeper", DEPTH.to(3))
                                .matching(gmacsOf("base").within(30, PERCENT).solving(MLP_RATIO)),
                        rung("fewer heads", HEADS.to(2)),
                        rung("cosine", ATTENTION_LOGITS.to(Logits.COSINE)))
                .alsoLeaveOneOut();
        Plan plan = plan(study);

        // The full variant is the last rung: its ratio was solved two rungs below, and is solved there again.
        assertThat(plan.variant("all changes")).isEqualTo("cosine");
        assertThat(plan.groups().get(1).members())
                .extracting(GroupMember::name)
                .containsExactly("all changes", "- deeper", "- fewer heads", "- cosine");
        assertThat(plan.variant("- cosine")).isEqualTo("fewer heads");
        Function<String, Double> ratio = name -> plan.variants().stream()
                .filter(variant -> variant.name().equals(name))
                .findFirst()
                .orElseThrow()
                .settings()
                .get(MLP_RATIO);
        assertThat(ratio.apply("- fewer heads"))
                .isEqualTo(ratio.apply("deeper"))
                .isLessThan(4);
        assertThat(ratio.apply("- deeper")).isEqualTo(4);
    }

    @Test
    void aControlMayStandOnAVariantOfAnyKind() {
        Plan plan = plan(study().grid(over(DEPTH, 2, 3))
                .controls(control("slim")
                        .of("depth=3")
                        .matching(gmacsOf("depth=2").within(40, PERCENT).solving(MLP_RATIO))));

        assertThat(plan.variants())
                .extracting(Variant::name)
                .containsExactly("depth=2", "depth=3", "slim", "untrained");
        assertThat(plan.matches())
                .singleElement()
                .matches(match -> match.variant().equals("slim"));
    }

    @Test
    void theTableHasAHeadingPerGroup() {
        String text =
                new PlanTable(plan(study().ladder(rung("deeper", DEPTH.to(3))).grid(over(DEPTH, 3, 4)))).text();

        assertThat(text.lines().map(line -> line.split("  ")[0]).toList())
                .startsWith(
                        "variant",
                        "",
                        "ladder (2 variants)",
                        "base",
                        "deeper",
                        "",
                        "grid of depth (2 variants)",
                        "depth=4")
                .contains("untrained");
        assertThat(text).contains("  above already: depth=3 = deeper\n");
        assertThat(new PlanTable(plan(PlanFixture.ladder())).text()).doesNotContain("variants)");
    }

    @Test
    void groupsStandInTheJsonForms() {
        Plan plan = plan(study().leaveOneOut(Study.variant("p", PATCH.to(2)), Study.variant("d", DEPTH.to(3))));

        assertThat(plan.groups().stream().map(PlanGroup::tree).toList())
                .isEqualTo(List.of(Map.of(
                        "kind",
                        "leave-one-out",
                        "label",
                        "leave-one-out of 2 changes",
                        "members",
                        List.of(
                                Map.of("variant", "all changes", "changes", List.of("p", "d")),
                                Map.of("variant", "- p", "changes", List.of("d"), "leaves_out", List.of("p")),
                                Map.of("variant", "- d", "changes", List.of("p"), "leaves_out", List.of("d"))))));
        assertThat(new PlanTable(plan).json()).contains("\"leaves_out\"");
        Trial trial = plan.trials().get(1);
        assertThat(TrialJson.tree(trial, plan.cost(trial), plan.memberships().get(trial.variant())))
                .containsKey("groups");
    }

    @Test
    void theTextListsTheOrdersOfAPermutedLadder() {
        Plan plan = plan(study().ladder(rung("patch 2", PATCH.to(2)), rung("deeper", DEPTH.to(3)))
                .alsoPermuted(0, 0));

        assertThat(new PlanTable(plan).text()).contains("  order 1: patch 2, deeper\n  order 2: deeper, patch 2\n");
    }

    @Test
    void anExclusionThatLeavesNothingOutIsWarnedOf() {
        Exclusion none = new Exclusion.Where(List.of((Axis.Values) over(PATCH, 8)));
        Plan plan = plan(study().also(new GridPlan(List.of(over(PATCH, 2, 4)), Terms.NONE).excluding(none)));

        assertThat(plan.warnings())
                .containsExactly("grid/exclude/0: exclude: patch=8 leaves nothing out that was not left out already;"
                        + " expected knobs and values that a variant here has");
    }

    @Test
    void aKindOfWhichNothingIsLeftIsWarnedOfAndAStudyRefused() {
        Exclusion all = new Exclusion.Where(List.of((Axis.Values) over(PATCH, 2, 4)));
        GridPlan grid = new GridPlan(List.of(over(PATCH, 2, 4)), Terms.NONE).excluding(all);

        assertThat(plan(study().ladder(rung("deeper", DEPTH.to(3))).also(grid)).warnings())
                .containsExactly("grid/exclude: every variant of grid is left out");
        assertThatExceptionOfType(StudyException.class)
                .isThrownBy(() -> plan(study().also(grid)))
                .withMessageStartingWith("grid/exclude: every variant of grid is left out, so that nothing is trained");
    }
}
