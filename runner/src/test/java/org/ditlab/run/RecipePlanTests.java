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
                "learning-rate-end: 1e-5 | clip: true | train.learning-rate-end = 1.0E-5 requires train.learning-rate-schedule",
                "'snapshots: [5]' | weights: raw | sample.weights is raw but train.snapshots keeps the average of train.ema-decay",
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
}
