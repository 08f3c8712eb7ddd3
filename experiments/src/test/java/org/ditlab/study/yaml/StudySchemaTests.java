package org.ditlab.study.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.ditlab.knob.Knob;
import org.ditlab.study.RecipeFixture;
import org.ditlab.study.Section;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class StudySchemaTests {
    private final Map<String, Object> schema = StudySchema.tree(RecipeFixture.knobs());

    private List<String> check(String yaml) {
        return new SchemaChecker(schema).check(new Load(LoadSettings.builder().build()).loadFromString(yaml));
    }

    @Test
    void everyKnobIsDescribedInItsSectionAndInChanges() {
        for (Knob<?> knob : RecipeFixture.knobs().all()) {
            assertThat(schema)
                    .extracting("definitions.change.properties")
                    .asInstanceOf(InstanceOfAssertFactories.MAP)
                    .containsKey(knob.name());
            Map<?, ?> section = (Map<?, ?>)
                    ((Map<?, ?>) schema.get("properties")).get(Section.of(knob).word());
            Map<?, ?> page = (Map<?, ?>) ((Map<?, ?>) section.get("properties")).get(Section.shortName(knob));
            assertThat(page.get("description")).asString().startsWith(knob.description());
            assertThat(page.get("default")).isNotNull();
        }
    }

    @Test
    void aValidStudyFits() {
        assertThat(check(StudyYamlTests.LADDER)).isEmpty();
        assertThat(check(StudyYaml.write(StudyYamlTests.LADDER_IN_JAVA))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "seeds: 3 | seedz: 3",
                "sampler: ddim | sampler: ddin",
                "{ patch: 2 } | { pathc: 2 }",
                "steps: 400k | steps: many",
                "DiT-S/4 | DiT-S/5",
                "study: small-ladder | # none",
                "seeds: 3 | list: []",
                "gmacs: base | gmacs: [base]",
                "within: 2.5% | within: 2.5",
                "solve: mlp-ratio | solve: heads",
                ", solve: mlp-ratio | ''",
            })
    void anInvalidOneDoesNot(String part, String replacement) {
        assertThat(check(StudyYamlTests.LADDER.replace(part, replacement))).isNotEmpty();
    }

    @Test
    void theTextIsTheTree() throws JsonProcessingException {
        ObjectMapper mapper = new ObjectMapper();

        assertThat(mapper.readTree(StudySchema.text(RecipeFixture.knobs())))
                .isEqualTo(mapper.readTree(mapper.writeValueAsString(schema)));
    }
}
