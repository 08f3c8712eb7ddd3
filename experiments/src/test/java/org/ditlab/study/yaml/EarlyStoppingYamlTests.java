package org.ditlab.study.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.ditlab.study.EarlyStopping;
import org.ditlab.study.RecipeFixture;
import org.ditlab.study.RungMetric;
import org.ditlab.study.Study;
import org.ditlab.study.StudyException;
import org.ditlab.study.StudySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EarlyStoppingYamlTests {
    private static final String STUDY = """
            study: halved
            base: { model: DiT-S/4 }
            train: { steps: 4k }
            list:
              - { name: one, change: { depth: 2 } }
              - { name: two, change: { depth: 3 } }
            early-stopping: { metric: held-out, rungs: [500, 1k], factor: 4, protect: [two] }
            """;

    private static StudySpec read(String text) {
        return StudyYaml.read(text, "halved.yaml", RecipeFixture.knobs());
    }

    @Test
    void theTwoFormsHoldTheSameThingAndReadBackEqual() throws Exception {
        StudySpec spec = read(STUDY);
        assertThat(spec.earlyStopping())
                .isEqualTo(EarlyStopping.at(500, 1000)
                        .by(RungMetric.HELD_OUT)
                        .keepingOneIn(4)
                        .protecting("two"));
        assertThat(read(StudyYaml.write(spec))).isEqualTo(spec);
        assertThat(StudyYaml.read(spec.toJson(), "study.json", RecipeFixture.knobs()))
                .isEqualTo(spec);
        assertThat(new SchemaChecker(StudySchema.tree(RecipeFixture.knobs()))
                        .check(new ObjectMapper().readValue(spec.toJson(), Map.class)))
                .isEmpty();

        StudySpec first = read(STUDY.replaceAll("early-stopping: .*", "early-stopping: { first: 500 }"));
        assertThat(first.earlyStopping()).isEqualTo(EarlyStopping.from(500));
        assertThat(read(StudyYaml.write(first))).isEqualTo(first);
        StudySpec nobody = read(STUDY.replaceAll("early-stopping: .*", "early-stopping: { first: 500, protect: [] }"));
        assertThat(nobody.earlyStopping()).isEqualTo(EarlyStopping.from(500).protecting());
        assertThat(read(StudyYaml.write(nobody))).isEqualTo(nobody);
        assertThat(List.of(spec, first, nobody))
                .extracting(study -> study.earlyStopping().hash())
                .doesNotHaveDuplicates();
    }

    @Test
    void javaSaysItAtAnyPlaceOfTheSentence() {
        EarlyStopping policy = EarlyStopping.from(10);
        StudySpec spec = Study.named("halved")
                .earlyStopping(policy)
                .list(Study.variant("one"))
                .seeds(2)
                .spec();
        assertThat(spec.earlyStopping()).isEqualTo(policy);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metric: held-out | metric: heldout | 7:27 | metric cannot be \"heldout\"; expected train.loss",
                "rungs: [500, 1k] | rungs: [1k, 500] | 7:44 | rungs are [1000, 500]; expected each step once",
                "rungs: [500, 1k] | rungs: [] | 7:44 | rungs cannot be the list []; expected a list of 1 to 64",
                "rungs: [500, 1k], | | 7:1 | expected either rungs, the steps at which trainings are compared, or first",
                "factor: 4 | first: 4 | 7:1 | expected either rungs",
                "factor: 4 | factor: 1 | 7:63 | factor cannot be \"1\"; expected a whole number from 2 to 100",
                "protect: [two] | protect: [twoo] | 7:75 | there is no variant \"twoo\" to protect",
                "factor: 4 | eta: 4 | 7:55 | unknown key \"eta\" in early-stopping; expected metric",
            })
    void aProblemIsSaidWithItsPlace(String part, String replacement, String place, String message) {
        String text = STUDY.replace(part, replacement == null ? "" : replacement);
        StudyException e = catchThrowableOfType(StudyException.class, () -> read(text));
        assertThat(e).isNotNull();
        assertThat(e.problems()).singleElement().asString().startsWith("halved.yaml:" + place + "  " + message);
    }
}
