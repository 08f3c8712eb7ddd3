package org.ditlab.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.ditlab.data.MetricFixtures;
import org.ditlab.data.NpyArray;
import org.ditlab.data.Npz;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Distances against the reference values, all that the files name. */
class FidFixtureTests {
    /** From here on plain Java takes longer than a test may. */
    private static final int LARGE = 300;

    static JsonNode expected() throws IOException {
        return MetricFixtures.json("features/fid_expected.json");
    }

    private static Map<String, NpyArray> arrays() throws IOException {
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(MetricFixtures.file("features"))) {
            for (Path file : files.sorted().toList()) {
                if (file.getFileName().toString().matches("fid_.*\\.npz")) {
                    arrays.putAll(Npz.read(file));
                }
            }
        }
        return arrays;
    }

    @TestFactory
    List<DynamicTest> storedFeatures() throws IOException {
        Map<String, NpyArray> arrays = arrays();
        List<DynamicTest> tests = new ArrayList<>();
        expected().path("cases").fields().forEachRemaining(entry -> {
            NpyArray x = arrays.get(entry.getKey() + ".x");
            NpyArray y = arrays.get(entry.getKey() + ".y");
            for (Backend backend : MetricBackends.all()) {
                if (x != null && (x.shape()[1] < LARGE || isNative(backend))) {
                    tests.add(DynamicTest.dynamicTest(entry.getKey() + " on " + backend.name(), () -> {
                        check(entry.getValue(), MetricBackends.moments(backend, x), MetricBackends.moments(backend, y));
                        checkSequentialMean(entry.getValue(), x, y);
                        withoutVectors(backend, entry.getValue(), x, y);
                    }));
                }
            }
        });
        assertThat(tests).isNotEmpty();
        return tests;
    }

    static boolean isNative(Backend backend) {
        return !backend.name().equals("reference");
    }

    private static void check(JsonNode expected, Moments x, Moments y) {
        FrechetDistance found = Fid.between(x, y);
        check(expected, found);
        check(expected, Fid.between(y, x));
        assertThat(found.warnings().isEmpty())
                .isEqualTo(expected.path("n").intValue() > x.dimensions()
                        && expected.path("m").intValue() > x.dimensions());
    }

    static void check(JsonNode expected, FrechetDistance found) {
        JsonNode exact = expected.path("exact");
        double tolerance = expected.path("tolerance_to_exact").doubleValue();
        assertThat(found.meanTerm()).isCloseTo(exact.path("mean_term").doubleValue(), within(tolerance));
        assertThat(found.referenceTrace() + found.sampleTrace())
                .isCloseTo(exact.path("tr1").doubleValue() + exact.path("tr2").doubleValue(), within(tolerance));
        assertThat(found.rootTrace()).isCloseTo(exact.path("tr_sqrt").doubleValue(), within(tolerance));
        assertThat(found.value()).isCloseTo(exact.path("fid").doubleValue(), within(tolerance));
    }

    /** The same from what a file of statistics holds, on one side and on both. */
    private static void withoutVectors(Backend backend, JsonNode expected, NpyArray x, NpyArray y) {
        Moments withX = MetricBackends.moments(backend, x);
        Moments fileX = Moments.ofUnknownCount(backend, withX.mean(), withX.covariance());
        Moments withY = MetricBackends.moments(backend, y);
        Moments fileY = Moments.of(backend, y.shape()[0], withY.mean(), withY.covariance());

        check(expected, Fid.between(fileX, withY));
        check(expected, Fid.between(withX, fileY));
        check(expected, Fid.between(fileX, fileY));
    }

    /** What float32 means change must be what they change in the reference suites. */
    private static void checkSequentialMean(JsonNode expected, NpyArray x, NpyArray y) {
        SequentialMean first = new SequentialMean(x.shape()[1]);
        first.add(x.floats(), x.shape()[0]);
        SequentialMean second = new SequentialMean(y.shape()[1]);
        second.add(y.floats(), y.shape()[0]);

        double effect = SequentialMean.meanTerm(first.mean(), second.mean())
                - expected.path("exact").path("mean_term").doubleValue();

        double wanted = expected.path("mean_float32_sqrtm").doubleValue()
                - expected.path("sqrtm_float64").path("fid").doubleValue();
        // The order in which the squares were summed there is not known: float32 rounding of the term itself.
        double rounding = 3e-7 * expected.path("exact").path("mean_term").doubleValue()
                + 3e-9
                + 1e-9 * expected.path("exact").path("tr1").doubleValue();
        assertThat(effect).isCloseTo(wanted, within(rounding));
    }

    @TestFactory
    List<DynamicTest> spatialFeatures() throws IOException {
        JsonNode expected = MetricFixtures.json("features/spatial_expected.json");
        Map<String, NpyArray> maps = Npz.read(MetricFixtures.file("features/spatial.npz"));
        Map<String, NpyArray> published = Npz.read(MetricFixtures.file("formats/reference_stats.npz"));
        return MetricBackends.all().stream()
                .map(backend -> DynamicTest.dynamicTest(backend.name(), () -> {
                    Moments reference = spatial(backend, maps.get("nchw_reference"));
                    Moments samples = spatial(backend, maps.get("nchw_sample"));
                    Moments stored = Moments.ofUnknownCount(
                            backend,
                            published.get("mu_s").doubles(),
                            published.get("sigma_s").doubles());

                    double both =
                            expected.path("sfid_from_both_samples").path("fid").doubleValue();
                    assertThat(Fid.distance(reference, samples)).isCloseTo(both, within(1e-8));
                    // The stored mean is float32.
                    assertThat(Fid.distance(stored, samples))
                            .isCloseTo(
                                    expected.path("sfid_against_reference_stats")
                                            .doubleValue(),
                                    within(1e-7));
                }))
                .toList();
    }

    /** The first seven channels, flattened height, width, channel. */
    private static Moments spatial(Backend backend, NpyArray maps) {
        int channels = maps.shape()[1];
        int places = maps.shape()[2] * maps.shape()[3];
        float[] values = maps.floats();
        float[] rows = new float[maps.shape()[0] * places * 7];
        for (int i = 0; i < rows.length; i++) {
            int image = i / (7 * places);
            int place = i / 7 % places;
            rows[i] = values[(image * channels + i % 7) * places + place];
        }
        return MetricBackends.moments(backend, rows, maps.shape()[0], 7 * places);
    }

    @Test
    void everyCaseHasItsFeatures() throws IOException {
        TreeSet<String> missing = new TreeSet<>();
        Map<String, NpyArray> arrays = arrays();
        JsonNode generators = expected().path("generators");
        expected().path("cases").fieldNames().forEachRemaining(name -> {
            if (!arrays.containsKey(name + ".x") && !generators.has(name)) {
                missing.add(name);
            }
        });

        assertThat(missing).isEmpty();
    }
}
