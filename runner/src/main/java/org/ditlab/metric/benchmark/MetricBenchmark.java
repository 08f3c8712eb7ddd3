package org.ditlab.metric.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.ditlab.data.Npy;
import org.ditlab.data.NpyArray;
import org.ditlab.metric.Fid;
import org.ditlab.metric.Kernel;
import org.ditlab.metric.KernelDistance;
import org.ditlab.metric.Moments;
import org.ditlab.metric.PrecisionRecall;
import org.ditlab.metric.Rows;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.spi.Backend;

/**
 * Times metrics over features of pooled Inception's size, beside numpy and scipy on the same features: these are made by
 * a formula and handed over as files. Wall clock, the best of some runs on either side.
 *
 * <p>A further line is an entry in {@link #cases}; a peer of it is a section of the same name in {@code metrics_peer.py}.
 */
public final class MetricBenchmark {
    private static final int DIMENSIONS = 2048;

    /** Images from which the two given covariances are made: more than dimensions. */
    public static final int FEWEST_IMAGES = 4096;

    private static final int NEIGHBOURS_OF = 10_000;
    private static final int SEED = 11_001;
    private static final int WEIGHT_SEED = 11_003;

    private final Backend backend;
    private final int images;
    private final int repeats;

    /** What is timed once all is prepared. */
    private record Case(String what, Runnable work) {}

    /** Whether the peer was there. */
    public record Result(List<BenchmarkRow> rows, boolean peerInstalled) {}

    /**
     * Prepares nothing yet.
     *
     * @param images on either side of a whole FID, 50 000 in the field
     * @param repeats runs of which the best counts
     */
    public MetricBenchmark(Backend backend, int images, int repeats) {
        if (images < FEWEST_IMAGES || repeats < 1) {
            throw new IllegalArgumentException(
                    images + " images, " + repeats + " repeats; expected " + FEWEST_IMAGES + " images at least");
        }
        this.backend = backend;
        this.images = images;
        this.repeats = repeats;
    }

    /**
     * Runs ours, then the peer with one thread and with all.
     *
     * @param progress told what comes next
     */
    public Result run(int threads, Consumer<String> progress) throws IOException, InterruptedException {
        progress.accept("features of " + images + " images on either side");
        float[] x = new FormulaFeatures(SEED, WEIGHT_SEED, DIMENSIONS, 0).rows(0, images);
        float[] y = new FormulaFeatures(SEED + 4, WEIGHT_SEED, DIMENSIONS, 100).rows(0, images);
        Map<String, Case> cases = cases(x, y);
        Map<String, Double> ours = new LinkedHashMap<>();
        cases.forEach((name, each) -> {
            progress.accept(each.what());
            ours.put(name, best(each.work()));
        });
        boolean installed = NumpyPeer.installed();
        Map<String, Double> peer = installed ? peer(x, y, cases, threads, progress) : Map.of();
        List<BenchmarkRow> rows = new ArrayList<>();
        cases.forEach((name, each) -> rows.add(new BenchmarkRow(
                each.what(),
                ours.get(name),
                peer.containsKey(name) ? OptionalDouble.of(peer.get(name)) : OptionalDouble.empty())));
        return new Result(rows, installed);
    }

    /** By the name of the peer's section. */
    private Map<String, Case> cases(float[] x, float[] y) {
        Map<String, Case> cases = new LinkedHashMap<>();
        Moments first = statisticsOnly(x);
        Moments second = statisticsOnly(y);
        cases.put(
                "trace",
                new Case(
                        "trace of the root, two covariances of %d".formatted(DIMENSIONS),
                        () -> Fid.distance(first, second)));
        for (int n : new int[] {1000, 500}) {
            Moments few = moments(x, n);
            Moments others = moments(y, n);
            cases.put(
                    "trace_" + n,
                    new Case(
                            "trace of the root, %d images on either side".formatted(n),
                            () -> Fid.distance(few, others)));
        }
        cases.put(
                "fid",
                new Case(
                        "whole FID, features of %d images on either side".formatted(images),
                        () -> Fid.distance(moments(x, images), moments(y, images))));
        Rows reference = Rows.of(x, images, DIMENSIONS).first(Math.min(images, NEIGHBOURS_OF));
        Rows samples = Rows.of(y, images, DIMENSIONS).first(Math.min(images, NEIGHBOURS_OF));
        cases.put(
                "precision_recall",
                new Case(
                        "precision and recall, %d images on either side".formatted(reference.count()),
                        () -> PrecisionRecall.of(
                                backend, reference, samples, PrecisionRecall.NEIGHBOURS, PrecisionRecall.Form.EXACT)));
        cases.put(
                "kid",
                new Case(
                        "KID, 100 subsets of 1000 images",
                        () -> KernelDistance.of(
                                backend,
                                reference,
                                samples,
                                Kernel.CUBIC,
                                KernelDistance.Subsets.USUAL,
                                DType.FLOAT32)));
        return cases;
    }

    private Moments moments(float[] rows, int n) {
        Moments moments = new Moments(backend, DIMENSIONS);
        moments.add(rows, n);
        return moments;
    }

    /** As from a file: mean and covariance. */
    private Moments statisticsOnly(float[] rows) {
        Moments moments = moments(rows, FEWEST_IMAGES);
        return Moments.of(backend, FEWEST_IMAGES, moments.mean(), moments.covariance());
    }

    private double best(Runnable work) {
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < repeats; i++) {
            long start = System.nanoTime();
            work.run();
            best = Math.min(best, (System.nanoTime() - start) / 1e9);
        }
        return best;
    }

    private Map<String, Double> peer(
            float[] x, float[] y, Map<String, Case> cases, int threads, Consumer<String> progress)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("ditlab-benchmark");
        try {
            progress.accept("numpy and scipy on the same features");
            Npy.write(folder.resolve("x.npy"), NpyArray.of(x, images, DIMENSIONS));
            Npy.write(folder.resolve("y.npy"), NpyArray.of(y, images, DIMENSIONS));
            return NumpyPeer.seconds(folder, List.copyOf(cases.keySet()), repeats, threads);
        } finally {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }
}
