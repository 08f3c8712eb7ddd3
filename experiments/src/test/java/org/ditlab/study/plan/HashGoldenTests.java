package org.ditlab.study.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Pins hashes. A failure means that finished work in every study directory would be done again: change these values only
 * when results really do change (a new identity knob, another meaning of one).
 */
class HashGoldenTests {
    private final Plan plan = PlanFixture.ladder().plan(PlanFixture.planner());

    @Test
    void theSpec() {
        assertThat(PlanFixture.ladder().spec().hash())
                .isEqualTo("aa9c21a98f9f17371dd2e69cbef4ebf32995fdddccfb661e82a09cbe70f770e1");
    }

    @Test
    void theStagesOfTheLastRung() {
        Trial trial = plan.trials().get(3);

        assertThat(trial.variant()).isEqualTo("deeper");
        assertThat(trial.stages())
                .extracting(Stage::id)
                .containsExactly(
                        "extractor-44bbb41f2530", "train-36ce5e6f07ea", "sample-621485cedb4e", "measure-03631aa3d310");
        assertThat(trial.id()).isEqualTo("842dcd54e739");
    }
}
