package org.ditlab.study.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.study.EarlyStopping;
import org.ditlab.study.RecipeFixture;
import org.ditlab.study.RungMetric;
import org.ditlab.study.Study;
import org.ditlab.study.StudyException;
import org.junit.jupiter.api.Test;

class StoppingPlanTests {
    private static final Study LADDER = PlanFixture.ladder();

    private static Plan plan(Study study) {
        return study.plan(PlanFixture.planner());
    }

    private static StoppingPlan stopping(Study study) {
        return StoppingPlan.of(plan(study)).orElseThrow();
    }

    @Test
    void aPolicyIsPartOfNoHash() {
        Plan without = plan(LADDER);
        Plan with = plan(LADDER.earlyStopping(EarlyStopping.at(100)));
        assertThat(with.trials()).isEqualTo(without.trials());
        assertThat(StoppingPlan.of(without)).isEmpty();
        assertThat(new PlanTable(without).text()).doesNotContain("early stopping");
    }

    @Test
    void rungsAreTheStepsBeforeTheLast() {
        assertThat(EarlyStopping.at(10, 20, 30).rungs(30)).containsExactly(10, 20);
        assertThat(EarlyStopping.from(10).rungs(270)).containsExactly(10, 30, 90);
        assertThat(EarlyStopping.from(10).keepingOneIn(2).rungs(81)).containsExactly(10, 20, 40, 80);
        assertThat(EarlyStopping.from(Integer.MAX_VALUE).rungs(Long.MAX_VALUE)).containsExactly(Integer.MAX_VALUE);
        assertThat(EarlyStopping.at(10).rungs(0)).isEmpty();
    }

    @Test
    void theBaseAndControlsAreSparedUnlessNamesAreGiven() {
        assertThat(stopping(LADDER.earlyStopping(EarlyStopping.at(100))).spared())
                .containsExactly("base", "narrow");
        assertThat(stopping(LADDER.earlyStopping(EarlyStopping.at(100).protecting("deeper")))
                        .spared())
                .containsExactly("deeper");
        StoppingPlan nobody =
                stopping(LADDER.earlyStopping(EarlyStopping.at(100).protecting()));
        assertThat(nobody.spared()).isEmpty();
        assertThat(nobody.trainings()).hasSize(8).noneMatch(StoppingPlan.Training::spared);
    }

    /** Equal settings train once: the training is spared when one of the names is. */
    @Test
    void aNameOfAnotherVariantWithEqualSettingsSparesIt() {
        Study twice = Study.named("twice")
                .with(RecipeFixture.STEPS.to(1000))
                .list(Study.variant("one", ArchitectureKnobs.DEPTH.to(2)))
                .grid(Study.over(ArchitectureKnobs.DEPTH, 2, 3));
        Plan plan = plan(twice);
        String other = plan.groups().get(1).members().get(0).name();
        assertThat(plan.variant(other)).isEqualTo("one");
        StoppingPlan stopping =
                stopping(twice.earlyStopping(EarlyStopping.at(10).protecting(other)));
        assertThat(stopping.spared()).containsExactly("one");
        assertThat(stopping.trainings())
                .extracting(StoppingPlan.Training::spared)
                .containsExactly(true, false);
    }

    /** Of four trainings of equal cost per seed three stop at most with factor 2, each for 9 tenths. */
    @Test
    void whatItSavesAtMostIsSaid() {
        Study four = Study.named("four")
                .with(RecipeFixture.STEPS.to(1000))
                .list(
                        Study.variant("a", RecipeFixture.LEARNING_RATE.to(0.1)),
                        Study.variant("b", RecipeFixture.LEARNING_RATE.to(0.2)),
                        Study.variant("c", RecipeFixture.LEARNING_RATE.to(0.3)),
                        Study.variant("d", RecipeFixture.LEARNING_RATE.to(0.4)))
                .seeds(2);
        EarlyStopping policy = EarlyStopping.at(100, 500).keepingOneIn(2).protecting();
        StoppingPlan stopping = stopping(four.earlyStopping(policy));
        assertThat(stopping.most()).isEqualTo(6);
        assertThat(stopping.saving()).isCloseTo(0.9 * 6 / 8, within(1e-12));
        assertThat(new PlanTable(plan(four.earlyStopping(policy))).text())
                .contains(
                        "early stopping by train.loss at steps 100, 500, 1 in 2 goes on: at most 6 of 8 trainings to run are"
                                + " stopped, which saves at most 68 % of their arithmetic; never stopped: none\n");
        assertThat(new PlanTable(plan(four.earlyStopping(policy))).json()).contains("\"most_stopped\" : 6");
        assertThat(stopping(four.earlyStopping(policy.keepingOneIn(5))).most()).isZero();
        assertThat(stopping(four.earlyStopping(policy.protecting("a", "b"))).most())
                .isEqualTo(4);
        assertThat(stopping(four.earlyStopping(EarlyStopping.at(1000))).sentence())
                .isEqualTo(
                        "early stopping by train.loss: no training is longer than its first rung, nothing is stopped");
        assertThat(stopping(four.earlyStopping(EarlyStopping.at(1000))).trainings())
                .isEqualTo(List.of());
    }

    @Test
    void ofADoneStudyNothingIsCounted() {
        Plan done = LADDER.earlyStopping(EarlyStopping.at(100))
                .plan(PlanFixture.planner().cached(stage -> true));

        assertThat(StoppingPlan.of(done).orElseThrow().sentence())
                .isEqualTo("early stopping by train.loss: every training that comes to a rung is done, nothing is left"
                        + " to stop");
    }

    @Test
    void heldOutNeedsSomethingHeldOut() {
        Study study = LADDER.earlyStopping(EarlyStopping.at(100).by(RungMetric.HELD_OUT));
        assertThatExceptionOfType(StudyException.class)
                .isThrownBy(() -> plan(study))
                .withMessageContaining("held-out needs held-out images, which \"base\", \"patch 2\", \"narrow\" lack")
                .withMessageContaining("or compare by train.loss");
    }
}
