package org.ditlab.study.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.ditlab.study.Study.variant;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.ditlab.knob.Domains;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.study.Knobs;
import org.ditlab.study.RecipeFixture;
import org.ditlab.study.Study;
import org.ditlab.study.StudyException;
import org.ditlab.study.spi.DataSummary;
import org.junit.jupiter.api.Test;

class ExtrasTests {
    private static final Knob<List<Integer>> SNAPSHOTS = Knob.identity(
            Extras.SNAPSHOTS, Domains.list(Domains.integer(1, 1_000_000), 0, 100), List.of(), "Steps.", "");
    private static final Knob<Integer> SNAPSHOT_COUNT =
            Knob.identity(Extras.SNAPSHOT_COUNT, Domains.integer(0, 1_000_000), 0, "Samples.", "");
    private static final Knob<Integer> HELD_OUT =
            Knob.identity(Extras.HELD_OUT, Domains.integer(0, 1_000_000), 256, "Images.", "");
    private static final Knob<Integer> NEAREST =
            Knob.identity(Extras.NEAREST, Domains.integer(0, 1_000_000), 0, "Samples.", "");

    private static final Knob<Integer> LATENTS_HELD_OUT =
            Knob.identity(Extras.LATENTS_HELD_OUT, Domains.integer(0, 1_000_000), 0, "Latents.", "");

    private static Knobs knobs() {
        List<Knob<?>> knobs = new ArrayList<>(RecipeFixture.all());
        knobs.addAll(List.of(SNAPSHOTS, SNAPSHOT_COUNT, HELD_OUT, NEAREST, LATENTS_HELD_OUT));
        return Knobs.with(knobs);
    }

    private static Planner planner() {
        return new Planner(knobs(), PlanFixture::shapes);
    }

    private static Study study(Setting<?>... recipe) {
        return Study.named("extras")
                .with(RecipeFixture.SIZE.to(16), RecipeFixture.STEPS.to(1000), RecipeFixture.EMA_DECAY.to(0.99))
                .with(recipe)
                .list(variant("v"));
    }

    private static List<Stage> stages(Setting<?>... recipe) {
        return study(recipe).plan(planner()).trials().get(0).stages();
    }

    private static List<String> labels(List<Stage> stages) {
        return stages.stream().map(Stage::label).toList();
    }

    @Test
    void aKnobThatAsksForNothingIsNoPartOfHashes() {
        Study plain = study();
        Trial before = plain.plan(PlanFixture.planner()).trials().get(0);
        Trial off = study(HELD_OUT.to(0), NEAREST.to(0), SNAPSHOTS.to(List.of()), SNAPSHOT_COUNT.to(0))
                .plan(planner())
                .trials()
                .get(0);

        assertThat(off).isEqualTo(before);
        assertThat(study(HELD_OUT.to(0), SNAPSHOT_COUNT.to(50))
                        .plan(planner())
                        .trials()
                        .get(0))
                .as("a count without snapshots")
                .isEqualTo(before);
    }

    @Test
    void heldOutLossAndNearestImagesLeaveAllOtherStagesAlone() {
        List<Stage> plain = stages(HELD_OUT.to(0));
        List<Stage> both = stages(NEAREST.to(40));

        assertThat(labels(both)).containsExactly("extractor", "train", "sample", "measure", "nearest", "heldout");
        assertThat(both.subList(0, 4)).isEqualTo(plain);
        assertThat(both.get(4).uses()).containsExactly(plain.get(2).hash());
        assertThat(both.get(5).uses()).containsExactly(plain.get(1).hash());
        assertThat(stages(NEAREST.to(41), HELD_OUT.to(256)).get(5)).isEqualTo(both.get(5));
        assertThat(stages(NEAREST.to(40), HELD_OUT.to(99)).get(5)).isNotEqualTo(both.get(5));
    }

    @Test
    void eachSnapshotHasStagesOfItsOwn() {
        List<Stage> stages = stages(SNAPSHOTS.to(List.of(100, 500)), SNAPSHOT_COUNT.to(50), NEAREST.to(3));

        assertThat(labels(stages))
                .containsExactly(
                        "extractor",
                        "train",
                        "sample",
                        "measure",
                        "nearest",
                        "heldout",
                        "sample@100",
                        "measure@100",
                        "heldout@100",
                        "sample@500",
                        "measure@500",
                        "heldout@500");
        assertThat(stages).extracting(Stage::hash).doesNotHaveDuplicates();
        assertThat(stages.get(7).uses())
                .containsExactly(stages.get(6).hash(), stages.get(0).hash());
        assertThat(stages.get(1)).as("weights are kept").isNotEqualTo(stages().get(1));
        List<Stage> more = stages(SNAPSHOTS.to(List.of(100, 500)), SNAPSHOT_COUNT.to(60), NEAREST.to(3));
        assertThat(labels(more.stream().filter(stage -> !stages.contains(stage)).toList()))
                .containsExactly("sample@100", "measure@100", "sample@500", "measure@500");
        assertThat(TrialJson.read(TrialJson.tree(trial(), planned().cost(trial())), "trial.json", knobs())
                        .stages())
                .extracting(Stage::snapshot)
                .containsExactly(0L, 0L, 0L, 0L, 0L, 7L, 7L, 7L);
    }

    private static Plan planned() {
        return study(SNAPSHOTS.to(List.of(7))).plan(planner());
    }

    private static Trial trial() {
        return planned().trials().get(0);
    }

    @Test
    void theUntrainedModelHasNoSnapshots() {
        Trial untrained = planned().trials().get(1);

        assertThat(untrained.variant()).isEqualTo("untrained");
        assertThat(labels(untrained.stages())).containsExactly("extractor", "train", "sample", "measure", "heldout");
        assertThat(untrained.stages())
                .isEqualTo(study().plan(planner()).trials().get(1).stages());
    }

    @Test
    void stepsOutOfOrderOrPastTheEndAreRefused() {
        assertThatExceptionOfType(StudyException.class)
                .isThrownBy(() -> stages(SNAPSHOTS.to(List.of(5, 5))))
                .withMessageContaining("train.snapshots is [5, 5]; name each step once, in rising order");
        assertThatExceptionOfType(StudyException.class)
                .isThrownBy(() -> stages(SNAPSHOTS.to(List.of(1000))))
                .withMessageContaining("training ends after 1000 steps");
    }

    @Test
    void latentsAreHeldOutWhereSomeAreSetAside() {
        Planner latent =
                new Planner(knobs(), settings -> new DataSummary("codes", "f", 4, 16, 16, 10, 100, true, true));
        Plan plan = study(SNAPSHOTS.to(List.of(7)), NEAREST.to(3)).plan(latent);

        assertThat(labels(plan.trials().get(0).stages())).containsExactly("train");
        assertThat(plan.warnings())
                .singleElement()
                .asString()
                .endsWith("data.held-out sets some aside for a held-out loss");

        Plan some = study(SNAPSHOTS.to(List.of(7)), LATENTS_HELD_OUT.to(10)).plan(latent);
        assertThat(labels(some.trials().get(0).stages())).containsExactly("train", "heldout", "heldout@7");
        assertThat(some.trials().get(0).stages().get(0))
                .isNotEqualTo(plan.trials().get(0).stages().get(0));
    }

    @Test
    void thePlanSaysWhatATrialDoesAndWhatIsTrainedAgain() {
        String text = new PlanTable(planned()).text();
        assertThat(text)
                .endsWith("stages of a trial: extractor, train, sample, measure, heldout, sample@7, measure@7,"
                        + " heldout@7\n");
        assertThat(new PlanTable(study(HELD_OUT.to(0)).plan(planner())).text()).doesNotContain("stages of a trial");

        Stream<Stage> trained = study().plan(planner()).trials().stream().map(trial -> trial.stage(StageKind.TRAIN));
        List<Stage> done = trained.toList();
        Plan again = study(SNAPSHOTS.to(List.of(7))).plan(planner().cached(done::contains));
        assertThat(again.warnings())
                .containsExactly(
                        "1 trial is trained already without train.snapshots, so that the weights of these steps"
                                + " are gone: it is trained again");
        assertThat(planned().warnings()).isEmpty();
    }
}
