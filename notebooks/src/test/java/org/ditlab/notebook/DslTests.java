package org.ditlab.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Field;
import java.util.Locale;
import org.ditlab.knob.Knob;
import org.ditlab.study.Knobs;
import org.ditlab.study.Study;
import org.ditlab.study.StudyException;
import org.junit.jupiter.api.Test;

/** The one import. */
class DslTests {
    @Test
    void everyKnobHasItsWord() throws Exception {
        for (Knob<?> knob : Knobs.installed().all()) {
            String word = knob.name().replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
            Field field = Dsl.class.getField(word);

            assertThat(field.get(null)).as(word).isSameAs(knob);
        }
    }

    @Test
    void everyWordIsAKnobs() {
        assertThat(KnobWords.class.getFields()).hasSameSizeAs(Knobs.installed().all());
    }

    @Test
    void studyIsTheFluentForms() {
        Study ours = Dsl.study("one")
                .base("DiT-S/8", Dsl.DEPTH.to(1))
                .ladder(
                        Dsl.rung("wide", Dsl.WIDTH.to(192)),
                        Dsl.control("slim", Dsl.WIDTH.to(96)).of("wide"));
        Study fluent = Study.named("one")
                .base("DiT-S/8", Dsl.DEPTH.to(1))
                .ladder(
                        Study.rung("wide", Dsl.WIDTH.to(192)),
                        Study.control("slim", Dsl.WIDTH.to(96)).of("wide"));

        assertThat(ours.spec()).isEqualTo(fluent.spec());
    }

    @Test
    void unknownModelNamesTheNearest() {
        assertThatThrownBy(() -> Dsl.model("U-DiT-X"))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("there is no model \"U-DiT-X\"");
    }
}
