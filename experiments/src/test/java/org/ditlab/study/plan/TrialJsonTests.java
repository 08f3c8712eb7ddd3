package org.ditlab.study.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.ditlab.study.Knobs;
import org.ditlab.study.RecipeFixture;
import org.ditlab.study.StudyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrialJsonTests {
    private final Plan plan = PlanFixture.ladder().plan(PlanFixture.planner());
    private final Knobs knobs = RecipeFixture.knobs();

    private String text(Trial trial) throws JsonProcessingException {
        return new ObjectMapper().writeValueAsString(TrialJson.tree(trial, plan.cost(trial)));
    }

    @Test
    void everyTrialReadsBackEqual() throws JsonProcessingException {
        for (Trial trial : plan.trials()) {
            Trial read = TrialJson.read(text(trial), "trial.json", knobs);

            assertThat(read).isEqualTo(trial);
            assertThat(read.settings().all()).isEqualTo(trial.settings().all());
        }
    }

    @Test
    void holdsTheCostUnderTheKeysOfTheStudyDirectory() {
        Trial trial = plan.trials().get(0);

        assertThat(TrialJson.tree(trial, plan.cost(trial)))
                .containsKeys("trial", "variant", "replicate", "seed", "settings", "stages")
                .containsEntry("cost", TrialJson.cost(plan.cost(trial)));
        assertThat(TrialJson.cost(plan.cost(trial)))
                .containsOnlyKeys(
                        "parameters",
                        "parameters_folded",
                        "macs",
                        "macs_torchprofile",
                        "macs_dit_paper",
                        "macs_train_graph",
                        "activation_bytes");
    }

    @Test
    void aKnobThatIsNotInstalledIsSaid() throws JsonProcessingException {
        String text = text(plan.trials().get(0)).replace("train.steps", "train.stepz");

        assertThatExceptionOfType(StudyException.class)
                .isThrownBy(() -> TrialJson.read(text, "trial.json", knobs))
                .withMessageContaining("trial.json: unknown knob \"train.stepz\"")
                .withMessageContaining("did you mean \"train.steps\"?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"trial\": 3}",
                "{\"stages\": [3]}",
                "{\"stages\": [{\"uses\": []}]}",
                "{\"stages\": []}"
            })
    void whatIsNoTrialIsOneMessage(String text) {
        assertThatExceptionOfType(StudyException.class)
                .isThrownBy(() -> TrialJson.read(text, "trial.json", knobs))
                .withMessageStartingWith("trial.json: ");
    }
}
