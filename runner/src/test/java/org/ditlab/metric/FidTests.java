package org.ditlab.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import org.ditlab.data.MetricFixtures;
import org.ditlab.data.NpyArray;
import org.ditlab.data.Npz;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FidTests {
    @ParameterizedTest
    @CsvSource({
        "fid_small, full_rank",
        "fid_small, few_samples",
        "fid_small, both_few",
        "fid_small, identical",
        "fid_small, permuted",
        "fid_small, shifted",
        "fid_small, degenerate",
        "fid_small, constant_set",
        "fid_small, two_samples",
        "fid_small, large_scale",
        "fid_small, one_dim",
        "fid_nonneg, nonneg",
        "fid_pool3_few, pool3_few"
    })
    void agreesWithTheExactDistance(String file, String name) throws IOException {
        JsonNode expected =
                MetricFixtures.json("features/fid_expected.json").path("cases").path(name);
        Map<String, NpyArray> arrays = Npz.read(MetricFixtures.file("features/" + file + ".npz"));

        double distance = Fid.distance(moments(arrays.get(name + ".x")), moments(arrays.get(name + ".y")));

        assertThat(distance)
                .isCloseTo(
                        expected.path("exact").path("fid").doubleValue(),
                        within(expected.path("tolerance_to_exact").doubleValue()));
    }

    @Test
    void identicalSetsAreAtDistanceZero() {
        Moments moments = random(300, 64, 1, 0);

        assertThat(Fid.distance(moments, moments)).isBetween(0.0, 1e-10);
        assertThat(Fid.distance(random(20, 64, 1, 0), random(20, 64, 1, 0))).isBetween(0.0, 1e-10);
    }

    @Test
    void diagonalCovariancesHaveAClosedForm() {
        // Sum over axes of (m1 - m2)^2 + (s1 - s2)^2.
        Moments one = Moments.of(10, new double[] {1, 2}, new double[] {4, 0, 0, 9});
        Moments two = Moments.of(10, new double[] {0, 4}, new double[] {1, 0, 0, 25});

        assertThat(Fid.distance(one, two)).isCloseTo(1 + 4 + 1 + 4, within(1e-12));
    }

    @Test
    void rotatedCovariancesHaveAClosedForm() {
        // In two dimensions tr((A B)^(1/2)) = sqrt(tr(A B) + 2 sqrt(det(A) det(B))).
        double[] a = {3, 1, 1, 2};
        double[] b = {1, -0.5, -0.5, 4};
        double product = 3 - 0.5 - 0.5 + 8;
        double root = Math.sqrt(product + 2 * Math.sqrt(5 * 3.75));

        assertThat(Fid.distance(Moments.of(9, new double[2], a), Moments.of(9, new double[2], b)))
                .isCloseTo(5 + 5 - 2 * root, within(1e-12));
    }

    @Test
    void isSymmetric() {
        Moments one = random(50, 30, 1, 0);
        Moments two = random(20, 30, 2, 1);

        assertThat(Fid.distance(one, two)).isCloseTo(Fid.distance(two, one), within(1e-10));
    }

    @Test
    void tooFewImagesAndOtherDimensionsAreRefused() {
        assertThatThrownBy(() -> Fid.distance(random(1, 4, 1, 0), random(9, 4, 1, 0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("two");
        assertThatThrownBy(() -> Fid.distance(random(9, 4, 1, 0), random(9, 5, 1, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("dimensions");
    }

    private static Moments moments(NpyArray array) {
        Moments moments = new Moments(array.shape()[1]);
        moments.add(array.floats(), array.shape()[0]);
        return moments;
    }

    private static Moments random(int n, int d, long seed, float shift) {
        RandomStream stream = new Streams(seed).stream("test");
        float[] rows = new float[n * d];
        stream.normal(0, 0, rows, 0, rows.length);
        for (int i = 0; i < rows.length; i++) {
            rows[i] = rows[i] * (1 + i % d) + shift;
        }
        Moments moments = new Moments(d);
        moments.add(rows, n);
        return moments;
    }
}
