package org.ditlab.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.Test;

class FidTests {
    private final Backend backend = MetricBackends.first();

    @Test
    void identicalSetsAreAtDistanceZero() {
        Moments moments = random(300, 64, 1, 0);

        assertThat(Fid.distance(moments, moments)).isBetween(0.0, 1e-10);
        assertThat(Fid.distance(random(20, 64, 1, 0), random(20, 64, 1, 0))).isBetween(0.0, 1e-10);
    }

    @Test
    void diagonalCovariancesHaveAClosedForm() {
        // Sum over axes of (m1 - m2)^2 + (s1 - s2)^2.
        Moments one = Moments.of(backend, 10, new double[] {1, 2}, new double[] {4, 0, 0, 9});
        Moments two = Moments.of(backend, 10, new double[] {0, 4}, new double[] {1, 0, 0, 25});

        assertThat(Fid.distance(one, two)).isCloseTo(1 + 4 + 1 + 4, within(1e-12));
    }

    @Test
    void rotatedCovariancesHaveAClosedForm() {
        // In two dimensions tr((A B)^(1/2)) = sqrt(tr(A B) + 2 sqrt(det(A) det(B))).
        double[] a = {3, 1, 1, 2};
        double[] b = {1, -0.5, -0.5, 4};
        double product = 3 - 0.5 - 0.5 + 8;
        double root = Math.sqrt(product + 2 * Math.sqrt(5 * 3.75));

        assertThat(Fid.distance(Moments.of(backend, 9, new double[2], a), Moments.of(backend, 9, new double[2], b)))
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

    private Moments random(int n, int d, long seed, float shift) {
        return MetricBackends.moments(backend, MetricBackends.random(n, d, seed, shift), n, d);
    }
}
