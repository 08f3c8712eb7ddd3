package org.ditlab.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.data.ImageDataset;
import org.ditlab.data.Safetensors;
import org.ditlab.data.ShapesDataset;
import org.ditlab.data.Split;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.reference.ReferenceBackendProvider;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.tensor.spi.BackendProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifierTests {
    private static final int DIMENSIONS = 12;

    @TempDir
    Path folder;

    private Backend backend;

    @BeforeEach
    void open() {
        BackendProvider libtorch = new LibtorchProvider();
        BackendProvider provider = libtorch.devices().isEmpty() ? new ReferenceBackendProvider() : libtorch;
        backend = provider.open(Device.CPU, 1);
    }

    @AfterEach
    void close() {
        backend.close();
    }

    @Test
    void equalDataGivesEqualWeights() {
        try (ClassifierExtractor one = trained(backend, 3);
                ClassifierExtractor other = trained(backend, 3);
                ClassifierExtractor longer = trained(backend, 4)) {
            assertThat(other.weightsHash()).isEqualTo(one.weightsHash());
            assertThat(longer.weightsHash()).isNotEqualTo(one.weightsHash());
            assertThat(one.name()).isEqualTo("classifier:shapes-8");
        }
    }

    @Test
    void theFeaturesOfAnImageDoNotDependOnItsBatch() {
        byte[] pixels = new byte[130 * 192];
        new Random(3).nextBytes(pixels);
        try (ClassifierExtractor extractor = trained(backend, 2)) {
            Features whole = extractor.extract(new ImageBatch(pixels, 130, 3, 8, 8));
            Features.Builder parts = new Features.Builder(130, extractor);
            for (int[] part : new int[][] {{0, 1}, {1, 66}, {66, 130}}) {
                byte[] some = Arrays.copyOfRange(pixels, part[0] * 192, part[1] * 192);
                parts.add(extractor.extract(new ImageBatch(some, part[1] - part[0], 3, 8, 8)));
            }

            assertThat(parts.build().features()).isEqualTo(whole.features());
            assertThat(parts.build().logits()).isEqualTo(whole.logits());
        }
    }

    @Test
    void savedWeightsGiveTheSameFeatures() throws IOException {
        Path path = folder.resolve("extractor.safetensors");
        ImageBatch images = new ImageBatch(new byte[5 * 192], 5, 3, 8, 8);
        try (ClassifierExtractor extractor = trained(backend, 1)) {
            extractor.write(path);
            try (ClassifierExtractor again = ClassifierExtractor.read(backend, path)) {
                assertThat(again.weightsHash()).isEqualTo(extractor.weightsHash());
                assertThat(again.name()).isEqualTo(extractor.name());
                assertThat(again.extract(images).logits())
                        .isEqualTo(extractor.extract(images).logits());
            }
        }
    }

    @Test
    void theReferenceBackendAgrees() throws IOException {
        Path path = folder.resolve("extractor.safetensors");
        byte[] pixels = new byte[6 * 192];
        new Random(4).nextBytes(pixels);
        ImageBatch images = new ImageBatch(pixels, 6, 3, 8, 8);
        try (ClassifierExtractor extractor = trained(backend, 2);
                Backend exact = new ReferenceBackendProvider().open(Device.CPU, 1)) {
            extractor.write(path);
            try (ClassifierExtractor again = ClassifierExtractor.read(exact, path)) {
                assertThat(again.extract(images).features())
                        .containsExactly(extractor.extract(images).features(), within(1e-4f));
            }
        }
    }

    @Test
    void imagesOfAnotherFormAreRefused() {
        try (ClassifierExtractor extractor = trained(backend, 1)) {
            assertThatThrownBy(() -> extractor.extract(new ImageBatch(new byte[3 * 256], 1, 3, 16, 16)))
                    .isInstanceOf(StudyException.class)
                    .hasMessageContaining("3x8x8")
                    .hasMessageContaining("3x16x16");
        }
    }

    @Test
    void damagedWeightsAreTrainedAnew() throws IOException {
        Path path = Files.write(folder.resolve("extractor.safetensors"), new byte[3]);

        assertThatThrownBy(() -> ClassifierExtractor.read(backend, path))
                .isInstanceOf(StudyException.class)
                .hasMessageStartingWith(path.toString())
                .hasMessageEndingWith("delete its stage directory, so that it is trained anew");
    }

    @Test
    void otherWeightsAreNoClassifier() throws IOException {
        Path path = folder.resolve("model.safetensors");
        Safetensors.write(path, Map.of("w", new Safetensors.Array(new int[] {1}, new float[1])), Map.of());
        assertThatThrownBy(() -> ClassifierExtractor.read(backend, path))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("model.safetensors");

        Map<String, String> metadata = Map.of(
                "network",
                "classifier-1",
                "data",
                "x",
                "channels",
                "3",
                "size",
                "8",
                "dimensions",
                "4",
                "classes",
                "2");
        Safetensors.write(path, Map.of("w", new Safetensors.Array(new int[] {1}, new float[1])), metadata);
        assertThatThrownBy(() -> ClassifierExtractor.read(backend, path))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("missing");
    }

    @Test
    @Tag("long")
    void learnsTheShapesAndTellsGoodImagesFromBad() {
        ImageDataset train = new ShapesDataset(16, 10_000, Split.TRAIN);
        ImageDataset test = new ShapesDataset(16, 10_000, Split.TEST);
        try (ClassifierTrainer trainer = new ClassifierTrainer(backend, train, 64, 400)) {
            while (!trainer.done()) {
                trainer.step();
            }
            try (ClassifierExtractor extractor = trainer.extractor()) {
                Moments reference = extractor.extract(images(train)).moments(backend);
                Features floor = extractor.extract(images(test));
                double distance = Fid.distance(reference, floor.moments(backend));
                Features noisy = extractor.extract(noisy(test, 20));
                Features noisier = extractor.extract(noisy(test, 60));

                assertThat(InceptionScore.of(floor.logits(), floor.count(), 10, SplitRule.splits(10))
                                .mean())
                        .isGreaterThan(8);
                assertThat(Fid.distance(reference, noisy.moments(backend))).isGreaterThan(1.3 * distance);
                assertThat(Fid.distance(reference, noisier.moments(backend))).isGreaterThan(5 * distance);
            }
        }
    }

    private static ImageBatch images(ImageDataset data) {
        byte[] pixels = new byte[data.size() * 768];
        for (int i = 0; i < data.size(); i++) {
            data.read(i, pixels, i * 768);
        }
        return new ImageBatch(pixels, data.size(), 3, 16, 16);
    }

    private static ImageBatch noisy(ImageDataset data, double deviation) {
        Random random = new Random(1);
        byte[] pixels = new byte[1000 * 768];
        for (int i = 0; i < 1000; i++) {
            data.read(i, pixels, i * 768);
        }
        for (int i = 0; i < pixels.length; i++) {
            double value = (pixels[i] & 0xff) + deviation * random.nextGaussian();
            pixels[i] = (byte) (int) Math.max(0, Math.min(255, value));
        }
        return new ImageBatch(pixels, 1000, 3, 16, 16);
    }

    private static ClassifierExtractor trained(Backend backend, int steps) {
        ImageDataset data = new ShapesDataset(8, 100, Split.TRAIN);
        ClassifierTrainer trainer = new ClassifierTrainer(backend, data, DIMENSIONS, 10);
        for (int i = 0; i < steps; i++) {
            trainer.step();
        }
        // The trainer's scope holds the extractor's: closing the backend frees both.
        return trainer.extractor();
    }
}
