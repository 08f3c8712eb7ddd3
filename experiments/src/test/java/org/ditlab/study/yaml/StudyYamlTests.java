package org.ditlab.study.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ditlab.model.ArchitectureKnobs.DEPTH;
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

import java.util.List;
import org.ditlab.study.Correction;
import org.ditlab.study.Pairing;
import org.ditlab.study.RecipeFixture;
import org.ditlab.study.Study;
import org.ditlab.study.StudySpec;
import org.junit.jupiter.api.Test;

class StudyYamlTests {
    static final String LADDER = """
            # A comment.
            study: small-ladder
            paper: arXiv:2212.09748
            claim: "Smaller patches: they matter most."
            base: { model: DiT-S/4, depth: 3, input: [3, 16, 16] }
            data: { set: shapes, size: 16 }
            train: { steps: 400k, learning-rate: 1e-3, flip: false }
            sample: { sampler: ddim, guidance: 1.5 }
            measure: { metrics: [fid] }
            ladder:
              - name: patch 2
                change: { patch: 2 }
              - { control: narrow, of: patch 2, change: { width: 192 }, match: { gmacs: base, within: 2.5%, solve: mlp-ratio } }
              - { name: + deeper, change: { depth: 4, train.steps: 0.5M } }
            seeds: 3
            compare: { paired-by: seed, correction: holm }
            """;

    static final StudySpec LADDER_IN_JAVA = Study.named("small-ladder")
            .paper("arXiv:2212.09748")
            .claim("Smaller patches: they matter most.")
            .base("DiT-S/4", DEPTH.to(3), INPUT.to(List.of(3, 16, 16)))
            .with(RecipeFixture.SET.to("shapes"), RecipeFixture.SIZE.to(16))
            .with(RecipeFixture.STEPS.to(400_000), RecipeFixture.LEARNING_RATE.to(0.001), RecipeFixture.FLIP.to(false))
            .with(RecipeFixture.SAMPLER.to("ddim"), RecipeFixture.GUIDANCE.to(1.5))
            .with(RecipeFixture.METRICS.to(List.of("fid")))
            .ladder(
                    rung("patch 2", PATCH.to(2)),
                    control("narrow", WIDTH.to(192))
                            .of("patch 2")
                            .matching(gmacsOf("base").within(2.5, PERCENT).solving(MLP_RATIO)),
                    rung("+ deeper", DEPTH.to(4), RecipeFixture.STEPS.to(500_000)))
            .seeds(3)
            .compare(Pairing.SEED, Correction.HOLM)
            .spec();

    private static StudySpec read(String text) {
        return StudyYaml.read(text, "small-ladder.yaml", RecipeFixture.knobs());
    }

    @Test
    void theTwoFormsHoldTheSameThing() {
        assertThat(read(LADDER)).isEqualTo(LADDER_IN_JAVA);
    }

    @Test
    void whatIsWrittenReadsBackEqual() {
        assertThat(read(StudyYaml.write(LADDER_IN_JAVA))).isEqualTo(LADDER_IN_JAVA);
        assertThat(StudyYaml.read(LADDER_IN_JAVA.toJson(), "study.json", RecipeFixture.knobs()))
                .isEqualTo(LADDER_IN_JAVA);
    }

    @Test
    void aWrittenStudyReadsLikeOneWrittenByHand() {
        assertThat(StudyYaml.write(LADDER_IN_JAVA))
                .startsWith("study: small-ladder\npaper: arXiv:2212.09748\n")
                .contains("train: {flip: false, learning-rate: 0.001, steps: 400000}")
                .contains("change: {width: 192}")
                .contains("match: {gmacs: base, within: 2.5%, solve: mlp-ratio}")
                .doesNotContain("&", "!!");
    }

    @Test
    void wordsThatYamlWouldReadAsSomethingElseStayText() {
        StudySpec spec = Study.named("words")
                .paper("123")
                .claim("null")
                .list(
                        variant("true", PATCH.to(2)),
                        variant("1e3", PATCH.to(4)),
                        variant("- a: {b}", PATCH.to(8)),
                        variant("\"quoted\" 'twice' # no comment", PATCH.to(8)),
                        variant("é 模型 \uD83D\uDE00", PATCH.to(8)))
                .spec();

        assertThat(StudyYaml.read(StudyYaml.write(spec), "words.yaml", RecipeFixture.knobs()))
                .isEqualTo(spec);
        assertThat(StudyYaml.read(spec.toJson(), "study.json", RecipeFixture.knobs()))
                .isEqualTo(spec);
    }

    @Test
    void namesThatLookLikeNumbersAreQuotedAndNumbersAreNot() {
        StudySpec spec = Study.named("numbers")
                .list(
                        variant("0.92", PATCH.to(2)),
                        variant("1e3", PATCH.to(4))
                                .matching(gmacsOf("0.92").within(0, PERCENT).solving(WIDTH)),
                        variant("+5")
                                .matching(gmacsOf("1e3").within(100, PERCENT).solving(WIDTH)),
                        variant("tiny")
                                .matching(gmacs(1.5e-6).within(0.0625, PERCENT).solving(DEPTH)),
                        variant("huge").matching(gmacs(1e9).within(12, PERCENT).solving(MLP_RATIO)),
                        variant("fifth")
                                .matching(gmacsOf("+5").within(2, PERCENT).solving(WIDTH)),
                        variant("whole").matching(gmacs(3).within(2, PERCENT).solving(WIDTH)))
                .spec();

        assertThat(StudyYaml.write(spec))
                .contains("gmacs: '0.92'")
                .contains("gmacs: 3,")
                .contains("within: 0.0625%");
        assertThat(StudyYaml.read(StudyYaml.write(spec), "numbers.yaml", RecipeFixture.knobs()))
                .isEqualTo(spec);
        assertThat(StudyYaml.read(spec.toJson(), "study.json", RecipeFixture.knobs()))
                .isEqualTo(spec);
    }

    @Test
    void yamlOfVersionOnePointTwoKeepsYesAndOn() {
        StudySpec spec = StudyYaml.read(
                "{study: on, base: {model: DiT-S/4}, list: [{name: yes}, {name: 0o7}]}",
                "study.json",
                RecipeFixture.knobs());

        assertThat(spec.name()).isEqualTo("on");
        assertThat(spec.variants()).extracting(v -> v.name()).containsExactly("yes", "0o7");
        assertThat(spec.seeds()).isEqualTo(1);
    }

    @Test
    void placesOfVariantsAreKept() {
        StudyFile file = StudyYaml.open(LADDER, "dir/small-ladder.yaml", RecipeFixture.knobs());

        assertThat(file.parts().get("train.steps")).startsWith("dir/small-ladder.yaml:7:");
        assertThat(file.places())
                .containsEntry("base", "dir/small-ladder.yaml:5:1")
                .containsEntry("patch 2", "dir/small-ladder.yaml:11:11")
                .containsEntry("narrow", "dir/small-ladder.yaml:13:16");
    }

    @Test
    void problemsOfAPlanShowTheLineTheyAreAbout() {
        String text = """
                study: wrong
                base: { model: DiT-S/4, depth: 1 }
                grid:
                  heads: [6, 7]
                  patch: [2, 4]
                  exclude: [{ patch: 8 }, invalid]
                """;
        StudyFile file = StudyYaml.open(text, "wrong.yaml", RecipeFixture.knobs());
        assertThat(file.parts()).containsEntry("grid/exclude/0", "wrong.yaml:6:13");
        assertThat(file.excerpts().get("wrong.yaml:3:1").lines()).containsExactly("    3 | grid:", "      | ^^^^");
    }
}
