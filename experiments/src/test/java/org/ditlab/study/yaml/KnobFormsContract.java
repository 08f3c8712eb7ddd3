package org.ditlab.study.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.study.CanonicalJson;
import org.ditlab.study.Knobs;
import org.ditlab.study.Section;
import org.ditlab.study.Study;
import org.ditlab.study.StudySpec;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every knob can be set from Java and from YAML, in its section and in a change, and both mean the same. */
public abstract class KnobFormsContract {
    /** The knobs to try. */
    protected abstract Knobs knobs();

    @TestFactory
    Stream<DynamicTest> yamlAndJavaAgree() {
        return knobs().all().stream().map(knob -> DynamicTest.dynamicTest(knob.name(), () -> agree(knob)));
    }

    private <V> void agree(Knob<V> knob) {
        Setting<V> setting = knob.to(knob.defaultValue());
        assertThat(knob.parse(setting.raw()))
                .as("the default, rendered and parsed")
                .isEqualTo(setting);
        assertThat(knob.description()).as("description of " + knob.name()).isNotBlank();

        Study empty = Study.named("forms").list(Study.variant("changed", setting));
        boolean architecture = Section.of(knob) == Section.ARCHITECTURE;
        StudySpec java = (architecture ? empty.base("DiT-S/4", setting) : empty.with(setting)).spec();

        String value = CanonicalJson.text(setting.raw());
        String inSection = "\"" + Section.shortName(knob) + "\": " + value;
        String yaml = "study: forms\n"
                + "base: { model: DiT-S/4" + (architecture ? ", " + inSection : "") + " }\n"
                + (architecture ? "" : Section.of(knob).word() + ": { " + inSection + " }\n")
                + "list: [ { name: changed, change: { " + knob.name() + ": " + value + " } } ]\n";

        assertThat(StudyYaml.read(yaml, "forms.yaml", knobs())).isEqualTo(java);
        assertThat(StudyYaml.read(StudyYaml.write(java), "forms.yaml", knobs())).isEqualTo(java);
        assertThat(List.copyOf(java.variants().get(0).settings().all())).isEqualTo(List.of(setting));
        assertThat(schemaProperties(knob))
                .as("the schema's page of " + knob.name())
                .isNotEmpty();
    }

    private Map<String, Object> schemaProperties(Knob<?> knob) {
        return knob.domain().schema();
    }
}
