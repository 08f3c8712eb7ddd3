package org.ditlab.metric.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.ditlab.knob.Settings;
import org.junit.jupiter.api.Test;

class MeasureKnobsTests {
    private static Settings settings(String features, String... metrics) {
        return Settings.of(
                MeasureKnobs.FEATURES.to(features),
                MeasureKnobs.SUITE.to("clean-fid"),
                MeasureKnobs.METRICS.to(List.of(metrics)));
    }

    @Test
    void whatCannotBeMeasuredIsSaidBeforeAnythingRuns() {
        assertThat(MeasureKnobs.problems(settings("classifier", "fid", "is"), "sample.count", 2, 10_000))
                .isEmpty();
        assertThat(MeasureKnobs.problems(settings("classifier", "fid"), "sample.count", 1, 10_000))
                .singleElement()
                .asString()
                .contains("sample.count is 1", "fid needs 2");
        assertThat(MeasureKnobs.problems(settings("classifier", "sfid", "kid"), "sample.count", 999, 10_000))
                .hasSize(2)
                .anyMatch(problem -> problem.contains("sfid, which needs spatial features"))
                .anyMatch(problem -> problem.contains("kid needs 1000"));
        assertThat(MeasureKnobs.problems(settings("inception", "sfid"), "sample.count", 2, 10_000))
                .isEmpty();
        assertThat(MeasureKnobs.problems(settings("inception", "kid"), "sample.count", 500, 500))
                .as("clean-fid takes smaller subsets")
                .isEmpty();
        assertThat(MeasureKnobs.problems(settings("classifier", "kid"), "sample.count", 5000, 500))
                .singleElement()
                .asString()
                .contains("500 training images", "kid needs 1000");
    }

    @Test
    void overAClassifierNumbersAgreeWithNoSuite() {
        assertThat(MeasureKnobs.suite(settings("classifier", "fid"))).isEqualTo(Suite.DITLAB);
        assertThat(MeasureKnobs.suite(settings("inception", "fid"))).isEqualTo(Suite.CLEAN_FID);
    }

    @Test
    void metricsComeInTheOrderOfTables() {
        assertThat(MeasureKnobs.metrics(settings("classifier", "kid", "fid", "is")))
                .containsExactly(Metric.INCEPTION_SCORE, Metric.FID, Metric.KID);
    }
}
