package org.ditlab.study.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ditlab.study.Knobs;
import org.ditlab.study.RecipeFixture;
import org.ditlab.study.StudyException;
import org.ditlab.study.StudySpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is done to a study file, the answer is a study that round-trips or a message. */
class StudyYamlFuzzTests {
    private static final int MUTANTS = 2000;
    private static final String[] PIECES = {
        "{",
        "}",
        "[",
        "]",
        ":",
        ": ",
        ",",
        "-",
        "- ",
        "\n",
        "\n  ",
        "\t",
        "'",
        "\"",
        "#",
        " #",
        "&a ",
        "*a",
        "!",
        "!!str ",
        "|",
        ">",
        "|2-\n",
        "? ",
        "%",
        "%YAML 1.1\n",
        "---\n",
        "...\n",
        "@",
        "`",
        "<<: ",
        "~",
        "null",
        "",
        "1e999999999",
        "-1",
        "0x10",
        ".nan",
        "99999999999999999999",
        "\u0000",
        "\u0007",
        "\uFEFF",
        "\u2028",
        "\uD800",
        "\uD83D\uDE00",
        "\\x",
        "\"\\uD800\"",
        "patch",
        "base",
        "untrained",
        "match: {}",
        ", match: { gmacs: base, within: 2%, solve: depth }",
        ", match: { gmacs: 0.2, within: 7 %, solve: mlp-ratio }",
        ", match: { gmacs: patch 2, within: 2, solve: width }",
        "k",
        "M",
        "\r",
        "\r\n",
        "\u0085"
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aMutantIsAStudyOrAMessage(long seed) {
        Random random = new Random(seed);
        Knobs knobs = RecipeFixture.knobs();
        List<String> studies = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < MUTANTS; i++) {
            String mutant = mutant(random);
            try {
                StudySpec spec = StudyYaml.read(mutant, "small-ladder.yaml", knobs);
                studies.add(mutant);
                assertThat(StudyYaml.read(StudyYaml.write(spec), "small-ladder.yaml", knobs))
                        .isEqualTo(spec);
                assertThat(StudyYaml.read(spec.toJson(), "study.json", knobs)).isEqualTo(spec);
            } catch (StudyException e) {
                refused++;
                assertThat(e.problems())
                        .isNotEmpty()
                        .allSatisfy(p -> assertThat(p).startsWith("small-ladder.yaml:"));
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("mutant " + i + " of seed " + seed + ":\n" + mutant, e);
            }
        }
        assertThat(studies).as("mutants that are still studies").isNotEmpty();
        assertThat(refused).as("mutants that were refused").isGreaterThan(MUTANTS / 4);
    }

    private static String mutant(Random random) {
        StringBuilder text = new StringBuilder(StudyYamlTests.LADDER);
        int edits = 1 + random.nextInt(3);
        for (int i = 0; i < edits && text.length() > 0; i++) {
            int at = random.nextInt(text.length());
            int end = Math.min(text.length(), at + 1 + random.nextInt(12));
            switch (random.nextInt(6)) {
                case 0 -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
                case 1 -> text.delete(at, end);
                case 2 -> text.replace(at, end, PIECES[random.nextInt(PIECES.length)]);
                case 3 -> text.setCharAt(at, (char) random.nextInt(random.nextBoolean() ? 128 : 65536));
                case 4 -> text.insert(random.nextInt(text.length()), text.substring(at, end));
                default -> text.setLength(random.nextInt(10) == 0 ? at : text.length());
            }
        }
        return text.toString();
    }
}
