package org.ditlab.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.ditlab.data.MetricFixtures;
import org.ditlab.data.NpyArray;
import org.ditlab.data.NpyType;
import org.ditlab.data.Npz;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.reference.ReferenceBackendProvider;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stored statistics in every form they are published in. */
class StatisticsFileTests {
    @TempDir
    private Path folder;

    @Test
    void pickledStatistics() throws IOException {
        JsonNode expected = MetricFixtures.json("formats/expected.json").get("stats_pkl");
        Path path = MetricFixtures.file("formats/stats_protocol4.pkl");
        StatisticsFile read = StatisticsFile.read(path);
        assertThat(read.count()).hasValue(expected.get("num_images").asLong());
        assertThat(read.muType()).isEqualTo(NpyType.FLOAT64);
        int d = expected.get("mu").size();
        double trace = 0;
        for (int i = 0; i < d; i++) {
            assertThat(read.mu()[i]).isEqualTo(expected.get("mu").get(i).asDouble());
            assertThat(read.sigma()[i])
                    .isEqualTo(expected.get("sigma_row0").get(i).asDouble());
            trace += read.sigma()[i * d + i];
        }
        assertThat(trace).isCloseTo(expected.get("sigma_trace").asDouble(), within(1e-13));
        try (EvaluationInput input = EvaluationInput.open(path)) {
            assertThat(input.images()).isEmpty();
            assertThat(input.statistics()).isPresent();
        }
    }

    /** Made by NumPy 2 with another protocol each: mu float32, the count a NumPy number, a second network beside fid. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void picklesOfEveryProtocol(int protocol) throws IOException {
        Path path = folder.resolve("statistics.pkl");
        try (InputStream in = getClass().getResourceAsStream("/pickles/statistics" + protocol + ".pkl")) {
            Files.copy(in, path);
        }
        StatisticsFile read = StatisticsFile.read(path);
        assertThat(read.count()).hasValue(500);
        assertThat(read.mu()).containsExactly(0.5, -1.25, 3);
        assertThat(read.sigma()).containsExactly(2, 0.5, 0, 0.5, 1, 0.25, 0, 0.25, 4);
        assertThat(read.muType()).isEqualTo(NpyType.FLOAT32);
    }

    /** Names that NumPy does not need, and arrays that lie about their bytes. */
    @Test
    void hostilePicklesAreRefused() throws IOException {
        Path path = folder.resolve("hostile.pkl");
        for (String pickle : List.of(
                "\u0080\u0002cos\nsystem\n(X\u0004\0\0\0truetR.",
                "\u0080\u0002cnumpy\nload\n.",
                "\u0080\u0002cnumpy\nndarray\n(K\u0009tR.",
                "\u0080\u0002}X\u0002\0\0\0mucnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\0tK\u0001tRs.",
                "\u0080\u0002]q\0h\0a.",
                "\u0080\u0002K\u0001.")) {
            refused(Files.write(path, pickle.getBytes(StandardCharsets.ISO_8859_1)), "cannot be read as a pickle");
        }
    }

    @Test
    void referenceBatches() throws IOException {
        Path path = MetricFixtures.file("formats/reference_stats.npz");
        Map<String, NpyArray> arrays = Npz.read(path);
        try (EvaluationInput input = EvaluationInput.open(path)) {
            StatisticsFile read = input.statistics().orElseThrow();
            assertThat(read.mu()).isEqualTo(arrays.get("mu").doubles());
            assertThat(read.sigma()).isEqualTo(arrays.get("sigma").doubles());
            assertThat(read.spatialMu())
                    .hasValueSatisfying(mean ->
                            assertThat(mean).isEqualTo(arrays.get("mu_s").doubles()));
            assertThat(read.spatialSigma())
                    .hasValueSatisfying(sigma ->
                            assertThat(sigma).isEqualTo(arrays.get("sigma_s").doubles()));
            assertThat(read.muType()).isEqualTo(NpyType.FLOAT32);
            assertThat(read.count()).isEmpty();
            assertThat(input.images())
                    .hasValueSatisfying(images -> assertThat(images.count())
                            .isEqualTo(arrays.get("arr_0").shape()[0]));
        }
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        Backend backend = new ReferenceBackendProvider().open(Device.CPU, 1);
        Random random = new Random(1);
        float[] rows = new float[50 * 6];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = random.nextFloat();
        }
        Moments pooled = new Moments(backend, 6);
        pooled.add(rows, 50);
        Moments spatial = new Moments(backend, 3);
        spatial.add(rows, 100);
        Path both = folder.resolve("both.npz");
        StatisticsFile written = StatisticsFile.of(pooled, spatial, "a network");
        written.write(both, null);
        StatisticsFile read = StatisticsFile.read(both);
        assertThat(read.count()).hasValue(50);
        assertThat(read.madeBy()).hasValue("a network");
        assertThat(read.mu()).isEqualTo(pooled.mean());
        assertThat(read.sigma()).isEqualTo(pooled.covariance());
        assertThat(read.spatialSigma().orElseThrow()).isEqualTo(spatial.covariance());
        assertThat(Npz.read(both).keySet()).containsExactly("mu", "sigma", "mu_s", "sigma_s", "n", "made_by");
        Path one = folder.resolve("one.npz");
        StatisticsFile.of(pooled, null, "a network").write(one, null);
        assertThat(StatisticsFile.read(one).spatialMu()).isEmpty();
        assertThat(Npz.read(one).keySet()).containsExactly("mu", "sigma", "n", "made_by");
    }

    private Path file(Map<String, NpyArray> arrays) throws IOException {
        Path path = folder.resolve("bad.npz");
        Npz.write(path, new LinkedHashMap<>(arrays));
        return path;
    }

    private static void refused(Path path, String... words) {
        assertThatThrownBy(() -> StatisticsFile.read(path))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContainingAll(words);
    }

    @Test
    void badStatistics() throws IOException {
        NpyArray mu = NpyArray.of(new double[] {1, 2}, 2);
        NpyArray sigma = NpyArray.of(new double[] {1, 0, 0, 1}, 2, 2);
        refused(file(Map.of("x", mu)), "holds no statistics");
        refused(file(Map.of("mu", mu)), "holds no statistics");
        refused(file(Map.of("mu", sigma, "sigma", sigma)), "do not fit each other");
        refused(file(Map.of("mu", mu, "sigma", NpyArray.of(new double[9], 3, 3))), "do not fit each other");
        refused(file(Map.of("mu", mu, "sigma", NpyArray.of(new double[] {1, 2, 0, 1}, 2, 2))), "not symmetric");
        refused(file(Map.of("mu", mu, "sigma", NpyArray.of(new double[] {1, 0, 0, -1}, 2, 2))), "a variance is -1.0");
        refused(file(Map.of("mu", mu, "sigma", NpyArray.of(new double[] {1, 0, 0, Double.NaN}, 2, 2))), "NaN");
        refused(file(Map.of("mu", NpyArray.of(new double[9000], 9000), "sigma", sigma)), "[9000]");
        refused(
                file(Map.of("mu", mu, "sigma", NpyArray.of(new double[4], 4), "mu_s", mu, "n", mu)),
                "do not fit each other",
                "mu_s without sigma_s",
                "n is no number of images");
        refused(folder.resolve("none.npz"), "there is no such file");
    }

    @Test
    void truncatedFilesAreRefused() throws IOException {
        for (String name : List.of("reference_stats.npz", "stats_protocol4.pkl")) {
            byte[] valid = Files.readAllBytes(MetricFixtures.file("formats/" + name));
            Random random = new Random(2);
            for (int i = 0; i < 60; i++) {
                refused(Files.write(folder.resolve("cut"), Arrays.copyOf(valid, random.nextInt(valid.length))), "cut");
            }
        }
    }

    @Test
    void allProblemsOfAllInputsAtOnce() throws IOException {
        Path first = folder.resolve("first.npz");
        Path second = folder.resolve("second.npz");
        assertThatThrownBy(() -> EvaluationInput.openAll(List.of(first, second)))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("first.npz")
                .hasMessageContaining("second.npz");
    }
}
