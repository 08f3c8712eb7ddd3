package org.ditlab.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.Test;

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

    private static float[] rows(int n, Random random) {
        float[] rows = new float[n * D];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) random.nextGaussian() * (1 + i % D) + i % D;
        }
        return rows;
    }
}
