package org.ditlab.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.ditlab.model.ArchitectureKnobs.ATTENTION_LOGITS;
import static org.ditlab.model.ArchitectureKnobs.DEPTH;
import static org.ditlab.model.ArchitectureKnobs.FFN;
import static org.ditlab.model.ArchitectureKnobs.FFN_REPARAM;
import static org.ditlab.model.ArchitectureKnobs.HEADS;
import static org.ditlab.model.ArchitectureKnobs.PATCH;
import static org.ditlab.model.ArchitectureKnobs.POSITION;
import static org.ditlab.model.ArchitectureKnobs.WIDTH;
import static org.ditlab.study.Study.control;
import static org.ditlab.study.Study.over;
import static org.ditlab.study.Study.range;
import static org.ditlab.study.Study.rung;
import static org.ditlab.study.Study.variant;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ditlab.knob.Settings;
import org.ditlab.model.Position;
import org.ditlab.nn.FeedForwardKind;
import org.ditlab.nn.Logits;
import org.junit.jupiter.api.Test;

class PlanKindsTests {
    private static final Change COSINE = variant("cosine", ATTENTION_LOGITS.to(Logits.COSINE));
    private static final Change ROPE = variant("RoPE2D", POSITION.to(Position.ROPE2D));
    private static final Change CONVOLUTION = variant("conv", FFN.to(FeedForwardKind.DEPTHWISE_CONV));
    private static final Change REPARAM = variant("re-param", FFN_REPARAM.to(true));

    private static Study study() {
        return Study.named("kinds");
    }

    private static Map<String, Settings> settings(Study study) {
        return study.spec().variants().stream().collect(Collectors.toMap(Variant::name, Variant::settings));
    }

    private static PlanGroup group(Study study, int index) {
        return study.spec().expansion().groups().get(index);
    }

    private static List<String> names(Study study) {
        return study.spec().variants().stream().map(Variant::name).toList();
    }

    private static void assertRefused(Study study, String... parts) {
        assertThatExceptionOfType(StudyException.class)
                .isThrownBy(study::spec)
                .satisfies(e -> assertThat(e.getMessage()).contains(parts));
    }

    @Test
    void leaveOneOutHasAllChangesAndAllButEach() {
        Study study = study().leaveOneOut(COSINE, ROPE, variant("small", PATCH.to(2)));

        assertThat(names(study)).containsExactly("all changes", "- cosine", "- RoPE2D", "- small");
        assertThat(settings(study).get("- RoPE2D"))
                .isEqualTo(Settings.of(ATTENTION_LOGITS.to(Logits.COSINE), PATCH.to(2)));
        assertThat(group(study, 0).members())
                .extracting(GroupMember::leavesOut)
                .containsExactly(List.of(), List.of("cosine"), List.of("RoPE2D"), List.of("small"));
        assertThat(group(study, 0).members().get(2).changes()).containsExactly("cosine", "small");
    }

    @Test
    void whatDependsOnAChangeIsLeftOutWithItAndBringsItAlong() {
        Study out = study().leaveOneOut(CONVOLUTION.with("re-param"), REPARAM);
        Study in = study().addOneIn(CONVOLUTION.with("re-param"), REPARAM);

        assertThat(names(out)).containsExactly("all changes", "- conv - re-param", "- re-param");
        assertThat(names(in)).containsExactly("base", "+ conv", "+ conv + re-param");
        assertThat(settings(in).get("+ conv + re-param"))
                .isEqualTo(Settings.of(FFN.to(FeedForwardKind.DEPTHWISE_CONV), FFN_REPARAM.to(true)));
    }

    @Test
    void aVariantThatLacksWhatAKnobRequiresIsRefusedWithTheRemedy() {
        assertRefused(
                study().leaveOneOut(COSINE, CONVOLUTION, REPARAM),
                "leave-one-out/2/change/ffn.reparam: ffn.reparam = true requires ffn = depthwise-conv",
                "which the leave-one-out variant \"- conv\" lacks",
                "add with: [re-param] to \"conv\", so that they are left out together",
                "or leave the variant out by exclude: [\"- conv\"]");
        assertRefused(
                study().addOneIn(CONVOLUTION, REPARAM),
                "the add-one-in variant \"+ re-param\" lacks; add with: [re-param] to \"conv\", so that they come together");
        assertThat(names(study().also(
                                LeaveOneOut.of(COSINE, CONVOLUTION, REPARAM).excluding(new Exclusion.Named("- conv")))))
                .containsExactly("all changes", "- cosine", "- re-param");
    }

    @Test
    void aLaddersRungsServeOtherKindsAndNamesStayUnique() {
        Study study = study().ladder(rung("+ patch 2", PATCH.to(2)), rung("deeper", DEPTH.to(3)))
                .alsoLeaveOneOut()
                .alsoAddOneIn()
                .alsoPermuted(PermutedLadder.ALL, 1)
                .controls(control("slim", WIDTH.to(192)).of("- deeper"));

        assertThat(names(study))
                .containsExactly(
                        "base",
                        "+ patch 2",
                        "deeper",
                        "all changes",
                        "- patch 2",
                        "- deeper",
                        "base + patch 2",
                        "+ deeper",
                        "slim");
        assertThat(settings(study).get("slim")).isEqualTo(Settings.of(PATCH.to(2), WIDTH.to(192)));
        assertThat(group(study, 3).orders())
                .extracting(GroupOrder::members)
                .containsExactly(List.of(0, 1, 2), List.of(0, 3, 2));
        assertRefused(study().list(COSINE).alsoLeaveOneOut(), "the study has no ladder");
        assertRefused(
                study().list(COSINE).controls(control("c").of("cosin")),
                "no variant is named \"cosin\"",
                "\"cosine\"?");
    }

    @Test
    void aGridHasEveryCombinationTheLastAxisFastest() {
        Study study = study().grid(
                        over(WIDTH, 96, 192),
                        over("depth of", variant("two", DEPTH.to(2)), variant("four", DEPTH.to(4), PATCH.to(2))));

        assertThat(names(study))
                .containsExactly("width=96, two", "width=96, four", "width=192, two", "width=192, four");
        assertThat(settings(study).get("width=192, four"))
                .isEqualTo(Settings.of(WIDTH.to(192), DEPTH.to(4), PATCH.to(2)));
        assertThat(group(study, 0).members().get(1).coordinates()).isEqualTo(Map.of("width", 96L, "depth of", "four"));
        assertThat(group(study, 0).label()).isEqualTo("grid of width x depth of");
    }

    @Test
    void aZipPairsItsListsAndMayNameItsVariants() {
        GridPlan grid = GridPlan.of(over(WIDTH, 96, 192));
        Study study = study().also(
                        ZipPlan.of(over(WIDTH, 96, 192), over(HEADS, 4, 8)).naming("w{width} h{heads} {n}"))
                .also(grid.excluding(new Exclusion.Where(List.of((Axis.Values) over(WIDTH, 96)))));

        assertThat(names(study)).containsExactly("w96 h4 1", "w192 h8 2", "width=192");
        assertThat(group(study, 1).leftOut()).containsExactly("1 left out by exclude: width=96");
        assertRefused(
                study().zip(over(WIDTH, 96), over(HEADS, 4, 8)), "zip/heads: heads lists 2 values but width lists 1");
        assertRefused(study().also(grid.naming("{widht}")), "no axis is named \"widht\"", "\"width\"?");
        assertRefused(
                study().also(grid.excluding(new Exclusion.Named("width=97"))), "no variant here is named \"width=97\"");
        assertRefused(study().grid(over(WIDTH, 96), over("w", variant("x", WIDTH.to(7)))), "width is set by the axes");
    }

    @Test
    void drawsStayTheSameForEver() {
        Study study = study().random(
                        4,
                        7,
                        range(RecipeFixture.LEARNING_RATE, 1e-5, 1e-3).logarithmic(),
                        range(WIDTH, 48, 384).step(48),
                        over(ATTENTION_LOGITS, Logits.DOT, Logits.COSINE));

        assertThat(names(study)).containsExactly(GOLDEN);
        Study more =
                study().random(6, 7, over(DEPTH, 1, 2), range(WIDTH, 48, 384).step(48));
        assertThat(settings(more).values().stream()
                        .map(s -> s.get(WIDTH))
                        .sorted()
                        .toList())
                .containsAll(
                        settings(study).values().stream().map(s -> s.get(WIDTH)).toList());
    }

    private static final String[] GOLDEN = {
        "train.learning-rate=0.00005636, width=384, attention.logits=dot",
        "train.learning-rate=0.0006506, width=144, attention.logits=dot",
        "train.learning-rate=0.0009362, width=336, attention.logits=cosine",
        "train.learning-rate=0.00006452, width=192, attention.logits=dot"
    };

    @Test
    void drawsFillTheirRangeEvenly() {
        Study study = study().random(
                        1000,
                        1,
                        range(RecipeFixture.LEARNING_RATE, 1e-5, 1e-3).logarithmic(),
                        range(WIDTH, 48, 96).step(16),
                        range(RecipeFixture.EMA_DECAY, 0.5, 1));
        List<Settings> drawn =
                study.spec().variants().stream().map(Variant::settings).toList();

        assertThat(drawn).allSatisfy(settings -> {
            assertThat(settings.get(RecipeFixture.LEARNING_RATE)).isBetween(1e-5, 1e-3);
            assertThat(settings.get(RecipeFixture.EMA_DECAY)).isBetween(0.5, 1.0);
        });
        assertThat(drawn.stream()
                        .filter(s -> s.get(RecipeFixture.LEARNING_RATE) < 1e-4)
                        .count())
                .isBetween(450L, 550L);
        Map<Integer, Long> widths =
                drawn.stream().collect(Collectors.groupingBy(s -> s.get(WIDTH), Collectors.counting()));
        assertThat(widths)
                .containsOnlyKeys(48, 64, 80, 96)
                .allSatisfy((width, count) -> assertThat(count).isBetween(200L, 300L));
    }

    @Test
    void permutedLaddersKeepDependentsAboveAndShareVariants() {
        Study study =
                study().also(PermutedLadder.of(PermutedLadder.ALL, 0, COSINE, CONVOLUTION.with("re-param"), REPARAM));
        PlanGroup group = group(study, 0);

        assertThat(group.orders())
                .extracting(order -> String.join(" ", order.changes()))
                .containsExactly("cosine conv re-param", "conv cosine re-param", "conv re-param cosine");
        assertThat(group.members())
                .extracting(member -> String.join(" ", member.changes()))
                .containsExactlyInAnyOrder(
                        "", "cosine", "cosine conv", "cosine conv re-param", "conv", "conv re-param");
        Function<Integer, Change> plain = i -> variant("c" + i, RecipeFixture.STEPS.to(i));
        Change[] eight = IntStream.range(0, 8).mapToObj(plain::apply).toArray(Change[]::new);
        assertRefused(
                study().also(PermutedLadder.of(PermutedLadder.ALL, 0, eight)),
                "8 rungs have 40320 orders; expected at most 5040: say orders: 20 to draw some");
        assertThat(group(study().also(PermutedLadder.of(30, 0, eight)), 0).orders())
                .hasSize(30)
                .doesNotHaveDuplicates();
    }

    @Test
    void whatIsTooLargeIsRefusedBeforeItIsExpanded() {
        Integer[] many = IntStream.rangeClosed(1, 400).boxed().toArray(Integer[]::new);

        assertRefused(
                study().grid(over(DEPTH, many), over(RecipeFixture.STEPS, many)),
                "grid: 160000 combinations; expected at most 100000");
        assertRefused(study().random(100_001, 1, over(DEPTH, 1)), "100001 draws; expected a number from 1 to 100000");
        assertRefused(study().random(1, 1, range(DEPTH, 3, 2)), "expected from below to");
        assertRefused(study().random(1, -1, over(DEPTH, 1)), "-1 is no seed");
        assertRefused(study().random(1, 1, range(RecipeFixture.EMA_DECAY, 0, 1).logarithmic()), "starts above 0");
    }
}
