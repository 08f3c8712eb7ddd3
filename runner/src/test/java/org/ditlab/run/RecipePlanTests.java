package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.ditlab.study.Knobs;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.Planner;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.Trial;
import org.ditlab.study.spi.UserFiles;
import org.ditlab.study.yaml.StudyFile;
import org.ditlab.study.yaml.StudyYaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a plan says of the recipe's knobs. */
class RecipePlanTests {
    private static Plan plan(String train, String sample) {
        String text = """
                study: recipe
                base: { model: DiT-S/4, width: 16, depth: 1, heads: 2 }
                data: { set: shapes, size: 8, count: 100 }
                train: { steps: 20, batch: 4, %s }
                sample: { count: 100, %s }
                list:
                  - { name: one }
                """.formatted(train, sample);
        return Planner.installed(UserFiles.NONE).plan(StudyYaml.read(text, "recipe.yaml", Knobs.installed()));
    }

    private static String stage(Plan plan, StageKind kind) {
        Trial trial = plan.trials().stream()
                .filter(candidate -> candidate.variant().equals("one"))
                .findFirst()
                .orElseThrow();
        return trial.stages().stream()
                .filter(stage -> stage.kind() == kind)
                .map(Stage::id)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void otherWeightsAreSampledAnewAndTrainedOnce() {
        Plan average = plan("ema-decays: [0.5]", "weights: ema");
        for (String weights : new String[] {"raw", "0.5", "'0.50'"}) {
            Plan other = plan("ema-decays: [0.5]", "weights: " + weights);
            assertThat(stage(other, StageKind.TRAIN)).isEqualTo(stage(average, StageKind.TRAIN));
            assertThat(stage(other, StageKind.SAMPLE)).isNotEqualTo(stage(average, StageKind.SAMPLE));
        }
        assertThat(stage(plan("ema-decays: [0.5]", "weights: 0.5"), StageKind.SAMPLE))
                .isEqualTo(stage(plan("ema-decays: [0.5]", "weights: '0.50'"), StageKind.SAMPLE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "flip: true | weights: 0.9 | sample.weights = 0.9 requires ema, raw or a decay of train.ema-decays",
                "'ema-decays: [0.9, 0.9]' | clip: true | train.ema-decays = [0.9, 0.9] requires decays that differ",
                "'ema-decays: [0.9999]' | clip: true | train.ema-decays = [0.9999] requires decays that differ",
                "'learning-rate-schedule: cosine, warmup: 20' | clip: true | train.learning-rate-schedule = cosine requires a train.warmup below",
                "learning-rate-end: 1e-5 | clip: true | train.learning-rate-end = 0.00001 requires train.learning-rate-schedule",
                "'snapshots: [5]' | weights: raw | sample.weights is raw but train.snapshots keeps the average of train.ema-decay",
                "'micro-batch: 5' | clip: true | train.micro-batch = 5 requires a value of at most train.batch",
                "'ema-decay: 1' | clip: true | a number from 0, and below 1",
                "'ema-decays: [0.5, 1.0]' | clip: true | a number from 0, and below 1",
                "'learning-rate-schedule: linear, learning-rate-end: 1' | clip: true | requires a value of at most train.learning-rate",
            })
    void whatDoesNotFitIsRefused(String train, String sample, String message) {
        assertThatThrownBy(() -> plan(train, sample))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aScheduleFitsTheUntrainedVariantToo() {
        assertThat(plan("learning-rate-schedule: cosine, warmup: 5, learning-rate-end: 1e-6", "weights: raw")
                        .trials())
                .extracting(Trial::variant)
                .contains("untrained");
    }

    @Test
    void whatHasNoEffectIsNoPartOfHashes() {
        Plan plain = plan("flip: true", "guidance: 1");
        Plan said = plan("micro-batch: 4", "guidance: 1, guidance-channels: first-three");
        assertThat(said.trials().get(0).stages())
                .isEqualTo(plain.trials().get(0).stages());
        assertThat(stage(plan("micro-batch: 2", "guidance: 1"), StageKind.TRAIN))
                .isNotEqualTo(stage(plain, StageKind.TRAIN));
        assertThat(stage(plan("flip: true", "guidance: 2, guidance-channels: first-three"), StageKind.SAMPLE))
                .isNotEqualTo(stage(plan("flip: true", "guidance: 2"), StageKind.SAMPLE));
    }

    @Test
    void aKnobAtItsDefaultMayBeSaidWhereItHasNoEffect() {
        assertThat(plan("learning-rate-end: 0", "eta: 0").trials().get(0).stages())
                .isEqualTo(plan("flip: true", "clip: false").trials().get(0).stages());
    }

    /** 20 steps at 0.9999 leave 0.9999^20 = 99.8 % of the initial weights, at 0.9 a share of 0.9^20 = 12.2 %. */
    @Test
    void anAverageThatIsTheInitialWeightsIsAWarning() {
        String end = " % of the sampled average is the initial weights; lower train.ema-decay or train longer";
        assertThat(plan("flip: true", "clip: true").warnings()).contains("variant \"one\": 99.8" + end);
        assertThat(plan("ema-decay: 0.9", "clip: true").warnings()).contains("variant \"one\": 12.2" + end);
        assertThat(plan("ema-decay: 0.5", "clip: true").warnings()).noneMatch(text -> text.endsWith(end));
        assertThat(plan("flip: true", "weights: raw").warnings()).noneMatch(text -> text.endsWith(end));
        assertThat(plan("ema-decays: [0.5]", "weights: 0.5").warnings()).noneMatch(text -> text.endsWith(end));
    }

    @Test
    void theMemoryFollowsMicroBatchPrecisionCheckpointingAndAverages() {
        double plain = memory("flip: true");
        double weights = 4.0
                * plan("flip: true", "clip: true")
                        .cost(plan("flip: true", "clip: true").trials().get(0))
                        .parameters();
        double activations = plain - memory("micro-batch: 1");
        assertThat(plain).isGreaterThan(450e6);
        assertThat(memory("ema-decays: [0.5, 0.6]")).isEqualTo(plain + 2 * weights);
        assertThat(activations).isPositive();
        assertThat(memory("micro-batch: 2")).isEqualTo(plain - activations * 2 / 3);
        assertThat(memory("precision: bf16")).isBetween(plain - activations * 2 / 3, plain - 1);
        assertThat(memory("gradient-checkpointing: true")).isLessThanOrEqualTo(plain);
    }

    private static double memory(String train) {
        Plan plan = plan(train, "clip: true");
        return plan.memoryBytes(plan.trials().get(0));
    }

    private static final String CONTRADICTORY = """
            study: wrong
            base: { model: DiT-S/4, width: 16, depth: 1, heads: 2 }
            data: { set: shapes, size: 8, count: 100 }
            train: { steps: 20, learning-rate-end: 1e-5%s }
            list:
              - { name: one, change: { depth: 2 } }
              - { name: two, change: { train.micro-batch: 500 } }
            """;

    private static Plan located(String more) {
        StudyFile file = StudyYaml.open(CONTRADICTORY.formatted(more), "wrong.yaml", Knobs.installed());
        return Planner.installed(UserFiles.NONE)
                .places(file.places(), file.parts(), file.excerpts())
                .plan(file.spec());
    }

    @Test
    void whatASectionSaysWronglyIsReportedOnceWhereItStands() {
        String end =
                "train.learning-rate-end = 0.00001 requires train.learning-rate-schedule = linear or cosine; a constant"
                        + " rate has no end; else leave it out";
        String parts =
                "wrong.yaml:7:13  variant \"two\": train.micro-batch = 500 requires a value of at most train.batch;"
                        + " else leave it out";
        assertThatThrownBy(() -> located("")).isInstanceOfSatisfying(StudyException.class, wrong -> {
            assertThat(wrong.problems())
                    .extracting(problem -> problem.lines().findFirst().orElseThrow())
                    .containsExactly("wrong.yaml:4:21  " + end, parts);
            assertThat(wrong.problems().get(0).lines().skip(1))
                    .containsExactly(
                            "    4 | train: { steps: 20, learning-rate-end: 1e-5 }",
                            "      |                     ^^^^^^^^^^^^^^^^^");
        });
        assertThatThrownBy(() -> located(", learning-rate-schedule: cosine"))
                .isInstanceOfSatisfying(
                        StudyException.class,
                        wrong ->
                                assertThat(wrong.problems()).hasSize(1).allMatch(problem -> problem.startsWith(parts)));
    }

    /** The base of a list does not run, so that what every variant mends is no problem. */
    @Test
    void whatOnlyTheBaseOfAListGetsWrongIsNoProblem() {
        String text = """
                study: mended
                base: { model: DiT-S/4, width: 16, depth: 1, heads: 2 }
                data: { set: shapes, size: 8, count: 100 }
                train: { steps: 5, warmup: 5, learning-rate-schedule: cosine }
                list:
                  - { name: longer, change: { train.steps: 9 } }
                """;
        assertThat(Planner.installed(UserFiles.NONE)
                        .plan(StudyYaml.read(text, "mended.yaml", Knobs.installed()))
                        .trials())
                .extracting(Trial::variant)
                .containsExactly("longer", "untrained");
    }
}
