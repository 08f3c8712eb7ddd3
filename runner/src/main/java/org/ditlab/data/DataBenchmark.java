package org.ditlab.data;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;

/**
 * Times what training asks of data: decoding images once into an empty cache, opening the finished cache, reading shuffled and
 * mirrored batches from it, and drawing their noise; all but decoding in one thread, as the thread that prepares batches beside
 * a step does it.
 */
public final class DataBenchmark {
    private static final int ROUNDS = 9;
    private static final int MOST_ROUNDS = 300;

    /** Seconds that rounds go on for. */
    private static final double LONGEST = 1;

    private static final int[] BATCHES = {16, 256};

    /** Latents of DiT at 256, and pixels at 256. */
    private static final int[][] SHAPES = {{4, 32, 32}, {3, 256, 256}};

    private final Path data;
    private final int size;
    private final Corrupt corrupt;

    /**
     * One line of the table.
     *
     * @param images how many were measured at a time
     * @param seconds for so many: once, or the median of some rounds
     */
    public record Row(String what, int images, double seconds) {
        public double imagesPerSecond() {
            return images / seconds;
        }
    }

    /**
     * Images to measure with.
     *
     * @param size side that they are resized to
     */
    public DataBenchmark(Path data, int size, Corrupt corrupt) {
        this.data = data;
        this.size = size;
        this.corrupt = corrupt;
    }

    /** Measures; the cache that is built lies in a temporary directory and is removed. */
    public List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        Path directory = Files.createTempDirectory("ditlab-benchmark");
        try {
            DataCache cache = DataCache.at(directory);
            long start = System.nanoTime();
            ImageFolderDataset train = open(cache);
            double decoding = since(start);
            int all = train.size()
                    + ImageFolderDataset.open(data, size, Split.TEST, corrupt, cache)
                            .size();
            rows.add(new Row("decode into an empty cache", all, decoding));
            double[] opening = new double[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                long from = System.nanoTime();
                open(cache);
                opening[i] = since(from);
            }
            rows.add(new Row("open the finished cache", all, median(opening)));
            for (int batch : BATCHES) {
                rows.add(reading(train, batch));
            }
            rows.addAll(noise());
        } finally {
            delete(directory);
        }
        return rows;
    }

    private ImageFolderDataset open(DataCache cache) throws IOException {
        return ImageFolderDataset.open(data, size, Split.TRAIN, corrupt, cache);
    }

    private static Row reading(Dataset train, int batch) {
        Batches batches = new Batches(train, true, new Streams(1));
        int length = train.channels() * train.height() * train.width();
        float[] out = new float[batch * length];
        long[] position = new long[1];
        double seconds = timed(() -> {
            for (int i = 0; i < batch; i++) {
                batches.fill(position[0]++, out, i * length);
            }
        });
        return new Row(
                "read and mirror %d of %dx%dx%d".formatted(batch, train.channels(), train.height(), train.width()),
                batch,
                seconds);
    }

    /** The noise of batches, whatever data there are. */
    public static List<Row> noise() {
        List<Row> rows = new ArrayList<>();
        RandomStream stream = new Streams(1).stream("noise");
        for (int[] shape : SHAPES) {
            for (int batch : BATCHES) {
                int length = shape[0] * shape[1] * shape[2];
                float[] out = new float[length];
                double seconds = timed(() -> {
                    for (int i = 0; i < batch; i++) {
                        stream.normal(i, 0, out, 0, length);
                    }
                });
                rows.add(new Row(
                        "noise for %d of %dx%dx%d".formatted(batch, shape[0], shape[1], shape[2]), batch, seconds));
            }
        }
        return rows;
    }

    /** The median of some rounds, of fewer where they are slow, after as many to warm up. */
    private static double timed(Runnable work) {
        rounds(work);
        return median(rounds(work));
    }

    private static double[] rounds(Runnable work) {
        List<Double> seconds = new ArrayList<>();
        long first = System.nanoTime();
        do {
            long start = System.nanoTime();
            work.run();
            seconds.add(since(start));
        } while (seconds.size() < MOST_ROUNDS && since(first) < LONGEST);
        return seconds.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static double median(double[] seconds) {
        Arrays.sort(seconds);
        return seconds[seconds.length / 2];
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
