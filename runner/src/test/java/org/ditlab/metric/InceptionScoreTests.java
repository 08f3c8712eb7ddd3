package org.ditlab.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.assertj.core.data.Percentage;
import org.ditlab.data.MetricFixtures;
import org.ditlab.data.NpyArray;
import org.ditlab.data.Npz;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InceptionScoreTests {
    @ParameterizedTest
    @CsvSource({"a,1", "a,3", "a,10", "b,1", "b,3", "b,10"})
    void agreesWithReferenceValues(String set, int splits) throws IOException {
        JsonNode expected = MetricFixtures.json("features/is_expected.json").path(set + ".splits_" + splits);
        NpyArray logits = Npz.read(MetricFixtures.file("features/is_logits.npz"), set);

        InceptionScore score = InceptionScore.of(logits.floats(), logits.shape()[0], logits.shape()[1], splits);

        assertThat(score.mean()).isCloseTo(expected.path("mean").doubleValue(), Percentage.withPercentage(1e-10));
        assertThat(score.deviation()).isCloseTo(expected.path("std_population").doubleValue(), within(1e-7));
    }

    @Test
    void sureAndEvenlySpreadImagesScoreTheNumberOfClasses() {
        float[] logits = new float[64 * 8];
        for (int row = 0; row < 64; row++) {
            logits[row * 8 + row % 8] = 60;
        }

        assertThat(InceptionScore.of(logits, 64, 8, 1).mean()).isCloseTo(8, within(1e-12));
    }

    @Test
    void undecidedImagesScoreOne() {
        assertThat(InceptionScore.of(new float[50 * 4], 50, 4, 10).mean()).isCloseTo(1, within(1e-12));
    }

    @Test
    void certaintyBeyondRoundingIsNoNan() {
        assertThat(InceptionScore.of(new float[] {0, 5000, 5000, 0}, 2, 2, 1).mean())
                .isCloseTo(2, within(1e-12));
    }

    @Test
    void moreBlocksThanImagesAreNotMade() {
        assertThat(InceptionScore.of(new float[] {0, 9, 9, 0}, 2, 2, 10).mean()).isCloseTo(1, within(1e-12));
    }

    @Test
    void numbersThatAreNotFiniteAreRefused() {
        assertThatThrownBy(() -> InceptionScore.of(new float[] {0, Float.NaN}, 1, 2, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("logit 1 of image 0");
    }
}
