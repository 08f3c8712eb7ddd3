package org.ditlab.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.ditlab.study.StudyException;
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

    @Test
    void equalStatisticsAreAtDistanceZeroExactly() {
        Moments moments = random(10, 30, 1, 0);
        Moments file = Moments.ofUnknownCount(backend, moments.mean(), moments.covariance());

        assertThat(Fid.distance(moments, file)).isZero();
        assertThat(Fid.between(moments, moments).route()).isEqualTo(RootTraceRoute.EQUAL);
    }

    @Test
    void theWayTakenIsToldAndSoAreFewImages() {
        FrechetDistance few = Fid.between(random(20, 30, 1, 0), random(10, 30, 2, 0));
        FrechetDistance mixed = Fid.between(random(90, 30, 1, 0), random(10, 30, 2, 0));
        FrechetDistance many = Fid.between(random(90, 30, 1, 0), random(80, 30, 2, 0));

        assertThat(few.route()).isEqualTo(RootTraceRoute.CROSS_GRAM);
        assertThat(mixed.route()).isEqualTo(RootTraceRoute.FACTORS);
        assertThat(many.route()).isEqualTo(RootTraceRoute.CHOLESKY);
        assertThat(mixed.referenceRank()).isEqualTo(30);
        assertThat(mixed.sampleRank()).isEqualTo(9);
        assertThat(few.warnings())
                .singleElement()
                .asString()
                .contains("20 reference images and 10 samples for 30 dimensions");
        assertThat(mixed.warnings()).singleElement().asString().startsWith("10 samples for 30 dimensions");
        assertThat(many.warnings()).isEmpty();
    }

    @Test
    void twoImagesAndConstantFeaturesHaveADistance() {
        // Two points a +- u and b +- v: covariances 2uu' and 2vv', the root's trace is 2|u'v|.
        Moments two = MetricBackends.moments(backend, new float[] {1, 0, 0, -1, 0, 0}, 2, 3);
        Moments other = MetricBackends.moments(backend, new float[] {3, 4, 5, -3, -4, 5}, 2, 3);
        Moments constant = MetricBackends.moments(backend, new float[] {0, 0, 5, 0, 0, 5, 0, 0, 5}, 3, 3);

        assertThat(Fid.distance(two, other)).isCloseTo(25 + 2 + 50 - 2 * 2 * 3, within(1e-12));
        assertThat(Fid.distance(two, constant)).isCloseTo(25 + 2, within(1e-12));
        assertThat(Fid.distance(constant, constant)).isZero();
    }

    @Test
    void nearlySingularCovariancesAreExactStill() {
        // Variances over twelve orders of magnitude, on one axis each: sum of (s1 - s2)^2.
        int d = 7;
        double[] one = new double[d * d];
        double[] two = new double[d * d];
        double expected = 0;
        for (int i = 0; i < d; i++) {
            double s1 = Math.pow(10, -i);
            double s2 = 3 * Math.pow(10, i - d + 1);
            one[i * d + i] = s1 * s1;
            two[i * d + i] = s2 * s2;
            expected += (s1 - s2) * (s1 - s2);
        }

        double distance = Fid.distance(
                Moments.ofUnknownCount(backend, new double[d], one),
                Moments.ofUnknownCount(backend, new double[d], two));

        assertThat(distance).isCloseTo(expected, within(1e-9));
    }

    @Test
    void whatIsNoCovarianceIsRefused() {
        Moments moments = Moments.ofUnknownCount(backend, new double[2], new double[] {1, 0, 0, -0.5});

        assertThatThrownBy(() -> Fid.distance(moments, random(9, 2, 1, 0)))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("eigenvalue");
    }

    private Moments random(int n, int d, long seed, float shift) {
        return MetricBackends.moments(backend, MetricBackends.random(n, d, seed, shift), n, d);
    }
}
