package org.ditlab.study.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.ditlab.model.ArchitectureKnobs.ATTENTION_FACTOR;
import static org.ditlab.model.ArchitectureKnobs.ATTENTION_TOKENS;
import static org.ditlab.model.ArchitectureKnobs.CLASSES;
import static org.ditlab.model.ArchitectureKnobs.CLASS_DROPOUT;
import static org.ditlab.model.ArchitectureKnobs.DEPTH;
import static org.ditlab.model.ArchitectureKnobs.HEADS;
import static org.ditlab.model.ArchitectureKnobs.INPUT;
import static org.ditlab.model.ArchitectureKnobs.PATCH;
import static org.ditlab.model.ArchitectureKnobs.SKELETON;
import static org.ditlab.model.ArchitectureKnobs.STAGES;
import static org.ditlab.model.ArchitectureKnobs.WIDTH;
import static org.ditlab.study.Study.rung;
import static org.ditlab.study.Study.variant;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.model.ModelCost;
import org.ditlab.model.Skeleton;
import org.ditlab.nn.AttentionTokens;
import org.ditlab.study.Change;
import org.ditlab.study.Correction;
import org.ditlab.study.Knobs;
import org.ditlab.study.Pairing;
import org.ditlab.study.RecipeFixture;
import org.ditlab.study.Study;
import org.ditlab.study.StudyException;
import org.ditlab.study.StudySpec;
import org.ditlab.study.spi.DataSummary;
import org.junit.jupiter.api.Test;

class PlannerTests {
    private static final List<StageKind> KINDS =
            List.of(StageKind.EXTRACTOR, StageKind.TRAIN, StageKind.SAMPLE, StageKind.MEASURE);

    private static Plan plan(Study study) {
        return study.plan(PlanFixture.planner());
    }

    private static Trial trial(Plan plan, String variant, int replicate) {
        return plan.trials().stream()
                .filter(trial -> trial.variant().equals(variant) && trial.replicate() == replicate)
                .findFirst()
                .orElseThrow();
    }

    private static String hash(Setting<?> setting, StageKind kind) {
        Study study = Study.named("one").list(variant("v", setting));
        return trial(plan(study), "v", 1).stage(kind).hash();
    }

    private static String hash(StageKind kind) {
        return trial(plan(Study.named("one").list(variant("v"))), "v", 1)
                .stage(kind)
                .hash();
    }

    @Test
    void aPlanHasEveryVariantWithEverySeedAndTheUntrainedModelOnce() {
        Plan plan = plan(PlanFixture.ladder().with(RecipeFixture.EMA_DECAY.to(0.99)));

        assertThat(plan.trials())
                .extracting(trial -> trial.variant() + " " + trial.replicate() + " " + trial.seed())
                .containsExactly(
                        "base 1 1",
                        "patch 2 1 1",
                        "narrow 1 1",
                        "deeper 1 1",
                        "untrained 1 1",
                        "base 2 2",
                        "patch 2 2 2",
                        "narrow 2 2",
                        "deeper 2 2");
        assertThat(plan.trials())
                .extracting(Trial::hash)
                .doesNotHaveDuplicates()
                .allMatch(h -> h.matches("[0-9a-f]{64}"));
        assertThat(plan.stages()).extracting(Stage::id).doesNotHaveDuplicates();
        assertThat(plan.stages())
                .filteredOn(s -> s.kind() == StageKind.EXTRACTOR)
                .hasSize(1);
        assertThat(plan.stages()).hasSize(1 + 3 * 9);
        assertThat(plan.warnings()).isEmpty();
        assertThat(plan.data().name()).isEqualTo("shapes-16");
    }

    @Test
    void everyKnobThatHasAnEffectIsResolved() {
        Plan plan = plan(PlanFixture.ladder());
        Settings settings = trial(plan, "deeper", 1).settings();

        assertThat(settings.raw().keySet())
                .isSubsetOf(RecipeFixture.knobs().names())
                .contains("patch", "width", "position", "attention.tokens", "train.steps")
                .doesNotContain("stages", "attention.factor", "ffn.reparam", "label-drop");
        assertThat(settings.get(INPUT)).containsExactly(3, 16, 16);
        assertThat(settings.get(CLASSES)).isEqualTo(10);
        assertThat(List.of(settings.get(PATCH), settings.get(DEPTH), settings.get(WIDTH), settings.get(HEADS)))
                .containsExactly(2, 3, 48, 4);
        assertThat(settings.get(RecipeFixture.STEPS)).isEqualTo(1000);
        assertThat(trial(plan, "untrained", 1).settings().get(RecipeFixture.STEPS))
                .isZero();
        assertThat(trial(plan, "narrow", 2).settings().get(DEPTH)).isEqualTo(2);
    }

    @Test
    void stagesAreNamedInTheOrderTheyRunAndUseEachOther() {
        Trial trial = plan(PlanFixture.ladder()).trials().get(0);

        assertThat(trial.stages())
                .extracting(Stage::kind)
                .containsExactly(StageKind.EXTRACTOR, StageKind.TRAIN, StageKind.SAMPLE, StageKind.MEASURE);
        assertThat(trial.stage(StageKind.SAMPLE).uses())
                .containsExactly(trial.stage(StageKind.TRAIN).hash());
        assertThat(trial.stage(StageKind.MEASURE).uses())
                .containsExactly(
                        trial.stage(StageKind.SAMPLE).hash(),
                        trial.stage(StageKind.EXTRACTOR).hash());
    }

    @Test
    void aKnobChangesTheStagesThatItReachesAndNoOthers() {
        List<StageKind> all = KINDS;
        List<StageKind> fromTrain = List.of(StageKind.TRAIN, StageKind.SAMPLE, StageKind.MEASURE);
        assertReaches(WIDTH.to(96), fromTrain);
        assertReaches(CLASS_DROPOUT.to(0.2), fromTrain);
        assertReaches(RecipeFixture.STEPS.to(7), fromTrain);
        assertReaches(RecipeFixture.SIZE.to(16), all);
        assertReaches(RecipeFixture.GUIDANCE.to(1.5), List.of(StageKind.SAMPLE, StageKind.MEASURE));
        assertReaches(RecipeFixture.METRICS.to(List.of("fid")), List.of(StageKind.MEASURE));
        assertReaches(RecipeFixture.DIMENSIONS.to(32), List.of(StageKind.EXTRACTOR, StageKind.MEASURE));
        assertReaches(RecipeFixture.LOG_EVERY.to(99), List.of());
        assertReaches(RecipeFixture.GUIDANCE.to(1.0), List.of());
    }

    private static void assertReaches(Setting<?> setting, List<StageKind> kinds) {
        for (StageKind kind : KINDS) {
            assertThat(hash(setting, kind).equals(hash(kind)))
                    .as("%s leaves %s alone", setting, kind)
                    .isEqualTo(!kinds.contains(kind));
        }
    }

    @Test
    void theSeedReachesTrainingAndSamplingButNotTheExtractor() {
        Plan plan = plan(PlanFixture.ladder());

        for (StageKind kind : KINDS) {
            boolean same = trial(plan, "base", 1)
                    .stage(kind)
                    .equals(trial(plan, "base", 2).stage(kind));
            assertThat(same).as(kind.word()).isEqualTo(kind == StageKind.EXTRACTOR);
        }
    }

    @Test
    void theContentOfTheDataReachesEveryStage() {
        Planner other = new Planner(RecipeFixture.knobs(), settings -> new DataSummary("x", "other", 3, 16, 16, 10, 5));
        Trial a = plan(PlanFixture.ladder()).trials().get(0);
        Trial b = PlanFixture.ladder().plan(other).trials().get(0);

        assertThat(a.stages())
                .extracting(Stage::hash)
                .doesNotContainAnyElementsOf(
                        b.stages().stream().map(Stage::hash).toList());
    }

    @Test
    void equalVariantsAreOneAndWarnedOf() {
        Plan plan = plan(Study.named("twins").list(variant("a", WIDTH.to(96)), variant("b", WIDTH.to(96))));

        assertThat(plan.trials()).extracting(Trial::variant).containsExactly("a", "untrained");
        assertThat(plan.variant("b")).isEqualTo("a");
        assertThat(plan.warnings())
                .singleElement()
                .asString()
                .contains("\"a\" and \"b\" have equal settings: they are one row, \"a\"");
    }

    @Test
    void tooFewSeedsForTheComparisonAreWarnedOf() {
        Study study =
                PlanFixture.ladder().with(RecipeFixture.EMA_DECAY.to(0.99)).compare(Pairing.SEED, Correction.HOLM);

        assertThat(plan(study).warnings())
                .singleElement()
                .asString()
                .contains("with seeds: 2 a paired sign test cannot reach p < 0.05 (its least p is 0.5); seeds: 6 can");
        assertThat(plan(study.seeds(6)).warnings()).isEmpty();
    }

    @Test
    void whatIsDoneIsAskedOncePerStageAndKept() {
        List<Stage> asked = new ArrayList<>();
        Plan plan = PlanFixture.ladder().plan(PlanFixture.planner().cached(stage -> {
            asked.add(stage);
            return stage.kind() != StageKind.MEASURE || stage.uses().contains("never");
        }));

        assertThat(asked).hasSameSizeAs(plan.stages());
        assertThat(plan.trials()).noneMatch(plan::cached);
        assertThat(plan.stages()).filteredOn(plan::done).noneMatch(s -> s.kind() == StageKind.MEASURE);
        assertThat(PlanFixture.ladder()
                        .plan(PlanFixture.planner().cached(stage -> true))
                        .trials())
                .hasSize(9);
    }

    @Test
    void theModelIsCountedOncePerArchitecture() {
        List<Settings> counted = new ArrayList<>();
        Change[] variants = IntStream.rangeClosed(1, 100)
                .mapToObj(i -> variant("v" + i, DEPTH.to(1 + i % 3), RecipeFixture.STEPS.to(i)))
                .toArray(Change[]::new);
        Plan plan = Study.named("many")
                .list(variants)
                .seeds(100)
                .plan(PlanFixture.planner().cost(settings -> {
                    counted.add(settings);
                    return new ModelCost(settings.get(DEPTH), settings.get(DEPTH), 2, 3, 4, 2, 5);
                }));

        assertThat(plan.trials()).hasSize(10_001).extracting(Trial::hash).doesNotHaveDuplicates();
        assertThat(counted).hasSize(4);
        assertThat(plan.cost(trial(plan, "v2", 1)).parameters()).isEqualTo(3);
        assertThat(plan.trainingMacs(trial(plan, "v7", 1))).isEqualTo(3.0 * 2 * 256 * 7);
        assertThat(plan.memoryBytes(trial(plan, "v7", 1))).isEqualTo(Plan.PROCESS_BYTES + 4 * 5 * 2 + 256 * 5);
    }

    @Test
    void everyVariantThatCannotBeBuiltIsNamedWithItsPlace() {
        StudySpec spec = Study.named("wrong")
                .ladder(rung("odd heads", HEADS.to(7)), rung("fine again", HEADS.to(6)), rung("odd patch", PATCH.to(5)))
                .spec();

        assertThatExceptionOfType(StudyException.class)
                .isThrownBy(() -> PlanFixture.planner()
                        .places(Map.of("odd heads", "wrong.yaml:4:5"))
                        .plan(spec))
                .satisfies(e -> {
                    assertThat(e.problems()).hasSize(2);
                    assertThat(e.problems().get(0))
                            .startsWith("wrong.yaml:4:5  variant \"odd heads\": ")
                            .contains("heads", "width");
                    assertThat(e.problems().get(1)).startsWith("study \"wrong\": variant \"odd patch\": ");
                });
    }

    @Test
    void inputAndClassesMustAgreeWithTheData() {
        assertThat(plan(Study.named("agrees").list(variant("v", INPUT.to(List.of(3, 32, 32)), CLASSES.to(10))))
                        .trials())
                .hasSize(2);
        assertThatExceptionOfType(StudyException.class)
                .isThrownBy(() -> plan(Study.named("not")
                        .base("DiT-S/4", INPUT.to(List.of(4, 32, 32)), CLASSES.to(1000))
                        .list(variant("v"))))
                .withMessageContaining("input is [4, 32, 32] but the images of shapes-32 are [3, 32, 32]")
                .withMessageContaining("classes is 1000 but shapes-32 has 10");
    }

    @Test
    void guidanceNeedsANullClass() {
        Study study = Study.named("guided").list(variant("v", CLASS_DROPOUT.to(0.0), RecipeFixture.GUIDANCE.to(1.5)));

        assertThatExceptionOfType(StudyException.class)
                .isThrownBy(() -> plan(study))
                .withMessageContaining("variant \"v\": sample.guidance is 1.5 but class-dropout is 0");
    }

    @Test
    void aVariantMayHaveDataOfItsOwn() {
        Plan plan = plan(Study.named("sizes")
                .list(variant("small", RecipeFixture.SIZE.to(16)), variant("large", RecipeFixture.SIZE.to(32))));

        assertThat(trial(plan, "small", 1).settings().get(INPUT)).containsExactly(3, 16, 16);
        assertThat(trial(plan, "large", 1).settings().get(INPUT)).containsExactly(3, 32, 32);
    }

    @Test
    void withoutTrainingKnobsThereIsNoUntrainedRow() {
        Planner bare = new Planner(Knobs.with(List.of()), PlanFixture::shapes);

        assertThat(Study.named("bare").list(variant("v")).plan(bare).trials()).hasSize(1);
    }

    @Test
    void oneModelHasOneHash() {
        Setting<Skeleton> unet = SKELETON.to(Skeleton.UNET);
        Setting<AttentionTokens> split = ATTENTION_TOKENS.to(AttentionTokens.QKV_DOWNSAMPLED);
        Setting<List<Integer>> stages = STAGES.to(List.of(1, 1, 1));
        Plan plan = plan(Study.named("one")
                .list(
                        variant("u", unet, stages, split),
                        variant("patch", unet, stages, split, PATCH.to(2)),
                        variant("depth", unet, stages, split, DEPTH.to(3)),
                        variant("factors", unet, stages, split, ATTENTION_FACTOR.to(List.of(2, 2, 2))),
                        variant("other", unet, stages, split, ATTENTION_FACTOR.to(List.of(2, 2, 1)))));

        assertThat(List.of("u", "patch", "depth", "factors", "other"))
                .extracting(plan::variant)
                .containsExactly("u", "u", "u", "u", "other");
        assertThat(trial(plan, "other", 1).stage(StageKind.TRAIN).hash())
                .isNotEqualTo(trial(plan, "u", 1).stage(StageKind.TRAIN).hash());
        assertThat(plan.warnings()).anySatisfy(warning -> assertThat(warning).contains("equal settings"));
    }
}
