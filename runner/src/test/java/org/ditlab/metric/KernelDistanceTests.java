package org.ditlab.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ditlab.data.MetricFixtures;
import org.ditlab.data.NpyArray;
import org.ditlab.data.Npz;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.reference.ReferenceBackendProvider;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KernelDistanceTests {
    private static final Pattern KERNEL = Pattern.compile("poly(\\d+)(_gamma_half)?(_coef(\\d+))?(_float32)?");

    private static Stream<Arguments> cases() throws IOException {
        return MetricArrays.cases("features/kid_expected.json");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void agreesWithReferenceValues(String name, JsonNode expected) throws IOException {
        Rows x = MetricArrays.rows(name + ".x");
        Rows y = MetricArrays.rows(name + ".y");
        int[][] ix = subsets(name + ".ix");
        int[][] iy = subsets(name + ".iy");
        MetricBackends.each(backend -> {
            for (Map.Entry<String, JsonNode> entry : expected.properties()) {
                Matcher words = KERNEL.matcher(entry.getKey());
                if (words.matches()) {
                    Kernel kernel = new Kernel.Polynomial(
                            Integer.parseInt(words.group(1)),
                            words.group(2) == null ? 0 : 0.5,
                            words.group(4) == null ? 1 : Integer.parseInt(words.group(4)));
                    DType type = words.group(5) == null ? DType.FLOAT64 : DType.FLOAT32;
                    List<Double> values = new ArrayList<>();
                    for (int i = 0; i < ix.length; i++) {
                        values.add(KernelDistance.subset(backend, x, ix[i], y, iy[i], kernel, type));
                    }
                    agrees(new KernelDistance(values), entry.getValue(), type);
                }
            }
            assertThat(KernelDistance.full(backend, x, y, Kernel.CUBIC, KernelDistance.Estimator.UNBIASED))
                    .isCloseTo(expected.path("full_unbiased").doubleValue(), within(1e-12));
            assertThat(KernelDistance.full(backend, x, y, Kernel.CUBIC, KernelDistance.Estimator.BIASED))
                    .isCloseTo(expected.path("full_biased").doubleValue(), within(1e-12));
        });
    }

    private static void agrees(KernelDistance distance, JsonNode expected, DType type) {
        // In float32: 1e-5 of the kernels' mean, which is 0.1 at least in these sets.
        double tolerance = type == DType.FLOAT64 ? 1e-12 : 1e-6;
        assertThat(distance.values()).hasSize(expected.path("values").size());
        for (int i = 0; i < distance.values().size(); i++) {
            double value = expected.path("values").get(i).doubleValue();
            assertThat(distance.values().get(i)).isCloseTo(value, within(tolerance));
        }
        double mean = expected.path("mean").doubleValue();
        assertThat(distance.mean()).isCloseTo(mean, within(tolerance));
        assertThat(distance.deviation())
                .isCloseTo(expected.path("std_population").doubleValue(), within(tolerance));
    }

    private static int[][] subsets(String name) throws IOException {
        NpyArray array = Npz.read(MetricFixtures.file("features/kid_subsets.npz"), name);
        int[][] subsets = new int[array.shape()[0]][array.shape()[1]];
        for (int i = 0; i < subsets.length; i++) {
            for (int j = 0; j < subsets[i].length; j++) {
                subsets[i][j] = (int) array.longs()[i * subsets[i].length + j];
            }
        }
        return subsets;
    }

    @Test
    void drawsTheSubsetsOfTheReference() throws IOException {
        // One stream through all cases of the file.
        MersenneTwister stream = new MersenneTwister(2020);
        for (Map.Entry<String, JsonNode> entry :
                MetricFixtures.json("features/kid_expected.json").properties()) {
            String name = entry.getKey();
            int[][] ix = subsets(name + ".ix");
            int[][] iy = subsets(name + ".iy");
            for (int i = 0; i < ix.length; i++) {
                assertThat(stream.choice(MetricArrays.rows(name + ".x").count(), ix[i].length))
                        .isEqualTo(ix[i]);
                assertThat(stream.choice(MetricArrays.rows(name + ".y").count(), iy[i].length))
                        .isEqualTo(iy[i]);
            }
        }
    }

    @Test
    void startsTheStreamAnewForEveryDistance() throws IOException {
        String first =
                MetricFixtures.json("features/kid_expected.json").fieldNames().next();
        JsonNode expected = MetricFixtures.json("features/kid_expected.json").path(first);
        KernelDistance.Subsets subsets = new KernelDistance.Subsets(
                expected.path("subsets").intValue(),
                expected.path("subset_size").intValue(),
                2020,
                false);
        MetricBackends.each(backend -> {
            for (int run = 0; run < 2; run++) {
                agrees(
                        KernelDistance.of(
                                backend, rows(first + ".x"), rows(first + ".y"), Kernel.CUBIC, subsets, DType.FLOAT64),
                        expected.path("poly3"),
                        DType.FLOAT64);
            }
            KernelDistance.Subsets swapped =
                    new KernelDistance.Subsets(subsets.count(), subsets.size(), subsets.seed(), true);
            agrees(
                    KernelDistance.of(
                            backend, rows(first + ".y"), rows(first + ".x"), Kernel.CUBIC, swapped, DType.FLOAT64),
                    expected.path("poly3"),
                    DType.FLOAT64);
        });
    }

    private static Rows rows(String name) {
        try {
            return MetricArrays.rows(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void agreesWithTheReferenceValueOfCmmd() throws IOException {
        JsonNode expected = MetricFixtures.json("features/extra_expected.json").path("cmmd");
        Map<String, NpyArray> arrays = Npz.read(MetricFixtures.file("features/extra_arrays.npz"));
        Kernel kernel = new Kernel.Gaussian(expected.path("sigma").doubleValue());
        MetricBackends.each(backend -> assertThat(expected.path("scale").doubleValue()
                        * KernelDistance.full(
                                backend,
                                MetricArrays.rows(arrays.get("emb_x")),
                                MetricArrays.rows(arrays.get("emb_y")),
                                kernel,
                                KernelDistance.Estimator.BIASED))
                .isCloseTo(expected.path("value_float64").doubleValue(), within(1e-10)));
    }

    @Test
    void tilesDoNotChangeTheSum() {
        // More rows than a tile has, of both estimates.
        Rows x = random(1500, 3, 1);
        Rows y = random(1100, 3, 2);
        MetricBackends.each(backend -> {
            for (KernelDistance.Estimator estimator : KernelDistance.Estimator.values()) {
                assertThat(KernelDistance.full(backend, x, y, Kernel.CUBIC, estimator))
                        .isCloseTo(naive(x, y, estimator), within(1e-11));
            }
        });
    }

    private static double naive(Rows x, Rows y, KernelDistance.Estimator estimator) {
        boolean diagonal = estimator == KernelDistance.Estimator.BIASED;
        return mean(x, x, diagonal) + mean(y, y, diagonal) - 2 * mean(x, y, true);
    }

    private static double mean(Rows x, Rows y, boolean diagonal) {
        double sum = 0;
        long pairs = 0;
        float[] a = x.block(0, x.count());
        float[] b = y.block(0, y.count());
        int d = x.dimensions();
        for (int i = 0; i < x.count(); i++) {
            for (int j = 0; j < y.count(); j++) {
                if (diagonal || i != j) {
                    double dot = 0;
                    for (int c = 0; c < d; c++) {
                        dot += (double) a[i * d + c] * b[j * d + c];
                    }
                    sum += Math.pow(dot / d + 1, 3);
                    pairs++;
                }
            }
        }
        return sum / pairs;
    }

    @Property(tries = 60)
    void setsMayChangePlaces(
            @ForAll @IntRange(min = 2, max = 20) int n,
            @ForAll @IntRange(min = 2, max = 20) int m,
            @ForAll @IntRange(min = 1, max = 6) int d,
            @ForAll long seed) {
        Rows x = random(n, d, seed);
        Rows y = random(m, d, ~seed);
        try (Backend backend = new ReferenceBackendProvider().open(Device.CPU, 1)) {
            for (Kernel kernel : new Kernel[] {Kernel.CUBIC, new Kernel.Gaussian(2)}) {
                double one = KernelDistance.full(backend, x, y, kernel, KernelDistance.Estimator.UNBIASED);
                double other = KernelDistance.full(backend, y, x, kernel, KernelDistance.Estimator.UNBIASED);
                assertThat(one).isCloseTo(other, within(1e-9 * Math.max(1, Math.abs(other))));
                assertThat(KernelDistance.full(backend, x, x, kernel, KernelDistance.Estimator.BIASED))
                        .isCloseTo(0, within(1e-9));
            }
        }
    }

    @Test
    void whatCannotBeComparedIsRefused() {
        Rows few = random(9, 3, 1);
        float[] broken = few.block(0, 9);
        broken[4] = Float.NaN;
        try (Backend backend = new ReferenceBackendProvider().open(Device.CPU, 1)) {
            KernelDistance.Subsets subsets = new KernelDistance.Subsets(2, 8, 2020, false);
            assertThatThrownBy(() ->
                            KernelDistance.of(backend, few, random(7, 3, 2), Kernel.CUBIC, subsets, DType.FLOAT64))
                    .isInstanceOf(StudyException.class)
                    .hasMessageContaining("samples: 7 images")
                    .hasMessageContaining("smaller subset size");
            assertThatThrownBy(() ->
                            KernelDistance.of(backend, few, random(9, 4, 2), Kernel.CUBIC, subsets, DType.FLOAT64))
                    .isInstanceOf(StudyException.class)
                    .hasMessageContaining("dimensions");
            assertThatThrownBy(() -> KernelDistance.full(
                            backend, few, Rows.of(broken, 9, 3), Kernel.CUBIC, KernelDistance.Estimator.BIASED))
                    .isInstanceOf(StudyException.class)
                    .hasMessageContaining("samples: feature 1 of image 1 is NaN");
        }
    }

    private static Rows random(int n, int d, long seed) {
        Random random = new Random(seed);
        float[] values = new float[n * d];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Rows.of(values, n, d);
    }
}
