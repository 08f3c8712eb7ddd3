package org.ditlab.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ditlab.tensor.spi.Backend;

/** What holds for any features. */
class FidPropertyTests {
    private static final List<Backend> BACKENDS = MetricBackends.all();

    private static float[] features(Random random, int n, int d) {
        float[] rows = new float[n * d];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) (random.nextGaussian() * (1 + i % d) + 3 * (i % d));
        }
        return rows;
    }

    @Property(tries = 60)
    void noSplitMergeOrOrderChangesMoments(
            @ForAll long seed,
            @ForAll @IntRange(min = 2, max = 2500) int n,
            @ForAll @IntRange(min = 1, max = 5) int d) {
        Random random = new Random(seed);
        float[] rows = features(random, n, d);
        for (Backend backend : BACKENDS) {
            Moments whole = MetricBackends.moments(backend, rows, n, d);
            List<Moments> parts = new ArrayList<>();
            for (int from = 0; from < n; ) {
                int count = Math.min(n - from, 1 + random.nextInt(1300));
                float[] part = Arrays.copyOfRange(rows, from * d, (from + count) * d);
                if (parts.isEmpty() || random.nextBoolean()) {
                    parts.add(new Moments(backend, d));
                }
                parts.get(random.nextInt(parts.size())).add(part, count);
                from += count;
            }
            Collections.shuffle(parts, random);
            Moments merged = new Moments(backend, d);
            parts.forEach(merged::merge);

            double size = Arrays.stream(whole.covariance()).map(Math::abs).max().orElseThrow();
            assertThat(merged.count()).isEqualTo(whole.count());
            assertThat(merged.mean()).containsExactly(whole.mean(), within(1e-10));
            assertThat(merged.covariance()).containsExactly(whole.covariance(), within(1e-10 * size));
        }
    }

    @Property(tries = 60)
    void theDistanceIsSymmetricAndKnowsNoAxesAndNoOrigin(
            @ForAll long seed,
            @ForAll @IntRange(min = 2, max = 40) int n,
            @ForAll @IntRange(min = 2, max = 40) int m,
            @ForAll @IntRange(min = 2, max = 20) int d) {
        Random random = new Random(seed);
        float[] x = features(random, n, d);
        float[] y = features(random, m, d);
        double[] direction = random.doubles(d, -1, 1).toArray();
        double[] shift = random.doubles(d, -5, 5).toArray();
        for (Backend backend : BACKENDS) {
            Moments first = MetricBackends.moments(backend, x, n, d);
            Moments second = MetricBackends.moments(backend, y, m, d);
            FrechetDistance found = Fid.between(first, second);
            double close = 1e-9 * (found.meanTerm() + found.referenceTrace() + found.sampleTrace());

            assertThat(found.value()).isNotNegative();
            assertThat(Fid.distance(second, first)).isCloseTo(found.value(), within(close));
            assertThat(Fid.distance(moved(first, direction, shift), moved(second, direction, shift)))
                    .isCloseTo(found.value(), within(close));
        }
    }

    /** Statistics after a reflection at the plane across a direction, and a shift. */
    private static Moments moved(Moments moments, double[] direction, double[] shift) {
        int d = direction.length;
        double square = Arrays.stream(direction).map(v -> v * v).sum();
        double[] mean = moments.mean();
        reflect(mean, 0, 1, direction, square);
        for (int j = 0; j < d; j++) {
            mean[j] += shift[j];
        }
        double[] covariance = moments.covariance();
        for (int i = 0; i < d; i++) {
            reflect(covariance, i * d, 1, direction, square);
        }
        for (int i = 0; i < d; i++) {
            reflect(covariance, i, d, direction, square);
        }
        return Moments.of(moments.backend(), moments.count().orElseThrow(), mean, covariance);
    }

    private static void reflect(double[] values, int from, int step, double[] direction, double square) {
        double along = 0;
        for (int j = 0; j < direction.length; j++) {
            along += values[from + j * step] * direction[j];
        }
        for (int j = 0; j < direction.length; j++) {
            values[from + j * step] -= 2 * along / square * direction[j];
        }
    }
}
