package org.ditlab.metric;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.ditlab.data.NpyArray;
import org.ditlab.data.NpyType;
import org.ditlab.data.Npz;
import org.ditlab.study.StudyException;
import org.ditlab.weights.ArrayPickle;
import org.jspecify.annotations.Nullable;

/**
 * Mean and covariance of the features of a set of images, as evaluators store them: ADM's reference {@code .npz} (mu, sigma, and
 * mu_s, sigma_s of the spatial features), pytorch-fid's {@code .npz} (mu, sigma), EDM2's {@code .pkl} (num_images and
 * fid: mu, sigma), and what {@link #write} writes.
 *
 * @param count images, where the file tells
 * @param mu (d)
 * @param sigma (d, d), row-major
 * @param spatialMu (e), where the file has it
 * @param spatialSigma (e, e), there if and only if spatialMu is
 * @param madeBy network, beginning of its weights' hash and preprocessing, in words, where the file tells
 * @param muType as it was stored: evaluators compute with the type that they read
 */
public record StatisticsFile(
        OptionalLong count,
        double[] mu,
        double[] sigma,
        Optional<double[]> spatialMu,
        Optional<double[]> spatialSigma,
        Optional<String> madeBy,
        NpyType muType) {
    private static final int MOST_DIMENSIONS = 8192;
    private static final double ASYMMETRY = 1e-6;
    private static final String MADE_BY = "made_by";
    private static final List<String> COUNTS = List.of("n", "num_images");

    public StatisticsFile {
        long square = (long) mu.length * mu.length;
        boolean spatial = spatialMu.isPresent() == spatialSigma.isPresent()
                && spatialMu
                        .map(mean -> (long) mean.length * mean.length == spatialSigma.orElseThrow().length)
                        .orElse(true);
        if (square != sigma.length || !spatial) {
            throw new IllegalArgumentException("a mean of " + mu.length + " numbers and a covariance of " + sigma.length
                    + ", or spatial likewise");
        }
    }

    /** Statistics that were computed here. */
    public static StatisticsFile of(Moments pooled, @Nullable Moments spatial, String madeBy) {
        return new StatisticsFile(
                pooled.count(),
                pooled.mean(),
                pooled.covariance(),
                Optional.ofNullable(spatial).map(Moments::mean),
                Optional.ofNullable(spatial).map(Moments::covariance),
                Optional.of(madeBy),
                NpyType.FLOAT64);
    }

    /** Whether a file holds statistics: a pickle does, an {@code .npz} where it has an array {@code mu}. */
    public static boolean isOne(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            return false;
        }
        byte[] head;
        try (InputStream in = Files.newInputStream(path)) {
            head = in.readNBytes(2);
        }
        if (head.length < 2) {
            return false;
        }
        return isPickle(head)
                || (head[0] == 'P' && head[1] == 'K' && Npz.shapes(path).containsKey("mu"));
    }

    private static boolean isPickle(byte[] head) {
        return (head[0] & 0xff) == 0x80 && head[1] >= 2 && head[1] <= 5;
    }

    /**
     * Reads statistics; images beside them are not read.
     *
     * @throws StudyException when the file is damaged or no such file, or its numbers cannot be statistics, with all that is
     *     wrong
     */
    public static StatisticsFile read(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new StudyException(path + ": there is no such file; give statistics: an .npz file with mu and sigma");
        }
        byte[] head;
        try (InputStream in = Files.newInputStream(path)) {
            head = in.readNBytes(2);
        }
        if (head.length == 2 && isPickle(head)) {
            return of(path, pickled(path));
        }
        Map<String, int[]> shapes = Npz.shapes(path);
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        for (String name : List.of("mu", "sigma", "mu_s", "sigma_s", "n", "num_images", MADE_BY)) {
            int[] shape = shapes.get(name);
            if (shape != null) {
                if (shape.length > 2 || Arrays.stream(shape).anyMatch(extent -> extent > MOST_DIMENSIONS)) {
                    throw new StudyException(path + ": " + name + " has the shape " + Arrays.toString(shape)
                            + "; expected (d) or (d, d), d up to " + MOST_DIMENSIONS);
                }
                arrays.put(name, Npz.read(path, name));
            }
        }
        return of(path, arrays);
    }

    /** EDM2 keeps statistics of several networks beside each other: those of Inception are {@code fid}. */
    private static Map<String, NpyArray> pickled(Path path) throws IOException {
        Map<String, NpyArray> all = ArrayPickle.read(path);
        String prefix = all.containsKey("fid.mu") ? "fid." : "";
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        all.forEach((name, array) -> {
            if (name.startsWith(prefix) || COUNTS.contains(name)) {
                arrays.put(name.startsWith(prefix) ? name.substring(prefix.length()) : name, array);
            }
        });
        return arrays;
    }

    private static StatisticsFile of(Path path, Map<String, NpyArray> arrays) {
        List<String> problems = new ArrayList<>();
        if (!arrays.containsKey("mu") || !arrays.containsKey("sigma")) {
            throw new StudyException(
                    path + ": holds no statistics, which are arrays mu and sigma; `--save-stats` writes"
                            + " them from images");
        }
        check(path, arrays, "mu", "sigma", problems);
        boolean spatial = arrays.containsKey("mu_s") || arrays.containsKey("sigma_s");
        if (spatial) {
            check(path, arrays, "mu_s", "sigma_s", problems);
        }
        OptionalLong count = OptionalLong.empty();
        for (String name : COUNTS) {
            NpyArray number = arrays.get(name);
            if (number != null) {
                if (number.size() == 1 && number.doubles()[0] >= 1 && number.doubles()[0] < 1e15) {
                    count = OptionalLong.of((long) number.doubles()[0]);
                } else {
                    problems.add(path + ": " + name + " is no number of images; write the file anew");
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new StudyException(problems);
        }
        return new StatisticsFile(
                count,
                arrays.get("mu").doubles(),
                arrays.get("sigma").doubles(),
                spatial ? Optional.of(arrays.get("mu_s").doubles()) : Optional.empty(),
                spatial ? Optional.of(arrays.get("sigma_s").doubles()) : Optional.empty(),
                Optional.ofNullable(arrays.get(MADE_BY))
                        .filter(array -> array.type() == NpyType.UINT8)
                        .map(array -> new String(array.bytes(), StandardCharsets.UTF_8)),
                arrays.get("mu").type());
    }

    private static void check(
            Path path, Map<String, NpyArray> arrays, String mean, String covariance, List<String> problems) {
        NpyArray mu = arrays.get(mean);
        NpyArray sigma = arrays.get(covariance);
        if (mu == null || sigma == null) {
            problems.add(path + ": there is "
                    + (mu == null ? covariance + " without " + mean : mean + " without " + covariance)
                    + "; take a whole file");
            return;
        }
        boolean fits = mu.rank() == 1
                && mu.size() > 0
                && sigma.rank() == 2
                && sigma.shape()[0] == mu.size()
                && sigma.shape()[1] == mu.size();
        if (!fits) {
            problems.add(path + ": " + mean + " " + mu + " and " + covariance + " " + sigma
                    + " do not fit each other; expected (d) and (d, d)");
            return;
        }
        double[] values = sigma.doubles();
        if (!finite(mu.doubles()) || !finite(values)) {
            problems.add(path + ": " + mean + " or " + covariance
                    + " holds values that are NaN or infinite; compute them anew");
            return;
        }
        shape(path + ": " + covariance, values, mu.size(), problems);
    }

    private static boolean finite(double[] values) {
        for (double value : values) {
            if (!Double.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    private static void shape(String place, double[] sigma, int d, List<String> problems) {
        double largest = 0;
        double worst = 0;
        double least = 0;
        for (int i = 0; i < d; i++) {
            least = Math.min(least, sigma[i * d + i]);
            for (int j = 0; j < i; j++) {
                largest = Math.max(largest, Math.abs(sigma[i * d + j]));
                worst = Math.max(worst, Math.abs(sigma[i * d + j] - sigma[j * d + i]));
            }
            largest = Math.max(largest, Math.abs(sigma[i * d + i]));
        }
        if (worst > ASYMMETRY * largest) {
            problems.add(place + " is no covariance: not symmetric, by up to " + worst + "; compute it anew");
        }
        if (least < 0) {
            problems.add(place + " is no covariance: a variance is " + least + "; compute it anew");
        }
    }

    /**
     * Writes {@code mu sigma} (float64), {@code mu_s sigma_s} where they are known, {@code n}, and as bytes {@code made_by}: pytorch-fid, ADM's evaluator
     * and {@link #read} take such a file as a reference.
     *
     * @param images (N, H, W, 3) bytes to be put beside them as {@code arr_0}, or null
     */
    public void write(Path path, @Nullable NpyArray images) throws IOException {
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        arrays.put("mu", NpyArray.of(mu, mu.length));
        arrays.put("sigma", NpyArray.of(sigma, mu.length, mu.length));
        spatialMu.ifPresent(mean -> {
            arrays.put("mu_s", NpyArray.of(mean, mean.length));
            arrays.put("sigma_s", NpyArray.of(spatialSigma.orElseThrow(), mean.length, mean.length));
        });
        count.ifPresent(n -> arrays.put("n", NpyArray.of(new long[] {n})));
        madeBy.ifPresent(words -> {
            byte[] bytes = words.getBytes(StandardCharsets.UTF_8);
            arrays.put(MADE_BY, NpyArray.of(bytes, bytes.length));
        });
        if (images != null) {
            arrays.put("arr_0", images);
        }
        Npz.write(path, arrays);
    }
}
