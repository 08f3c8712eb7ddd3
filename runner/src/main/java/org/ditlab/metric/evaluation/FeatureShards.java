package org.ditlab.metric.evaluation;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.ditlab.data.Fingerprint;
import org.ditlab.data.ImageSet;
import org.ditlab.data.Safetensors;
import org.ditlab.metric.FeatureExtractor;
import org.ditlab.metric.Features;
import org.ditlab.metric.ImageBatch;
import org.ditlab.metric.Rows;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.spi.Backend;
import org.jspecify.annotations.Nullable;

/**
 * What an extractor says of a set of images, on disk: one safetensors file (arrays {@code features}, {@code spatial},
 * {@code logits}) for every {@value #SHARD} images, each written whole and with a checksum. An extraction that was cut goes on
 * after its last shard, a finished one is only read, and a damaged shard is extracted anew. Rows are read through memory maps, so that the heap stays flat.
 */
public final class FeatureShards {
    /** Images of a shard. */
    public static final int SHARD = 128;

    /** Most images that are decoded and handed to the extractor at once, and most bytes of them. */
    private static final int BLOCK = 64;

    private static final int BLOCK_BYTES = 64 << 20;

    private static final String KEY = "key";
    private static final List<String> ARRAYS = List.of("features", "logits", "spatial");

    private final List<Map<String, FloatBuffer>> shards;
    private final int count;
    private final Map<String, Integer> widths;

    private FeatureShards(List<Map<String, FloatBuffer>> shards, int count, Map<String, Integer> widths) {
        this.shards = List.copyOf(shards);
        this.count = count;
        this.widths = Map.copyOf(widths);
    }

    /** Told how many images are done, and how many of them this call extracted. */
    @FunctionalInterface
    public interface Progress {
        void done(int images, int extracted);

        /** Another process extracts the same features; its end is waited for. */
        default void waits() {}
    }

    /** What a feature's last digits depend on besides the network: {@code libtorch cpu}. */
    public static String computedBy(Backend backend) {
        return backend.name() + " " + backend.device().name().toLowerCase(Locale.ROOT);
    }

    /** A name for these images under this extractor: equal content gives equal names, wherever the images lie. */
    public static String key(ImageSet images, FeatureExtractor extractor, String computed) {
        return new Fingerprint()
                .add("feature-shards-1")
                .add(images.fingerprint())
                .add(extractor.name())
                .add(extractor.weightsHash())
                .add(extractor.preprocessing())
                .add(computed)
                .hex()
                .substring(0, 24);
    }

    /**
     * Extracts what is missing, then opens all shards.
     *
     * @param folder made where it is missing; shards of other images or another extractor are replaced, and another process
     *     that writes it is waited for
     * @param computed what the digits of features depend on besides, such as the backend's name
     * @param stop asked between shards
     * @throws InterruptedException when it was asked to stop; what was extracted stays
     */
    public static FeatureShards of(
            Path folder,
            ImageSet images,
            FeatureExtractor extractor,
            String computed,
            Progress progress,
            BooleanSupplier stop)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        String key = key(images, extractor, computed);
        Map<String, Integer> widths = widths(extractor);
        int shards = (images.count() + SHARD - 1) / SHARD;
        int[] extracted = new int[1];
        List<Map<String, FloatBuffer>> open = new ArrayList<>();
        try (ShardLock lock = ShardLock.of(folder, progress::waits, stop)) {
            for (int shard = 0; shard < shards; shard++) {
                int from = shard * SHARD;
                int count = Math.min(SHARD, images.count() - from);
                Path file = file(folder, shard);
                Optional<Map<String, FloatBuffer>> kept = open(file, key, count, widths);
                if (kept.isEmpty()) {
                    int before = extracted[0];
                    Progress within = (done, some) -> progress.done(from + some, before + some);
                    write(file, key, extract(images, from, count, extractor, within, stop));
                    extracted[0] += count;
                    kept = open(file, key, count, widths);
                }
                open.add(kept.orElseThrow(() -> new IOException(file + " was written but cannot be read")));
                progress.done(from + count, extracted[0]);
            }
        }
        return new FeatureShards(open, images.count(), widths);
    }

    /**
     * Opens what {@link #of} finished.
     *
     * @throws StudyException when shards are missing, damaged or do not belong together
     */
    public static FeatureShards read(Path folder) throws IOException {
        List<Map<String, FloatBuffer>> open = new ArrayList<>();
        Map<String, Integer> widths = new HashMap<>();
        int count = 0;
        for (Path file = file(folder, 0); Files.exists(file); file = file(folder, open.size())) {
            Map<String, Safetensors.Described> described =
                    Safetensors.describe(file).tensors();
            int images = 0;
            for (String name : ARRAYS) {
                int[] shape = described.containsKey(name) ? described.get(name).shape() : new int[0];
                if (shape.length == 2) {
                    widths.putIfAbsent(name, shape[1]);
                    images = shape[0];
                }
            }
            Optional<Map<String, FloatBuffer>> shard = widths.size() == ARRAYS.size() && count == SHARD * open.size()
                    ? open(file, null, images, widths)
                    : Optional.empty();
            open.add(shard.orElseThrow(() -> unusable(folder)));
            count += images;
        }
        if (open.isEmpty()) {
            throw unusable(folder);
        }
        return new FeatureShards(open, count, widths);
    }

    private static StudyException unusable(Path folder) {
        return new StudyException(folder
                + ": its features are missing or damaged; delete its stage directory, so that they are made anew");
    }

    private static Map<String, Integer> widths(FeatureExtractor extractor) {
        return Map.of(
                "features", extractor.dimensions(),
                "spatial", extractor.spatialDimensions(),
                "logits", extractor.classes());
    }

    private static Path file(Path folder, int shard) {
        return folder.resolve("shard-%05d.safetensors".formatted(shard));
    }

    private static Features extract(
            ImageSet images, int from, int count, FeatureExtractor extractor, Progress progress, BooleanSupplier stop)
            throws IOException, InterruptedException {
        Features.Builder all = new Features.Builder(count, extractor);
        int length = Math.multiplyExact(3 * images.height(), images.width());
        while (all.count() < count) {
            if (stop.getAsBoolean()) {
                throw new InterruptedException("stopped after the features of " + from + " images");
            }
            int fitting = Math.max(1, Math.min(BLOCK, BLOCK_BYTES / length));
            int block = Math.min(fitting, count - all.count());
            byte[] pixels = new byte[block * length];
            images.read(from + all.count(), block, pixels);
            all.add(extractor.extract(new ImageBatch(pixels, block, 3, images.height(), images.width())));
            progress.done(all.count(), all.count());
        }
        return all.build();
    }

    private static void write(Path file, String key, Features features) throws IOException {
        Map<String, Safetensors.Array> arrays = new TreeMap<>();
        arrays.put("features", array(features.features(), features.count(), features.dimensions()));
        arrays.put("spatial", array(features.spatial(), features.count(), features.spatialDimensions()));
        arrays.put("logits", array(features.logits(), features.count(), features.classes()));
        try {
            Safetensors.write(file, arrays, Map.of(KEY, key));
        } catch (IOException e) {
            throw new IOException(file + ": features cannot be kept: " + e.getMessage(), e);
        }
    }

    private static Safetensors.Array array(float[] values, int count, int width) {
        return new Safetensors.Array(new int[] {count, width}, values);
    }

    /** A shard that is there, whole, of these images and widths; a null key fits any. */
    private static Optional<Map<String, FloatBuffer>> open(
            Path file, @Nullable String key, int count, Map<String, Integer> widths) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            Safetensors.Header header = Safetensors.describe(file);
            Map<String, Safetensors.Described> found = header.tensors();
            if (key != null && !key.equals(header.metadata().get(KEY))) {
                return Optional.empty();
            }
            for (String name : ARRAYS) {
                if (!found.containsKey(name)
                        || !Arrays.equals(found.get(name).shape(), new int[] {count, widths.get(name)})) {
                    return Optional.empty();
                }
            }
            if (!Safetensors.verify(file)) {
                return Optional.empty();
            }
        } catch (StudyException damaged) {
            return Optional.empty();
        }
        long size =
                4L * count * widths.values().stream().mapToInt(width -> width).sum();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            FloatBuffer all = channel.map(FileChannel.MapMode.READ_ONLY, channel.size() - size, size)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer();
            Map<String, FloatBuffer> arrays = new HashMap<>();
            int offset = 0;
            for (String name : ARRAYS) {
                int length = count * widths.get(name);
                arrays.put(name, all.slice(offset, length));
                offset += length;
            }
            return Optional.of(arrays);
        }
    }

    /** N. */
    public int count() {
        return count;
    }

    /** The vectors that FID is taken over, (N, d). */
    public Rows features() {
        return rows("features");
    }

    /** The vectors that sFID is taken over, (N, s). */
    public Rows spatial() {
        return rows("spatial");
    }

    /** Class scores before the softmax, (N, classes). */
    public Rows logits() {
        return rows("logits");
    }

    private Rows rows(String array) {
        int width = widths.get(array);
        return new Rows() {
            @Override
            public int count() {
                return count;
            }

            @Override
            public int dimensions() {
                return width;
            }

            @Override
            public void read(int from, int wanted, float[] out) {
                int done = 0;
                while (done < wanted) {
                    int row = from + done;
                    FloatBuffer shard = shards.get(row / SHARD).get(array);
                    int some = Math.min(wanted - done, shard.limit() / width - row % SHARD);
                    shard.get(row % SHARD * width, out, done * width, some * width);
                    done += some;
                }
            }
        };
    }
}
