package org.ditlab.metric.inception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.data.NpyArray;
import org.ditlab.metric.Features;
import org.ditlab.metric.ImageBatch;
import org.ditlab.nn.StateDict;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class InceptionExtractorTests {
    private static StateDict weights;
    private static Backend backend;
    private static InceptionExtractor extractor;

    @BeforeAll
    static void load() throws IOException {
        weights = InceptionFixtures.weights();
        LibtorchProvider libtorch = new LibtorchProvider();
        Assumptions.assumeFalse(libtorch.devices().isEmpty(), "libtorch is not there; the reference takes minutes");
        backend = libtorch.open(Device.CPU, 2);
        extractor = new InceptionExtractor(backend, weights, "0123", Preprocessing.TF1_BILINEAR);
    }

    @AfterAll
    static void free() {
        if (extractor != null) {
            extractor.close();
            backend.close();
        }
    }

    @TestFactory
    List<DynamicTest> agreesWithTheReferenceValues() throws IOException {
        Map<String, NpyArray> outputs = InceptionFixtures.outputs();
        List<DynamicTest> tests = new ArrayList<>();
        InceptionFixtures.expected()
                .get("images")
                .fieldNames()
                .forEachRemaining(batch -> tests.add(DynamicTest.dynamicTest(batch, () -> {
                    Features found = extractor.extract(InceptionFixtures.images(batch));

                    // The tolerance of a float32 network, by the fixtures' README.
                    assertThat(found.features())
                            .containsExactly(outputs.get(batch + ".pool3").floats(), within(1e-4f));
                    assertThat(found.spatial())
                            .containsExactly(outputs.get(batch + ".spatial_hwc").floats(), within(1e-4f));
                    assertThat(found.logits())
                            .containsExactly(
                                    outputs.get(batch + ".logits_unbiased").floats(), within(1e-4f));
                })));
        assertThat(tests).isNotEmpty();
        return tests;
    }

    private static ImageBatch noise(int count, int side, long seed) {
        byte[] pixels = new byte[count * 3 * side * side];
        new Random(seed).nextBytes(pixels);
        return new ImageBatch(pixels, count, 3, side, side);
    }

    private static ImageBatch part(ImageBatch images, int from, int to) {
        byte[] pixels = Arrays.copyOfRange(images.pixels(), from * images.length(), to * images.length());
        return new ImageBatch(pixels, to - from, 3, images.height(), images.width());
    }

    @Test
    void theFeaturesOfAnImageDoNotDependOnItsBatch() {
        ImageBatch images = noise(70, 9, 3);
        Features whole = extractor.extract(images);
        for (int[] range : new int[][] {{69, 70}, {30, 33}}) {
            Features some = extractor.extract(part(images, range[0], range[1]));

            assertThat(some.features()).isEqualTo(rows(whole.features(), range, 70));
            assertThat(some.spatial()).isEqualTo(rows(whole.spatial(), range, 70));
            assertThat(some.logits()).isEqualTo(rows(whole.logits(), range, 70));
        }
        assertThat(extractor.extract(part(images, 0, 0)).count()).isZero();
    }

    private static float[] rows(float[] values, int[] range, int count) {
        int width = values.length / count;
        return Arrays.copyOfRange(values, range[0] * width, range[1] * width);
    }

    @Test
    void threadsChangeRoundingOnly() {
        ImageBatch images = noise(2, 40, 5);
        Features two = extractor.extract(images);
        Features one;
        try (Backend single = new LibtorchProvider().open(Device.CPU, 1);
                InceptionExtractor alone =
                        new InceptionExtractor(single, weights, "0123", Preprocessing.TF1_BILINEAR)) {
            one = alone.extract(images);
        } finally {
            new LibtorchProvider().open(Device.CPU, 2).close();
        }

        double norm = 0;
        double difference = 0;
        for (int i = 0; i < one.features().length; i++) {
            norm += Math.pow(one.features()[i], 2);
            difference += Math.pow(one.features()[i] - two.features()[i], 2);
        }
        assertThat(Math.sqrt(difference / norm)).isLessThan(1e-5);
    }

    @Test
    void describesItself() {
        assertThat(extractor.name()).isEqualTo("inception");
        assertThat(extractor.weightsHash()).isEqualTo("0123");
        assertThat(extractor.preprocessing()).isEqualTo("tf1-bilinear");
        assertThat(extractor.dimensions()).isEqualTo(2048);
        assertThat(extractor.spatialDimensions()).isEqualTo(2023);
        assertThat(extractor.classes()).isEqualTo(1008);
    }

    @Test
    void refusesGrayImages() {
        assertThatThrownBy(() -> extractor.extract(new ImageBatch(new byte[64], 1, 1, 8, 8)))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("3 channels");
    }
}
