package org.ditlab.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.ditlab.data.MetricFixtures;
import org.ditlab.data.NpyArray;
import org.ditlab.data.Npz;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MomentsTests {
    private static final int D = 7;
    private static final Backend BACKEND = MetricBackends.first();

    @Test
    void meanAndCovarianceOfAFewVectors() {
        Moments moments = new Moments(BACKEND, 2);
        moments.add(new float[] {1, 10, 3, 30, 5, 20}, 3);

        assertThat(moments.mean()).containsExactly(3, 20);
        assertThat(moments.covariance()).containsExactly(4, 10, 10, 100);
    }

    @Test
    void noSplitOfTheVectorsAndNoOrderChangesTheResult() {
        float[] rows = rows(400, new Random(5));
        Moments whole = new Moments(BACKEND, D);
        whole.add(rows, 400);
        for (int trial = 0; trial < 20; trial++) {
            Random random = new Random(trial);
            Moments[] parts = {new Moments(BACKEND, D), new Moments(BACKEND, D), new Moments(BACKEND, D)};
            for (int from = 0; from < 400; ) {
                int n = Math.min(400 - from, random.nextInt(60));
                parts[random.nextInt(3)].add(Arrays.copyOfRange(rows, from * D, (from + n) * D), n);
                from += n;
            }
            Moments merged = new Moments(BACKEND, D);
            merged.merge(parts[2]);
            merged.merge(parts[0]);
            merged.merge(parts[1]);

            assertThat(merged.count()).hasValue(400);
            assertThat(merged.mean()).containsExactly(whole.mean(), within(1e-10));
            assertThat(merged.covariance()).containsExactly(whole.covariance(), within(1e-10));
        }
    }

    @Test
    void aLargeMeanCostsNoDigitsOfTheCovariance() {
        float[] rows = rows(200, new Random(1));
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Math.round(rows[i] * 64) / 64f;
        }
        float[] shifted = rows.clone();
        for (int i = 0; i < shifted.length; i++) {
            shifted[i] += 65_536;
        }
        Moments near = new Moments(BACKEND, D);
        near.add(rows, 200);
        Moments far = new Moments(BACKEND, D);
        far.add(shifted, 200);

        assertThat(far.covariance()).containsExactly(near.covariance(), within(1e-9));
    }

    @Test
    void savedStatisticsCarryOn() {
        Moments moments = new Moments(BACKEND, D);
        moments.add(rows(50, new Random(2)), 50);
        Moments again = Moments.of(BACKEND, moments.count().orElseThrow(), moments.mean(), moments.covariance());
        float[] more = rows(30, new Random(3));
        moments.add(more, 30);
        again.add(more, 30);

        assertThat(again.covariance()).containsExactly(moments.covariance(), within(1e-12));
    }

    @Test
    void numbersThatAreNotFiniteAreRefusedByPlace() {
        Moments moments = new Moments(BACKEND, 2);
        assertThatThrownBy(() -> moments.add(new float[] {1, 2, 3, Float.NaN}, 2))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("feature 1 of image 1");
        assertThat(moments.count()).hasValue(0);
        assertThatThrownBy(() -> Moments.of(BACKEND, 5, new double[] {Double.POSITIVE_INFINITY}, new double[1]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void vectorsAreAtHandAsLongAsTheyAreNoMoreThanDimensions() {
        Moments moments = new Moments(BACKEND, 4);
        float[] rows = {1, 2, 3, 4, 5, 6, 7, 8};
        moments.add(rows, 2);
        moments.covariance();
        Moments other = new Moments(BACKEND, 4);
        other.add(rows, 2);
        moments.merge(other);

        assertThat(moments.rows())
                .hasValueSatisfying(kept ->
                        assertThat(kept.block(0, 4)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8));
        moments.add(rows, 1);
        assertThat(moments.rows()).isEmpty();
        assertThat(moments.count()).hasValue(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 1500})
    void anInterruptedRunCarriesOnFromItsArrays(int n) {
        Moments moments = new Moments(BACKEND, D);
        moments.add(rows(n, new Random(2)), n);
        Moments again = Moments.fromArrays(BACKEND, moments.toArrays("pool3."), "pool3.");
        float[] more = rows(30, new Random(3));
        moments.add(more, 30);
        again.add(more, 30);

        assertThat(again.count()).isEqualTo(moments.count());
        assertThat(again.mean()).containsExactly(moments.mean(), within(1e-13));
        assertThat(again.covariance()).containsExactly(moments.covariance(), within(1e-11));
        assertThat(again.rows().isPresent()).isEqualTo(moments.rows().isPresent());
    }

    @Test
    void arraysThatDoNotFitAreRefused() {
        Map<String, NpyArray> arrays = new HashMap<>();
        assertThatThrownBy(() -> Moments.fromArrays(BACKEND, arrays, "")).hasMessageContaining("\"n\"");
        arrays.put("n", NpyArray.of(new long[] {9}));
        arrays.put("mu", NpyArray.of(new double[2], 2));
        arrays.put("m2", NpyArray.of(new double[6], 2, 3));
        assertThatThrownBy(() -> Moments.fromArrays(BACKEND, arrays, "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void statisticsOfAnUnknownNumberCannotGrow() {
        Moments file = Moments.ofUnknownCount(BACKEND, new double[] {1, 2}, new double[] {4, 1, 1, 9});

        assertThat(file.count()).isEmpty();
        assertThat(file.covariance()).containsExactly(4, 1, 1, 9);
        assertThatThrownBy(() -> file.add(new float[2], 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new Moments(BACKEND, 2).merge(file)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void partsOfTheReferenceMergeToTheWhole() throws IOException {
        JsonNode expected = MetricFixtures.json("features/extra_expected.json").path("merge");
        NpyArray whole = Npz.read(
                MetricFixtures.file("features/fid_small.npz"),
                expected.path("uses").textValue());
        int d = whole.shape()[1];
        for (Backend backend : MetricBackends.all()) {
            Moments merged = new Moments(backend, d);
            JsonNode ends = expected.path("boundaries");
            for (int i = 1; i < ends.size(); i++) {
                int from = ends.path(i - 1).intValue();
                int n = ends.path(i).intValue() - from;
                merged.merge(MetricBackends.moments(
                        backend, Arrays.copyOfRange(whole.floats(), from * d, (from + n) * d), n, d));
            }
            double[] covariance = merged.covariance();
            for (int i = 0; i < expected.path("cov_head").size(); i++) {
                assertThat(covariance[i])
                        .isCloseTo(expected.path("cov_head").path(i).doubleValue(), within(1e-14));
                assertThat(merged.mean()[i])
                        .isCloseTo(expected.path("mean_head").path(i).doubleValue(), within(1e-14));
            }
            assertThat(Fid.trace(covariance, d))
                    .isCloseTo(expected.path("trace").doubleValue(), within(1e-12));
            assertThat(Math.sqrt(Arrays.stream(covariance).map(v -> v * v).sum()))
                    .isCloseTo(expected.path("frobenius").doubleValue(), within(1e-12));
        }
    }

    private static float[] rows(int n, Random random) {
        float[] rows = new float[n * D];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) random.nextGaussian() * (1 + i % D) + i % D;
        }
        return rows;
    }
}
