package org.ditlab.study.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;
import static org.ditlab.model.ArchitectureKnobs.CLASSES;
import static org.ditlab.model.ArchitectureKnobs.DEPTH;
import static org.ditlab.model.ArchitectureKnobs.HEADS;
import static org.ditlab.model.ArchitectureKnobs.INPUT;
import static org.ditlab.model.ArchitectureKnobs.MLP_RATIO;
import static org.ditlab.model.ArchitectureKnobs.PATCH;
import static org.ditlab.model.ArchitectureKnobs.WIDTH;
import static org.ditlab.study.Study.control;
import static org.ditlab.study.Study.gmacs;
import static org.ditlab.study.Study.gmacsOf;
import static org.ditlab.study.Study.rung;
import static org.ditlab.study.Study.variant;
import static org.ditlab.study.ToleranceUnit.PERCENT;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.ditlab.knob.Settings;
import org.ditlab.model.ModelCost;
import org.ditlab.model.ModelZoo;
import org.ditlab.study.Change;
import org.ditlab.study.Match;
import org.ditlab.study.RecipeFixture;
import org.ditlab.study.Study;
import org.ditlab.study.StudyException;
import org.ditlab.study.Variant;
import org.junit.jupiter.api.Test;

class MatchResolverTests {
    private static final Match BASE_BY_WIDTH =
            gmacsOf("base").within(10, PERCENT).solving(WIDTH);

    private static Study study() {
        return Study.named("matched").base("DiT-S/4", HEADS.to(6), WIDTH.to(240));
    }

    private static Plan plan(Study study) {
        return study.plan(PlanFixture.planner());
    }

    private static Settings settings(Plan plan, String variant) {
        return plan.trials().stream()
                .filter(trial -> trial.variant().equals(variant))
                .findFirst()
                .orElseThrow()
                .settings();
    }

    private static long macs(Plan plan, String variant) {
        return plan.costs().get(variant).macs();
    }

    private static List<String> problems(Study study) {
        return catchThrowableOfType(StudyException.class, () -> plan(study)).problems();
    }

    @Test
    void aRungIsSolvedAndTheNextStandsOnTheSolvedValue() {
        Plan plan = plan(
                study().ladder(rung("patch 2", PATCH.to(2)).matching(BASE_BY_WIDTH), rung("deeper", DEPTH.to(13))));

        int width = settings(plan, "patch 2").get(WIDTH);
        assertThat(width).isLessThan(240).isGreaterThan(96);
        assertThat((double) macs(plan, "patch 2") / macs(plan, "base")).isCloseTo(1, within(0.1));
        assertThat(settings(plan, "deeper").get(WIDTH)).isEqualTo(width);
        assertThat(settings(plan, "base").get(WIDTH)).isEqualTo(240);
        assertThat(plan.variants())
                .extracting(Variant::settings)
                .contains(Settings.of(PATCH.to(2), WIDTH.to(width), DEPTH.to(13)));
    }

    @Test
    void aRungWithAMatchOfItsOwnSolvesAgain() {
        Plan plan = plan(study().ladder(
                        rung("patch 2", PATCH.to(2)).matching(BASE_BY_WIDTH),
                        rung("deep", DEPTH.to(24)).matching(BASE_BY_WIDTH),
                        rung("wide", WIDTH.to(480)),
                        rung("shallow")
                                .matching(gmacsOf("base").within(40, PERCENT).solving(DEPTH)),
                        control("slim")
                                .of("deep")
                                .matching(gmacsOf("base").within(2, PERCENT).solving(MLP_RATIO))));

        assertThat(settings(plan, "deep").get(WIDTH))
                .isLessThan(settings(plan, "patch 2").get(WIDTH));
        assertThat(settings(plan, "shallow").get(WIDTH)).isEqualTo(480);
        assertThat(settings(plan, "shallow").get(DEPTH)).isLessThan(4);
        assertThat(settings(plan, "wide").get(DEPTH)).isEqualTo(24);
        assertThat(plan.matches())
                .extracting(SolvedMatch::variant)
                .containsExactly("patch 2", "deep", "shallow", "slim");
        assertThat(settings(plan, "slim").get(MLP_RATIO)).isLessThan(4);
        assertThat(settings(plan, "slim").get(WIDTH))
                .isEqualTo(settings(plan, "deep").get(WIDTH));
    }

    @Test
    void aControlIsShrunkToALaterRungThatStandsOnASolvedOne() {
        Plan plan = plan(study().ladder(
                        control("slim")
                                .of("patch 2")
                                .matching(gmacsOf("shallow").within(5, PERCENT).solving(WIDTH)),
                        rung("patch 2", PATCH.to(2)).matching(BASE_BY_WIDTH),
                        rung("shallow", DEPTH.to(6))));

        assertThat((double) macs(plan, "slim") / macs(plan, "shallow")).isCloseTo(1, within(0.05));
        assertThat(settings(plan, "slim").get(DEPTH)).isEqualTo(12);
        assertThat(plan.matches()).extracting(SolvedMatch::variant).containsExactly("slim", "patch 2");
    }

    @Test
    void aRungMayMatchALaterOneThatDoesNotTakeOverItsValue() {
        Plan plan = plan(study().ladder(
                        rung("first")
                                .matching(gmacsOf("second").within(0, PERCENT).solving(WIDTH)),
                        rung("second", WIDTH.to(480))));

        assertThat(settings(plan, "first").get(WIDTH)).isEqualTo(480);
    }

    @Test
    void targetsAreVariantsThenModelsOfTheZooOnTheStudysInputThenNumbers() {
        Settings here = Settings.of(INPUT.to(List.of(3, 16, 16)), CLASSES.to(10));
        Plan plan = plan(study().with(RecipeFixture.SIZE.to(16))
                .list(
                        variant("zoo")
                                .matching(gmacsOf("DiT-S/4").within(0, PERCENT).solving(WIDTH)),
                        variant("variant")
                                .matching(gmacsOf("DiT-B/4").within(0, PERCENT).solving(WIDTH)),
                        variant("DiT-B/4", WIDTH.to(96)),
                        variant("the base")
                                .matching(gmacsOf("base").within(0, PERCENT).solving(WIDTH)),
                        variant("number")
                                .matching(gmacs(0.024).within(5, PERCENT).solving(DEPTH))));

        assertThat(settings(plan, "zoo").get(WIDTH)).isEqualTo(384);
        assertThat(plan.matches().get(0).target())
                .isEqualTo(ModelCost.of(ModelZoo.find("DiT-S/4").orElseThrow().with(here))
                        .macs());
        assertThat(settings(plan, "variant").get(WIDTH)).isEqualTo(96);
        assertThat(settings(plan, "the base").get(WIDTH)).isEqualTo(240);
        assertThat(plan.matches().get(3).target()).isEqualTo(24_000_000);
    }

    @Test
    void hashesCoverTheSolvedValueAndNotTheFormula() {
        Plan solved = plan(study().list(variant("v")
                .matching(gmacsOf("DiT-S/4").within(2, PERCENT).solving(WIDTH))));
        Plan otherwise = plan(study().list(variant("v")
                .matching(gmacsOf("DiT-S/4").within(3, PERCENT).solving(WIDTH))));
        Plan written = plan(study().list(variant("v", WIDTH.to(384))));
        Plan other = plan(study().list(variant("v")
                .matching(gmacsOf("DiT-B/4").within(2, PERCENT).solving(WIDTH))));

        assertThat(solved.trials()).isEqualTo(otherwise.trials()).isEqualTo(written.trials());
        assertThat(solved.trials().get(0).hash())
                .isNotEqualTo(other.trials().get(0).hash());
        assertThat(solved.spec().hash()).isNotEqualTo(otherwise.spec().hash());
    }

    @Test
    void whatCannotBeSolvedIsNamedWithItsPlaceAndNothingElseIs() {
        Study study = study().ladder(
                        rung("no fit").matching(gmacs(0.5).within(0.01, PERCENT).solving(DEPTH)),
                        rung("stands on it", HEADS.to(4)),
                        rung("matches it", WIDTH.to(96))
                                .matching(gmacsOf("no fit").within(1, PERCENT).solving(MLP_RATIO)),
                        control("odd", PATCH.to(5)).of("base"),
                        control("matches odd")
                                .of("base")
                                .matching(gmacsOf("odd").within(1, PERCENT).solving(WIDTH)),
                        control("too much", PATCH.to(5)).of("base").matching(BASE_BY_WIDTH));

        StudyException refused = catchThrowableOfType(
                StudyException.class,
                () -> PlanFixture.planner()
                        .places(Map.of("no fit", "matched.yaml:4:5"))
                        .plan(study.spec()));

        assertThat(refused.problems()).hasSize(3);
        assertThat(refused.problems().get(0))
                .startsWith("matched.yaml:4:5  variant \"no fit\": match with 0.5 GMACs: no value of depth gives 0.5000"
                        + " GMACs within 0.01%: the nearest are depth = ");
        assertThat(refused.problems().get(1))
                .startsWith("study \"matched\": variant \"odd\": patch = 5 does not divide");
        assertThat(refused.problems().get(2))
                .startsWith("study \"matched\": variant \"too much\": match with \"base\": no value of width near 240"
                        + " gives a model: patch = 5 does not divide");
    }

    @Test
    void aTargetThatIsNoPlannedVariantAndCannotBeCountedIsSaid() {
        assertThat(problems(study().with(RecipeFixture.SIZE.to(12))
                        .base("DiT-S/4", PATCH.to(5))
                        .list(
                                variant("zoo", PATCH.to(4))
                                        .matching(gmacsOf("DiT-S/8")
                                                .within(2, PERCENT)
                                                .solving(WIDTH)),
                                variant("of base", PATCH.to(4)).matching(BASE_BY_WIDTH))))
                .anyMatch(p ->
                        p.contains("variant \"zoo\": match with \"DiT-S/8\", whose cost cannot be counted: patch = 8"))
                .anyMatch(p -> p.contains(
                        "variant \"of base\": match with \"base\", whose cost cannot be counted: patch = 5"));
    }

    @Test
    void javaStudiesWithWrongMatchesAreRefusedWithEverythingThatIsWrong() {
        Study wrong = study().ladder(
                        rung("a")
                                .matching(
                                        gmacsOf("c").within(Double.NaN, PERCENT).solving(WIDTH)),
                        rung("b")
                                .matching(gmacs(Double.POSITIVE_INFINITY)
                                        .within(101, PERCENT)
                                        .solving(PATCH)),
                        rung("c")
                                .matching(gmacsOf("nobody there")
                                        .within(-1, PERCENT)
                                        .solving(DEPTH)));

        assertThatExceptionOfType(StudyException.class)
                .isThrownBy(wrong::spec)
                .satisfies(
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "study \"matched\": ladder/0/match/within: within: \"NaN%\" is not allowed; expected a"
                                                + " percentage from 0% to 100%",
                                        "study \"matched\": ladder/1/match/gmacs: gmacs: \"Infinity\" is not allowed; expected a"
                                                + " number from 0.000001 to 1000000000",
                                        "study \"matched\": ladder/1/match/within: within: \"101.0%\" is not allowed; expected a"
                                                + " percentage from 0% to 100%",
                                        "study \"matched\": ladder/1/match/solve: patch cannot be solved; expected width | depth |"
                                                + " mlp-ratio",
                                        "study \"matched\": ladder/2/match/gmacs: no variant or model is named \"nobody there\"; expected base,"
                                                + " another variant, a model of the zoo, or a number of GMACs",
                                        "study \"matched\": ladder/2/match/within: within: \"-1.0%\" is not allowed; expected a"
                                                + " percentage from 0% to 100%",
                                        "study \"matched\": ladder/0/match/gmacs: a cycle of matches: \"a\" matches \"c\", \"c\""
                                                + " stands on \"b\", \"b\" stands on \"a\"; expected a cost that is known before this variant is solved"));
    }

    @Test
    void aLongChainOfMatchesIsSolvedInOrder() {
        Change[] chain = new Change[2000];
        for (int i = 0; i < chain.length; i++) {
            String next = i + 1 == chain.length ? "DiT-S/4" : "v" + (i + 1);
            chain[i] =
                    variant("v" + i).matching(gmacsOf(next).within(0, PERCENT).solving(WIDTH));
        }
        Plan plan = plan(study().list(chain));

        assertThat(settings(plan, "v0").get(WIDTH)).isEqualTo(384);
        assertThat(plan.matches()).hasSize(2000);
    }

    @Test
    void theTableSaysWhatWasSolved() throws JsonProcessingException {
        Plan plan = plan(study().list(
                        variant("v")
                                .matching(
                                        gmacsOf("DiT-S/4").within(2.5, PERCENT).solving(WIDTH)),
                        variant("w").matching(gmacs(0.6).within(4, PERCENT).solving(DEPTH))));
        String text = new PlanTable(plan).text();
        JsonNode rows = new ObjectMapper().readTree(new PlanTable(plan).json()).get("matches");

        assertThat(text).contains("\n\nv: width = 384 solved, 1.411 GMACs, target 1.411 (0 %)\nw: depth = ");
        assertThat(text.lines().filter(line -> line.startsWith("w: ")))
                .singleElement()
                .asString()
                .matches("w: depth = \\d+ solved, 0\\.\\d+ GMACs, target 0\\.6000 \\([-+]\\d\\.\\d+ %\\)");
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).get("variant").asText()).isEqualTo("v");
        assertThat(rows.get(0).get("target").asText()).isEqualTo("DiT-S/4");
        assertThat(rows.get(0).get("knob").asText()).isEqualTo("width");
        assertThat(rows.get(0).get("value").asInt()).isEqualTo(384);
        assertThat(rows.get(0).get("macs").asLong())
                .isEqualTo(rows.get(0).get("target_macs").asLong());
        assertThat(rows.get(0).get("within_percent").asDouble()).isEqualTo(2.5);
        assertThat(rows.get(1).get("target").asDouble()).isEqualTo(0.6);
        assertThat(rows.get(1).get("deviation_percent").asDouble()).isBetween(-4.0, 4.0);
    }
}
