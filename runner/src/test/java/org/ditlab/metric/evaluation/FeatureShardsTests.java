package org.ditlab.metric.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.ditlab.metric.Features;
import org.ditlab.metric.ImageBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureShardsTests {
    private static final int COUNT = 2 * FeatureShards.SHARD + 100;
    private static final BooleanSupplier NEVER = () -> false;

    private final MemoryImages images = new MemoryImages(COUNT, 4, 1);
    private final AverageExtractor extractor = new AverageExtractor();

    @TempDir
    Path folder;

    private FeatureShards shards(BooleanSupplier stop) throws IOException, InterruptedException {
        return FeatureShards.of(folder, images, extractor, "reference", (done, extracted) -> {}, stop);
    }

    private Features whole() {
        byte[] pixels = new byte[COUNT * 48];
        images.read(0, COUNT, pixels);
        return new AverageExtractor().extract(new ImageBatch(pixels, COUNT, 3, 4, 4));
    }

    @Test
    void rowsAreWhatTheExtractorSaysAcrossShards() throws IOException, InterruptedException {
        FeatureShards shards = shards(NEVER);

        Features whole = whole();
        assertThat(shards.features().block(0, COUNT)).isEqualTo(whole.features());
        assertThat(shards.spatial().block(0, COUNT)).isEqualTo(whole.spatial());
        assertThat(shards.logits().block(0, COUNT)).isEqualTo(whole.logits());
        assertThat(shards.features().block(FeatureShards.SHARD - 1, 2))
                .containsExactly(Arrays.copyOfRange(
                        whole.features(), 3 * (FeatureShards.SHARD - 1), 3 * (FeatureShards.SHARD + 1)));
    }

    @Test
    void aCutExtractionGoesOnAfterItsLastShard() throws IOException, InterruptedException {
        AtomicInteger asked = new AtomicInteger();

        assertThatThrownBy(() -> shards(() -> asked.incrementAndGet() > 3)).isInstanceOf(InterruptedException.class);
        int before = extractor.images();
        FeatureShards shards = shards(NEVER);

        assertThat(before).isBetween(FeatureShards.SHARD, COUNT - 1);
        assertThat(extractor.images() - before).isEqualTo(COUNT - FeatureShards.SHARD);
        assertThat(shards.features().block(0, COUNT)).isEqualTo(whole().features());
    }

    @Test
    void aFinishedExtractionIsOnlyRead() throws IOException, InterruptedException {
        shards(NEVER);
        int before = extractor.images();
        shards(NEVER);

        assertThat(extractor.images()).isEqualTo(before);
    }

    @Test
    void aDamagedShardIsExtractedAnew() throws IOException, InterruptedException {
        shards(NEVER);
        Path second = folder.resolve("shard-00001.safetensors");
        byte[] bytes = Files.readAllBytes(second);
        bytes[bytes.length - 5] ^= 1;
        Files.write(second, bytes);
        Path third = folder.resolve("shard-00002.safetensors");
        Files.write(third, Arrays.copyOf(Files.readAllBytes(third), 300));
        int before = extractor.images();
        FeatureShards again = shards(NEVER);

        assertThat(extractor.images() - before).isEqualTo(COUNT - FeatureShards.SHARD);
        assertThat(again.features().block(0, COUNT)).isEqualTo(whole().features());
    }

    @Test
    void equalImagesShareAKeyAndOthersDoNot() {
        String key = FeatureShards.key(images, extractor, "reference");

        assertThat(FeatureShards.key(new MemoryImages(COUNT, 4, 1), extractor, "reference"))
                .isEqualTo(key);
        assertThat(FeatureShards.key(new MemoryImages(COUNT, 4, 2), extractor, "reference"))
                .isNotEqualTo(key);
        assertThat(FeatureShards.key(images, extractor, "libtorch")).isNotEqualTo(key);
    }
}
