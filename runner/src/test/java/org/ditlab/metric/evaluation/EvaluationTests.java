package org.ditlab.metric.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.data.MetricFixtures;
import org.ditlab.data.NpyArray;
import org.ditlab.data.Npz;
import org.ditlab.metric.EvaluationInput;
import org.ditlab.metric.FeatureExtractor;
import org.ditlab.metric.Kernel;
import org.ditlab.metric.KernelDistance;
import org.ditlab.metric.Rows;
import org.ditlab.metric.inception.KnownInception;
import org.ditlab.metric.inception.Preprocessing;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.reference.ReferenceBackendProvider;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTests {
    /** The fixtures' README: features of a float32 network, few samples. */
    private static final double DISTANCE = 3e-4;

    private static final Evaluation.Watch SILENT = new Evaluation.Watch() {
        @Override
        public void images(long done, long total, long fresh) {}

        @Override
        public void note(String remark) {}

        @Override
        public void step(String text) {}

        @Override
        public boolean stop() {
            return false;
        }
    };

    @TempDir
    Path folder;

    private final AverageExtractor average = new AverageExtractor("tf1-bilinear");

    private static double value(EvaluationResult result, int column, String key) {
        return result.columns().get(column).find(key).orElseThrow().value();
    }

    @Test
    void imagesThroughTheNetworkGiveTheReferenceValues() throws IOException, InterruptedException {
        LibtorchProvider libtorch = new LibtorchProvider();
        Assumptions.assumeFalse(libtorch.devices().isEmpty(), "libtorch is not there; the reference takes minutes");
        JsonNode expected =
                MetricFixtures.json("end_to_end/expected.json").get("results").get("float32_network");
        Path cache = folder.resolve("cache");
        try (Backend backend = libtorch.open(Device.CPU, 2);
                EvaluationInput reference = EvaluationInput.open(MetricFixtures.file("end_to_end/reference.npz"));
                EvaluationInput samples = EvaluationInput.open(MetricFixtures.file("end_to_end/samples.npz"))) {
            Evaluation evaluation = new Evaluation(
                    backend,
                    reference,
                    samples,
                    List.of(Suite.ADM, Suite.TORCH_FIDELITY, Suite.DITLAB),
                    EnumSet.of(Metric.INCEPTION_SCORE, Metric.FID, Metric.SPATIAL_FID, Metric.PRECISION_RECALL),
                    MetricOptions.USUAL);
            EvaluationResult result =
                    evaluation.run(preprocessing -> KnownInception.open(backend, preprocessing), cache, SILENT);

            for (int column = 0; column < 3; column++) {
                assertThat(value(result, column, "fid"))
                        .isCloseTo(expected.get("fid").asDouble(), within(DISTANCE));
                assertThat(value(result, column, "sfid"))
                        .isCloseTo(expected.get("sfid").asDouble(), within(DISTANCE));
            }
            assertThat(value(result, 0, "inception_score"))
                    .isCloseTo(expected.get("inception_score_split_size_5000").asDouble(), within(1e-5));
            assertThat(value(result, 2, "inception_score"))
                    .isCloseTo(expected.get("inception_score_10_splits").asDouble(), within(1e-5));
            assertThat(value(result, 2, "precision"))
                    .isEqualTo(expected.get("precision_k3").asDouble());
            assertThat(value(result, 2, "recall"))
                    .isEqualTo(expected.get("recall_k3").asDouble());
            assertThat(KernelDistance.full(
                            backend,
                            shards(cache, reference),
                            shards(cache, samples),
                            Kernel.CUBIC,
                            KernelDistance.Estimator.UNBIASED))
                    .isCloseTo(expected.get("kid_full_unbiased").asDouble(), within(DISTANCE));
        }
    }

    /** The features of an input: the only shards of as many images. */
    private static Rows shards(Path cache, EvaluationInput input) throws IOException {
        try (Stream<Path> folders = Files.list(cache)) {
            for (Path each : folders.toList()) {
                FeatureShards shards = FeatureShards.read(each);
                if (shards.count() == input.images().orElseThrow().count()) {
                    return shards.features();
                }
            }
        }
        throw new AssertionError("no shards of " + input.path());
    }

    private Path images(String name, int count, long seed) throws IOException {
        byte[] pixels = new byte[count * 48];
        new Random(seed).nextBytes(pixels);
        long[] labels = new long[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % 3;
        }
        Map<String, NpyArray> arrays = new HashMap<>();
        arrays.put("arr_0", NpyArray.of(pixels, count, 4, 4, 3));
        arrays.put("arr_1", NpyArray.of(labels, count));
        Path path = folder.resolve(name + ".npz");
        Npz.write(path, arrays);
        return path;
    }

    private EvaluationResult run(Path reference, Path samples, Suite suite, Set<Metric> metrics, MetricOptions options)
            throws IOException, InterruptedException {
        try (Backend backend = new ReferenceBackendProvider().open(Device.CPU, 1);
                EvaluationInput real = EvaluationInput.open(reference);
                EvaluationInput made = EvaluationInput.open(samples)) {
            return new Evaluation(backend, real, made, List.of(suite), metrics, options)
                    .run(preprocessing -> average, folder.resolve("cache"), SILENT);
        }
    }

    @Test
    void onePassOverTheImagesServesAllMetrics() throws IOException, InterruptedException {
        Path reference = images("reference", 60, 1);
        Path samples = images("samples", 50, 2);
        EvaluationResult result =
                run(reference, samples, Suite.CLEAN_FID, EnumSet.allOf(Metric.class), MetricOptions.USUAL);

        assertThat(average.images()).isEqualTo(110);
        assertThat(result.columns().get(0).measured())
                .extracting(Measured::key)
                .containsExactly(
                        "inception_score",
                        "fid",
                        "sfid",
                        "precision",
                        "recall",
                        "kid",
                        "fid_infinity",
                        "density",
                        "coverage");
        assertThat(result.columns().get(0).find("fid").orElseThrow().own()).isTrue();
        assertThat(result.columns().get(0).find("sfid").orElseThrow().own()).isFalse();

        run(reference, samples, Suite.DITLAB, EnumSet.of(Metric.FID), MetricOptions.USUAL);
        assertThat(average.images()).as("features are kept").isEqualTo(110);
    }

    @Test
    void statisticsStandInForTheImagesTheyWereMadeOf() throws IOException, InterruptedException {
        Path reference = images("reference", 60, 1);
        Path samples = images("samples", 50, 2);
        Path statistics = folder.resolve("statistics.npz");
        try (Backend backend = new ReferenceBackendProvider().open(Device.CPU, 1);
                EvaluationInput real = EvaluationInput.open(reference)) {
            SavedStatistics.write(
                    backend,
                    real,
                    Suite.DITLAB.preprocessing(),
                    preprocessing -> average,
                    folder.resolve("cache"),
                    10,
                    statistics,
                    SILENT);
        }
        Set<Metric> distances = EnumSet.of(Metric.FID, Metric.SPATIAL_FID);
        EvaluationResult direct = run(reference, samples, Suite.DITLAB, distances, MetricOptions.USUAL);
        EvaluationResult stored = run(statistics, samples, Suite.DITLAB, distances, MetricOptions.USUAL);

        for (String key : List.of("fid", "sfid")) {
            assertThat(value(stored, 0, key))
                    .isCloseTo(value(direct, 0, key), within(1e-9 * (1 + value(direct, 0, key))));
        }
        assertThat(direct.columns().get(0).find("fid").orElseThrow().protocol().fingerprint())
                .as("what the reference is counts")
                .isNotEqualTo(stored.columns()
                        .get(0)
                        .find("fid")
                        .orElseThrow()
                        .protocol()
                        .fingerprint());
        assertThat(Npz.read(statistics, "arr_0").shape()).containsExactly(10, 4, 4, 3);
        EvaluationResult neighbours =
                run(statistics, samples, Suite.DITLAB, EnumSet.of(Metric.PRECISION_RECALL), MetricOptions.USUAL);
        assertThat(neighbours
                        .columns()
                        .get(0)
                        .find("precision")
                        .orElseThrow()
                        .protocol()
                        .entries())
                .containsEntry("neighbours", "k = 3, exact, 10 reference images");
    }

    @Test
    void whatIsAskedForByNameAndCannotBeHadIsRefusedBeforeAnythingIsComputed() throws IOException {
        Path reference = images("reference", 60, 1);
        Path samples = images("samples", 3, 2);

        assertThatThrownBy(() -> run(
                        reference,
                        samples,
                        Suite.ADM,
                        EnumSet.of(Metric.FID, Metric.KID, Metric.PRECISION_RECALL),
                        MetricOptions.USUAL))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("--metrics kid: the reference: 60 images, but 1000 at least are needed")
                .hasMessageContaining("--metrics precision-recall: the samples: 3 images, but 4");
        assertThat(average.images()).isZero();
    }

    @Test
    void whatASuiteHasItselfButCannotBeHadIsLeftOutWithAWord() throws IOException, InterruptedException {
        EvaluationResult result = run(
                images("reference", 60, 1),
                images("samples", 50, 2),
                Suite.TORCH_FIDELITY,
                Set.of(),
                MetricOptions.USUAL);

        assertThat(result.columns().get(0).measured())
                .extracting(Measured::key)
                .containsExactly("inception_score", "fid");
        assertThat(result.remarks()).anyMatch(remark -> remark.startsWith("kid of torch-fidelity is left out"));
    }

    @Test
    void classesAreMeasuredOneByOne() throws IOException, InterruptedException {
        MetricOptions options = new MetricOptions(3, null, null, 0, 1, 0, true);
        EvaluationResult result = run(
                images("reference", 60, 1), images("samples", 50, 2), Suite.DITLAB, EnumSet.of(Metric.FID), options);

        assertThat(result.columns().get(0).perClass()).containsOnlyKeys("0", "1", "2");
        assertThat(new EvaluationText(result).text()).contains("FID of each class");
    }

    @Test
    void anIntervalLiesAroundItsNumber() throws IOException, InterruptedException {
        MetricOptions options = new MetricOptions(3, null, null, 100, 1, 0, false);
        EvaluationResult result = run(
                images("reference", 60, 1), images("samples", 50, 2), Suite.DITLAB, EnumSet.of(Metric.FID), options);
        Measured fid = result.columns().get(0).find("fid").orElseThrow();

        assertThat(fid.interval().low()).isLessThan(fid.value());
        assertThat(fid.interval().high()).isGreaterThan(fid.value());
        assertThat(new EvaluationText(result).text())
                .contains("[", "fingerprints of ditlab: fid " + fid.protocol().fingerprint());
    }

    @Test
    void equalImagesAreNoticed() throws IOException, InterruptedException {
        Path same = images("same", 30, 1);
        EvaluationResult result = run(same, same, Suite.DITLAB, EnumSet.of(Metric.FID), MetricOptions.USUAL);

        assertThat(value(result, 0, "fid")).isZero();
        assertThat(result.remarks()).anyMatch(remark -> remark.contains("same images"));
    }

    @Test
    void foldersOfClassesAreComparedByName() throws IOException, InterruptedException {
        Path reference = folders("real", "cat", "dog", "eel");
        Path samples = folders("made", "dog", "eel");
        MetricOptions options = new MetricOptions(3, null, null, 0, 1, 0, true);
        EvaluationResult result = run(reference, samples, Suite.DITLAB, EnumSet.of(Metric.FID), options);

        Map<String, Measured> classes = result.columns().get(0).perClass();
        assertThat(classes).containsOnlyKeys("dog", "eel");
        assertThat(classes.values()).allMatch(one -> one.value() < 1e-9);
        assertThat(result.remarks()).anyMatch(remark -> remark.startsWith("class cat has 4 reference images and 0"));
        assertThatThrownBy(
                        () -> run(reference, images("numbered", 9, 1), Suite.DITLAB, EnumSet.of(Metric.FID), options))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("cat, dog, eel")
                .hasMessageContaining("0, 1, 2");
    }

    /** Four pictures a class, the same for a class of the same name. */
    private Path folders(String name, String... classes) throws IOException {
        for (String each : classes) {
            Path place = Files.createDirectories(folder.resolve(name).resolve(each));
            for (int i = 0; i < 4; i++) {
                BufferedImage picture = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
                Random random = new Random(each.hashCode() + i);
                for (int pixel = 0; pixel < 16; pixel++) {
                    picture.setRGB(pixel % 4, pixel / 4, random.nextInt(1 << 24));
                }
                ImageIO.write(picture, "png", place.resolve(i + ".png").toFile());
            }
        }
        return folder.resolve(name);
    }

    @Test
    void statisticsOfAnotherNetworkAreRefusedBeforeAnythingIsExtracted() throws IOException {
        Path statistics = folder.resolve("other.npz");
        Npz.write(statistics, Map.of("mu", NpyArray.of(new double[7], 7), "sigma", NpyArray.of(new double[49], 7, 7)));

        assertThatThrownBy(() -> run(
                        statistics,
                        images("samples", 50, 2),
                        Suite.DITLAB,
                        EnumSet.of(Metric.FID),
                        MetricOptions.USUAL))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("statistics of 7 and 2 dimensions, but average gives 3 and 2");
        assertThat(average.images()).isZero();
    }

    @Test
    void aNetworkWithoutSpatialFeaturesLeavesTheirDistanceOut() throws IOException, InterruptedException {
        try (Backend backend = new ReferenceBackendProvider().open(Device.CPU, 1);
                EvaluationInput real = EvaluationInput.open(images("reference", 30, 1));
                EvaluationInput made = EvaluationInput.open(images("samples", 30, 2))) {
            Evaluation.Extractors flat = new Evaluation.Extractors() {
                @Override
                public FeatureExtractor open(Preprocessing preprocessing) {
                    return new AverageExtractor(0);
                }

                @Override
                public boolean spatial() {
                    return false;
                }
            };
            EvaluationResult result = new Evaluation(
                            backend, real, made, List.of(Suite.ADM), Set.of(), MetricOptions.USUAL)
                    .run(flat, folder.resolve("flat"), SILENT);

            assertThat(result.columns().get(0).measured())
                    .extracting(Measured::key)
                    .containsExactly("inception_score", "fid", "precision", "recall");
            assertThat(result.remarks()).anyMatch(remark -> remark.startsWith("sfid of adm is left out"));
        }
    }

    @Test
    void otherSplitsAreNotTheSuitesNumberButKeepItsOrder() throws IOException, InterruptedException {
        MetricOptions options = new MetricOptions(3, null, 5, 0, 1, 0, false);
        EvaluationResult result = run(
                images("reference", 30, 1),
                images("samples", 30, 2),
                Suite.TORCH_FIDELITY,
                EnumSet.of(Metric.INCEPTION_SCORE),
                options);
        Measured score = result.columns().get(0).find("inception_score").orElseThrow();

        assertThat(score.own()).isFalse();
        assertThat(score.protocol().entries()).containsEntry("splits", "5 splits, shuffled by seed 2020");
    }

    @Test
    void statisticsOfAnotherPreprocessingAreRefused() throws IOException, InterruptedException {
        Path statistics = folder.resolve("statistics.npz");
        try (Backend backend = new ReferenceBackendProvider().open(Device.CPU, 1);
                EvaluationInput real = EvaluationInput.open(images("reference", 60, 1))) {
            SavedStatistics.write(
                    backend,
                    real,
                    Suite.ADM.preprocessing(),
                    preprocessing -> new AverageExtractor("tf1-bilinear"),
                    folder.resolve("cache"),
                    0,
                    statistics,
                    SILENT);
        }

        assertThatThrownBy(() -> run(
                        statistics,
                        images("samples", 50, 2),
                        Suite.PYTORCH_FID,
                        EnumSet.of(Metric.FID),
                        MetricOptions.USUAL))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("made by average 000000000000 tf1-bilinear, but pytorch-fid takes half-pixel");
        assertThat(average.images()).isZero();
    }
}
