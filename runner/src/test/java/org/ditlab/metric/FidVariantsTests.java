package org.ditlab.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.ditlab.data.MetricFixtures;
import org.ditlab.data.NpyArray;
import org.ditlab.data.Npz;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Extrapolated, per class, with an interval. */
class FidVariantsTests {
    private static final double TOLERANCE = 1e-8;

    private final Backend backend = MetricBackends.first();

    private static JsonNode expected(String name) throws IOException {
        return MetricFixtures.json("features/extra_expected.json").path(name);
    }

    private static NpyArray features(String name) throws IOException {
        String file = name.startsWith("nonneg") ? "fid_nonneg.npz" : "fid_small.npz";
        return Npz.read(MetricFixtures.file("features/" + file), name);
    }

    private static NpyArray extra(String name) throws IOException {
        return Npz.read(MetricFixtures.file("features/extra_arrays.npz"), name);
    }

    private static Rows random(int n, int d, long seed, float shift) {
        return Rows.of(MetricBackends.random(n, d, seed, shift), n, d);
    }

    private Moments moments(Rows rows) {
        return MetricBackends.moments(backend, rows.block(0, rows.count()), rows.count(), rows.dimensions());
    }

    @Test
    void theLineOverTheInverseSizeIsThatOfTheReference() throws IOException {
        JsonNode expected = expected("extrapolated");
        NpyArray permutations = extra("permutations");
        int n = permutations.shape()[1];
        int[] flat = Arrays.stream(permutations.longs()).mapToInt(i -> (int) i).toArray();
        int[][] orders = IntStream.range(0, permutations.shape()[0])
                .mapToObj(i -> Arrays.copyOfRange(flat, i * n, (i + 1) * n))
                .toArray(int[][]::new);
        int[] sizes = StreamSupport.stream(expected.path("sizes").spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();

        ExtrapolatedFid found = ExtrapolatedFid.of(
                MetricBackends.moments(
                        backend, features(expected.path("reference").textValue())),
                MetricArrays.rows(features(expected.path("samples").textValue())),
                sizes,
                orders);

        assertThat(ExtrapolatedFid.sizes(n, sizes.length)).containsExactly(sizes);
        for (int i = 0; i < sizes.length; i++) {
            assertThat(found.distances().get(i))
                    .isCloseTo(expected.path("fid_at_size").path(i).doubleValue(), within(TOLERANCE));
        }
        assertThat(found.intercept()).isCloseTo(expected.path("intercept").doubleValue(), within(TOLERANCE));
        assertThat(found.slope()).isCloseTo(expected.path("slope").doubleValue(), within(1e-6));
    }

    @Test
    void extrapolationTakesOffMostOfTheBias() {
        Moments reference = moments(random(4000, 10, 1, 0));
        Rows samples = random(400, 10, 2, 0);

        ExtrapolatedFid found = ExtrapolatedFid.of(reference, samples, 5);

        assertThat(found).isEqualTo(ExtrapolatedFid.of(reference, samples, 5));
        assertThat(found.sizes()).hasSize(ExtrapolatedFid.PARTS).startsWith(40).endsWith(400);
        assertThat(Math.abs(found.intercept())).isLessThan(Fid.distance(reference, moments(samples)) / 2);
        assertThatThrownBy(() -> ExtrapolatedFid.of(reference, random(2, 10, 1, 0), 5))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static List<String> labels(String name) throws IOException {
        return Arrays.stream(extra(name).longs()).mapToObj(Long::toString).toList();
    }

    @Test
    void classesAreThoseOfTheReference() throws IOException {
        JsonNode expected = expected("per_class");
        NpyArray x = features("nonneg.x");
        NpyArray y = features("nonneg.y");

        ClassFids found = ClassFids.of(
                backend, MetricArrays.rows(x), labels("labels_x"), MetricArrays.rows(y), labels("labels_y"));

        assertThat(found.tooFew()).isEmpty();
        assertThat(found.classes()).isNotEmpty();
        for (ClassFids.Measured each : found.classes()) {
            JsonNode exact = expected.path(each.label());
            assertThat(each.distance().value()).isCloseTo(exact.path("fid").doubleValue(), within(TOLERANCE));
            assertThat(each.distance().sampleTrace())
                    .isCloseTo(exact.path("tr2").doubleValue(), within(TOLERANCE));
            JsonNode counts = expected.path(each.label() + ".counts");
            assertThat(each.distance().referenceCount()).hasValue(counts.path(0).longValue());
            assertThat(each.distance().sampleCount()).hasValue(counts.path(1).longValue());
        }
        assertThat(found.mean())
                .isCloseTo(
                        MetricFixtures.json("features/extra_expected.json")
                                .path("per_class_mean")
                                .doubleValue(),
                        within(TOLERANCE));
    }

    @Test
    void classesWithTooFewImagesAreNamed() {
        ClassFids found = ClassFids.of(
                backend,
                random(6, 3, 1, 0),
                List.of("7", "7", "7", "cat", "10", "10"),
                random(5, 3, 2, 0),
                List.of("7", "7", "9", "10", "9"));

        assertThat(found.classes()).extracting(ClassFids.Measured::label).containsExactly("7");
        assertThat(found.tooFew())
                .containsExactly(
                        new ClassFids.TooFew("9", 0, 2),
                        new ClassFids.TooFew("10", 2, 1),
                        new ClassFids.TooFew("cat", 1, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 40})
    void aReplicateIsTheDistanceOfItsResample(int n) {
        int d = 20;
        for (Rows reference : List.of(random(300, d, 1, 0), random(15, d, 1, 0))) {
            Rows samples = random(n, d, 2, 0.5f);
            FidBootstrap bootstrap = new FidBootstrap(moments(reference), 4, 0.9, 11);

            double[] replicates = bootstrap.replicates(samples);

            for (int k = 0; k < 4; k++) {
                Moments resample = new Moments(backend, d);
                for (int i = 0; i < n; i++) {
                    int drawn = new Streams(11).stream("bootstrap").integer(k, 0, i, n);
                    resample.add(samples.block(drawn, 1), 1);
                }
                double distance = Fid.distance(moments(reference), resample);
                assertThat(replicates[k]).isCloseTo(distance, within(1e-9 * distance));
            }
        }
    }

    @Test
    void theIntervalStandsAroundTheEstimateAlthoughReplicatesAreBiased() {
        Moments reference = moments(random(2000, 8, 1, 0));
        Rows samples = random(200, 8, 2, 0.5f);
        double estimate = Fid.distance(reference, moments(samples));
        FidBootstrap bootstrap = new FidBootstrap(reference, 200, 0.95, 3);

        Interval interval = bootstrap.interval(samples);

        assertThat(Arrays.stream(bootstrap.replicates(samples)).average().orElseThrow())
                .isGreaterThan(estimate);
        assertThat(interval.low()).isLessThan(estimate);
        assertThat(interval.high()).isGreaterThan(estimate);
        assertThat(interval).isEqualTo(new FidBootstrap(reference, 200, 0.95, 3).interval(samples));
        assertThat(interval.level()).isEqualTo(0.95);
        assertThat(interval.resamples()).isEqualTo(200);
    }

    @Test
    void aPairedDifferenceIsNarrowerThanItsSides() {
        Moments reference = moments(random(2000, 8, 1, 0));
        Rows first = random(200, 8, 2, 0.5f);
        Rows second = random(200, 8, 2, 0.6f); // the same noise
        FidBootstrap bootstrap = new FidBootstrap(reference, 200, 0.95, 3);

        Interval difference = bootstrap.difference(first, second);
        Interval alone = bootstrap.interval(first);

        assertThat(difference.high()).isNegative();
        assertThat(difference.high() - difference.low()).isLessThan((alone.high() - alone.low()) / 2);
        assertThat(bootstrap.difference(first, first)).isEqualTo(new Interval(0, 0, 0.95, 200));
        assertThatThrownBy(() -> bootstrap.difference(first, random(100, 8, 2, 0)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
