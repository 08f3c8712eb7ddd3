package org.ditlab.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.ditlab.model.ArchitectureKnobs.DEPTH;
import static org.ditlab.model.ArchitectureKnobs.PATCH;
import static org.ditlab.model.ArchitectureKnobs.WIDTH;
import static org.ditlab.study.Study.control;
import static org.ditlab.study.Study.rung;
import static org.ditlab.study.Study.variant;

import org.ditlab.knob.Settings;
import org.junit.jupiter.api.Test;

class StudyTests {
    private static Study ladder() {
        return Study.named("small-ladder")
                .paper("arXiv:2212.09748")
                .claim("Smaller patches matter most.")
                .base("DiT-S/4", DEPTH.to(3))
                .with(RecipeFixture.STEPS.to(1000), RecipeFixture.GUIDANCE.to(1.0))
                .ladder(
                        rung("patch 2", PATCH.to(2)),
                        control("narrow", WIDTH.to(192)).of("patch 2"),
                        rung("deeper", DEPTH.to(4), RecipeFixture.STEPS.to(2000)))
                .seeds(3)
                .compare(Pairing.SEED, Correction.HOLM);
    }

    @Test
    void laddersAccumulateAndControlsAreNotCarriedOn() {
        StudySpec spec = ladder().spec();

        assertThat(spec.variants()).extracting(Variant::name).containsExactly("base", "patch 2", "narrow", "deeper");
        assertThat(spec.variants()).extracting(Variant::parent).containsExactly(null, "base", "patch 2", "patch 2");
        assertThat(spec.variants())
                .extracting(Variant::settings)
                .containsExactly(
                        Settings.empty(),
                        Settings.of(PATCH.to(2)),
                        Settings.of(PATCH.to(2), WIDTH.to(192)),
                        Settings.of(PATCH.to(2), DEPTH.to(4), RecipeFixture.STEPS.to(2000)));
    }

    @Test
    void aControlMayStartFromALaterRung() {
        StudySpec spec = Study.named("slim")
                .ladder(control("slim", WIDTH.to(96)).of("deeper"), rung("deeper", DEPTH.to(24)))
                .spec();

        assertThat(spec.variants().get(1).settings()).isEqualTo(Settings.of(WIDTH.to(96), DEPTH.to(24)));
    }

    @Test
    void listsHoldIndependentVariants() {
        StudySpec spec = Study.named("list")
                .list(variant("a", PATCH.to(2)), variant("b", WIDTH.to(192)), variant("plain"))
                .spec();

        assertThat(spec.variants()).extracting(Variant::name).containsExactly("a", "b", "plain");
        assertThat(spec.variants().get(1).settings()).isEqualTo(Settings.of(WIDTH.to(192)));
        assertThat(spec.variants()).extracting(Variant::role).containsOnly(VariantRole.VARIANT);
    }

    @Test
    void canonicalJsonHasTheLayoutOfTheYamlForm() {
        assertThat(ladder().spec().toJson())
                .isEqualTo("{\"base\":{\"depth\":3,\"model\":\"DiT-S/4\"},\"claim\":\"Smaller patches matter most.\","
                        + "\"compare\":{\"correction\":\"holm\",\"paired-by\":\"seed\"},"
                        + "\"ladder\":[{\"change\":{\"patch\":2},\"name\":\"patch 2\"},"
                        + "{\"change\":{\"width\":192},\"control\":\"narrow\",\"of\":\"patch 2\"},"
                        + "{\"change\":{\"depth\":4,\"train.steps\":2000},\"name\":\"deeper\"}],"
                        + "\"paper\":\"arXiv:2212.09748\",\"sample\":{\"guidance\":1},\"seeds\":3,"
                        + "\"study\":\"small-ladder\",\"train\":{\"steps\":1000}}");
    }

    @Test
    void equalStudiesHaveEqualHashesWhateverTheOrderOfTheirWords() {
        Study reordered = Study.named("small-ladder")
                .compare(Pairing.SEED, Correction.HOLM)
                .seeds(3)
                .ladder(
                        rung("patch 2", PATCH.to(2)),
                        control("narrow", WIDTH.to(192)).of("patch 2"),
                        rung("deeper", RecipeFixture.STEPS.to(2000), DEPTH.to(4)))
                .with(RecipeFixture.GUIDANCE.to(1.0))
                .with(RecipeFixture.STEPS.to(1000))
                .base("DiT-S/4", DEPTH.to(3))
                .claim("Smaller patches matter most.")
                .paper("arXiv:2212.09748");

        assertThat(reordered.spec()).isEqualTo(ladder().spec());
        assertThat(reordered.spec().hash()).isEqualTo(ladder().spec().hash());
        assertThat(ladder().seeds(4).spec().hash()).isNotEqualTo(ladder().spec().hash());
    }

    @Test
    void everyProblemIsReportedAtOnce() {
        Study wrong = Study.named("../escape")
                .base("DiT-S/5", RecipeFixture.STEPS.to(3))
                .with(WIDTH.to(96))
                .ladder(
                        rung("deeper", DEPTH.to(0)),
                        rung("deeper", DEPTH.to(4)),
                        rung("untrained"),
                        rung(" "),
                        control("slim").of("deper"))
                .seeds(0);

        assertThatExceptionOfType(StudyException.class)
                .isThrownBy(wrong::spec)
                .satisfies(e -> assertThat(String.join("\n", e.problems()))
                        .contains("study: \"../escape\" cannot name a directory")
                        .contains("unknown model \"DiT-S/5\"")
                        .contains("did you mean \"DiT-S/2\" or \"DiT-S/4\"?")
                        .contains("train.steps is a knob of the recipe; expected it under train")
                        .contains("width is a knob of the architecture")
                        .contains("depth: \"0\" is not allowed; expected a whole number from 1 to 1024")
                        .contains("a second variant is named \"deeper\"")
                        .contains("\"untrained\" is the name of a fixed row")
                        .contains("a variant cannot be named \" \"")
                        .contains("no rung is named \"deper\"")
                        .contains("did you mean \"deeper\"?")
                        .contains("seeds: 0 is out of range"));
    }

    @Test
    void aKnobSetTwiceInOneChangeIsRefused() {
        assertThatExceptionOfType(StudyException.class)
                .isThrownBy(() -> variant("twice", PATCH.to(2), PATCH.to(4)))
                .withMessageContaining("twice sets a knob twice: patch");
    }

    @Test
    void aStudyWithoutVariantsIsRefused() {
        assertThatExceptionOfType(StudyException.class)
                .isThrownBy(Study.named("empty")::spec)
                .withMessageContaining("no variant is listed");
    }
}
