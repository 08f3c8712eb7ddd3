package org.ditlab.study.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ditlab.study.RecipeFixture;
import org.ditlab.study.StudyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudyYamlErrorsTests {
    private static List<String> problems(String text) {
        StudyException e = catchThrowableOfType(
                StudyException.class, () -> StudyYaml.read(text, "small-ladder.yaml", RecipeFixture.knobs()));
        assertThat(e).as("a problem").isNotNull();
        return e.problems();
    }

    /** The problems of the valid ladder after replacing a part of it. */
    private static List<String> after(String part, String replacement) {
        assertThat(StudyYamlTests.LADDER).contains(part);
        return problems(StudyYamlTests.LADDER.replace(part, replacement));
    }

    @Test
    void anErrorShowsPlaceProblemExpectationAndTheNearestWord() {
        assertThat(after("sampler: ddim", "sampler: ddin")).containsExactly("""
                        small-ladder.yaml:8:20  sample.sampler cannot be "ddin"; expected ddpm | ddim
                            8 | sample: { sampler: ddin, guidance: 1.5 }
                              |                    ^^^^  did you mean "ddim"?""".replace("\n", System.lineSeparator()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "seeds: 3 | seedz: 3 | 15:1 | unknown key \"seedz\" in the study | did you mean \"seeds\"?",
                "{ patch: 2 } | { pathc: 2 } | 12:15 | unknown knob \"pathc\" in change | did you mean \"patch\"?",
                "{ patch: 2 } | { steps: 2 } | 12:15 | unknown knob \"steps\" in change | did you mean \"sample.steps\" or \"train.steps\"?",
                "steps: 400k | step: 400k | 7:10 | unknown knob \"step\" in train | did you mean \"steps\"?",
                "depth: 3 | dept: 3 | 5:25 | unknown knob \"dept\" in base | did you mean \"depth\"?",
                "steps: 400k | steps: many | 7:17 | train.steps cannot be \"many\"; expected a whole number from 0 | ",
                "steps: 400k | steps: [1] | 7:17 | train.steps cannot be the list [1]; expected a whole number | ",
                "steps: 400k | steps: | 7:16 | train.steps has no value; expected a whole number | ",
                "flip: false | flip: no | 7:50 | train.flip cannot be \"no\"; expected true | ",
                "size: 16 | size: 4 | 6:28 | data.size cannot be \"4\"; expected a whole number from 8 to 1024 | ",
                "{ patch: 2 } | { patch: 2, patch: 4 } | 12:25 | duplicate key \"patch\", first at small-ladder.yaml:12:15 | ",
                "seeds: 3 | study: x | 15:1 | duplicate key \"study\", first at small-ladder.yaml:2:1 | ",
                "name: + deeper | name: patch 2 | 14:13 | a second variant is named \"patch 2\" | ",
                "name: + deeper | name: base | 14:13 | \"base\" is the name of a fixed row | ",
                "name: + deeper | nam: deeper | 14:7 | unknown key \"nam\" in a rung | did you mean \"name\"?",
                "name: + deeper, | | 14:5 | a required key is missing; expected name: or control: in a rung | ",
                "DiT-S/4 | DiT-S/5 | 5:16 | unknown model \"DiT-S/5\" | did you mean \"DiT-S/2\" or \"DiT-S/4\"?",
                "model: DiT-S/4, | | 5:1 | a required key is missing; expected model: in base | ",
                "study: small-ladder | | 3:1 | a required key is missing; expected study: in the study | ",
                "study: small-ladder | study: other | 2:8 | named \"other\" but its file \"small-ladder.yaml\"; expected study: small-ladder | ",
                "of: patch 2 | of: patch 3 | 13:28 | no rung is named \"patch 3\" | did you mean \"patch 2\"?",
                "of: patch 2, | | 13:5 | a required key is missing; expected of: in the control \"narrow\" | ",
                "{ width: 192 } | 192 | 13:45 | change is \"192\"; expected keys with values | ",
                "'gmacs: base, ' | | 13:61 | a required key is missing; expected gmacs: in match | ",
                "', within: 2.5%' | | 13:61 | a required key is missing; expected within: in match | ",
                "', solve: mlp-ratio' | | 13:61 | a required key is missing; expected solve: in match | ",
                "gmacs: base | gmac: base | 13:70 | unknown key \"gmac\" in match | did you mean \"gmacs\"?",
                "gmacs: base | gmacs: bse | 13:77 | no variant or model is named \"bse\" | did you mean \"base\"?",
                "gmacs: base | gmacs: patch 3 | 13:77 | no variant or model is named \"patch 3\" | did you mean \"patch 2\"?",
                "gmacs: base | gmacs: DiT-S/3 | 13:77 | no variant or model is named \"DiT-S/3\" | did you mean \"DiT-S/2\" or \"DiT-S/4\"?",
                "gmacs: base | gmacs: untrained | 13:77 | no variant or model is named \"untrained\" | ",
                "gmacs: base | gmacs: narrow | 13:77 | \"narrow\" matches itself; expected the cost of another variant | ",
                "gmacs: base | gmacs: 0 | 13:77 | gmacs cannot be \"0\"; expected a number from 0.000001 to 1000000000 | ",
                "gmacs: base | gmacs: -1.5 | 13:77 | gmacs cannot be \"-1.5\"; expected a number | ",
                "gmacs: base | gmacs: [base] | 13:77 | gmacs is the list [base]; expected text | ",
                "within: 2.5% | within: 2.5 | 13:91 | within cannot be \"2.5\"; expected a percentage from 0% to 100% | ",
                "within: 2.5% | within: | 13:90 | within has no value; expected a percentage | ",
                "solve: mlp-ratio | solve: heads | 13:104 | solve cannot be \"heads\"; expected width | ",
                "solve: mlp-ratio | solve: mlp | 13:104 | solve cannot be \"mlp\"; expected width | did you mean \"mlp-ratio\"?",
                "solve: mlp-ratio | solve: widht | 13:104 | solve cannot be \"widht\" | did you mean \"width\"?",
                "solve: mlp-ratio | solve: width | 13:104 | width is both set and solved by \"narrow\"; expected one of them | ",
                "'match: { gmacs: base, within: 2.5%, solve: mlp-ratio }' | match: base | 13:68 | match is \"base\"; expected keys with values | ",
                "seeds: 3 | seeds: 0 | 15:8 | seeds cannot be \"0\"; expected a whole number from 1 | ",
                "correction: holm | correction: hulm | 16:41 | correction cannot be \"hulm\" | did you mean \"holm\"?",
                "'{ set: shapes, size: 16 }' | shapes | 6:7 | data is \"shapes\"; expected keys with values | ",
                "arXiv:2212.09748 | [a] | 3:8 | paper is the list [a]; expected text | ",
                "seeds: 3 | list: [] | 15:7 | no variant is listed; expected at least one | ",
                "'{ patch: 2 }' | '{ patch: 2' | 13:5 | not YAML: | ",
                "seeds: 3 | ? [a]%: 3 | 15:3 | a key of the study is the list [a]; expected a word | ",
                "seeds: 3 | seeds: &n 3 | 15:8 | anchors (&) are not used | ",
                "seeds: 3 | seeds: !!int 3 | 15:8 | tags (!) are not used | ",
            })
    void everyKindOfProblemHasItsPlace(String part, String replacement, String place, String text, String suggestion) {
        String with = replacement == null ? "" : replacement.replace("%", "\n");
        List<String> problems = after(part, with);

        assertThat(problems).anySatisfy(problem -> {
            assertThat(problem)
                    .startsWith("small-ladder.yaml:" + place + "  ")
                    .contains(text)
                    .contains(suggestion == null ? "" : suggestion);
            assertThat(problem.contains("did you mean")).isEqualTo(suggestion != null);
        });
    }

    @Test
    void everythingThatIsWrongWithMatchesIsReportedAtOnce() {
        List<String> problems = problems("""
                study: small-ladder
                base: { model: DiT-S/4 }
                ladder:
                  - { name: a, match: { gmacs: b, within: 2, solve: width } }
                  - { name: b, change: { patch: 2 } }
                  - { name: c, match: { gmacs: d, within: 2%, solve: depth } }
                  - { control: e, of: a, match: { gmacs: nobody, within: 2%, solve: patch } }
                  - { name: d, match: { gmacs: c, within: 200%, solve: depth } }
                """);

        assertThat(problems)
                .extracting(p -> p.lines().findFirst().orElseThrow())
                .containsExactly(
                        "small-ladder.yaml:4:32  a cycle of matches: \"a\" matches \"b\", \"b\" stands on \"a\"; expected a"
                                + " cost that is known before this variant is solved",
                        "small-ladder.yaml:4:43  within cannot be \"2\"; expected a percentage from 0% to 100%",
                        "small-ladder.yaml:6:32  a cycle of matches: \"c\" matches \"d\", \"d\" matches \"c\"; expected a"
                                + " cost that is known before this variant is solved",
                        "small-ladder.yaml:7:42  no variant or model is named \"nobody\"; expected base, another variant,"
                                + " a model of the zoo, or a number of GMACs",
                        "small-ladder.yaml:7:69  solve cannot be \"patch\"; expected width | depth | mlp-ratio",
                        "small-ladder.yaml:8:43  within cannot be \"200%\"; expected a percentage from 0% to 100%");
    }

    @Test
    void allProblemsAreReportedInTheOrderOfTheLines() {
        List<String> problems = problems(StudyYamlTests.LADDER
                .replace("DiT-S/4", "DiT-Q/4")
                .replace("size: 16", "size: huge")
                .replace("width", "widht")
                .replace("seeds: 3", "seeds: x")
                .replace("of: patch 2", "of: nothing"));

        assertThat(problems)
                .extracting(p -> p.substring(0, p.indexOf("  ")))
                .containsExactly(
                        "small-ladder.yaml:5:16",
                        "small-ladder.yaml:6:28",
                        "small-ladder.yaml:13:28",
                        "small-ladder.yaml:13:47",
                        "small-ladder.yaml:15:8");
    }

    @Test
    void whatIsNoStudyAtAllIsSaid() {
        assertThat(problems("")).singleElement().asString().contains("the file is empty");
        assertThat(problems("# only a comment\n")).singleElement().asString().contains("the file is empty");
        assertThat(problems("- a\n- b\n")).singleElement().asString().contains("this is no study");
        assertThat(problems("a: 1\n---\nb: 2\n")).singleElement().asString().contains("a second document");
        assertThat(problems("study: a\u0000b")).singleElement().asString().contains("small-ladder.yaml:1:9", "U+0000");
        assertThat(problems("study: \"\\e[31m\"\n")).first().asString().doesNotContain("\u001b[");
        assertThat(problems("study: x")).hasSize(3);
    }

    @Test
    void aliasesCannotMakeASmallFileLarge() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a")
                    .append(i)
                    .append(": &a")
                    .append(i)
                    .append(" [")
                    .append(("*a" + (i - 1) + ", ").repeat(8))
                    .append("]\n");
        }

        assertThat(problems(bomb.toString()))
                .hasSizeGreaterThan(30)
                .first()
                .asString()
                .contains("anchors (&)");
        assertThat(problems("base: &b { model: *b }")).first().asString().contains("anchors (&)");
    }

    @Test
    void deepNestingIsRefused() {
        assertThat(problems("base: " + "[".repeat(200_000)))
                .singleElement()
                .asString()
                .contains("nested deeper than 24");
        assertThat(problems("base: " + "{a: ".repeat(100_000)))
                .singleElement()
                .asString()
                .contains("nested deeper than 24");
    }

    @Test
    void aFileOfManyProblemsIsAnsweredQuicklyAndShortly() {
        StringBuilder text = new StringBuilder("base: {");
        for (int i = 0; i < 60_000; i++) {
            text.append("depht").append(i).append(": 1,");
        }

        assertThat(problems(text.append("}").toString()))
                .hasSize(51)
                .last()
                .asString()
                .contains("more problems");
    }

    @Test
    void filesThatCannotBeReadAreOneMessage(@TempDir Path directory) throws IOException {
        Path large = Files.writeString(directory.resolve("large.yaml"), "# " + "x".repeat(1 << 20));
        Path latin = Files.write(
                directory.resolve("latin.yaml"), "study: a\nclaim: \u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        Path wide = Files.write(directory.resolve("wide.yaml"), "study: a".getBytes(StandardCharsets.UTF_16));

        assertRefused(directory.resolve("none.yaml"), "there is no such file");
        assertRefused(directory, "it is a directory");
        assertRefused(large, "larger than 1 MB");
        assertRefused(latin, "latin.yaml:2:1  byte 16 of the file is not UTF-8");
        assertRefused(wide, "is not UTF-8");
    }

    private static void assertRefused(Path file, String why) {
        assertThatExceptionOfType(StudyException.class)
                .isThrownBy(() -> StudyYaml.open(file, RecipeFixture.knobs()))
                .withMessageContaining(why)
                .withMessageContaining(file.toString());
    }
}
