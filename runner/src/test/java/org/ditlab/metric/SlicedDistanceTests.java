package org.ditlab.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ditlab.data.MetricFixtures;
import org.ditlab.data.Npz;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.Test;

class SlicedDistanceTests {
    @Test
    void agreesWithTheReferenceValue() throws IOException {
        JsonNode expected = MetricFixtures.json("features/extra_expected.json").path("sliced");
        Matcher uses = Pattern.compile("first (\\d+) rows of (\\S+) and (\\S+)")
                .matcher(expected.path("uses").textValue());
        assertThat(uses.matches()).isTrue();
        int count = Integer.parseInt(uses.group(1));
        Rows x = MetricArrays.rows(uses.group(2)).first(count);
        Rows y = MetricArrays.rows(uses.group(3)).first(count);
        Rows directions = MetricArrays.rows(Npz.read(MetricFixtures.file("features/extra_arrays.npz"), "directions"));

        MetricBackends.each(backend -> assertThat(SlicedDistance.of(backend, x, y, directions))
                .isCloseTo(expected.path("value").doubleValue(), within(1e-11)));
    }

    @Test
    void aShiftCountsItsSquareAlongEachDirection() {
        // More directions and vectors than a tile has; the mean of (s.e)^2 over the sphere is |s|^2 / d.
        int n = 300;
        Rows x = SlicedDistance.directions(n, 4, 7);
        float[] shifted = x.block(0, n);
        for (int i = 0; i < n; i++) {
            shifted[4 * i] += 2;
        }
        Rows directions = SlicedDistance.directions(4000, 4, 1);
        try (Backend backend = MetricBackends.first(2)) {
            assertThat(SlicedDistance.of(backend, x, Rows.of(shifted, n, 4), directions))
                    .isCloseTo(3 * 4, within(0.5));
            assertThat(SlicedDistance.of(backend, x, x, directions)).isZero();
        }
    }

    @Test
    void directionsAreUnitVectorsThatAnyPrefixShares() {
        Rows many = SlicedDistance.directions(50, 9, 3);
        float[] all = many.block(0, 50);

        assertThat(SlicedDistance.directions(20, 9, 3).block(0, 20)).isEqualTo(many.block(0, 20));
        for (int i = 0; i < 50; i++) {
            double square = 0;
            for (int j = 0; j < 9; j++) {
                square += all[i * 9 + j] * all[i * 9 + j];
            }
            assertThat(square).isCloseTo(1, within(1e-6));
        }
    }

    @Test
    void setsOfDifferentSizeAreRefused() {
        Rows x = SlicedDistance.directions(5, 3, 1);
        try (Backend backend = MetricBackends.first(1)) {
            assertThatThrownBy(() -> SlicedDistance.of(backend, x, SlicedDistance.directions(6, 3, 1), x))
                    .isInstanceOf(StudyException.class)
                    .hasMessageContaining("equally many");
        }
    }
}
