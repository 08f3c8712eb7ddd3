package org.ditlab.summary;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.ditlab.data.NpyArray;
import org.ditlab.data.Npz;
import org.ditlab.model.ModelZoo;
import org.ditlab.store.JsonFile;
import org.ditlab.store.MetricLog;
import org.ditlab.store.RungPlace;
import org.ditlab.store.StudyDirectory;

/** Writes study directories by formulas, in the layout that the store reads. */
public final class StudyFixture {
    private static final int SIDE = 16;

    private final Path directory;
    private final String name;
    private final List<String> trials = new ArrayList<>();
    private final Map<String, Object> protocol = new LinkedHashMap<>();
    private int rows = 100;
    private double growth;
    private List<String> kinds = List.of("extractor", "train", "sample", "measure");
    private String data = "shapes";
    private final Map<String, Object> more = new LinkedHashMap<>();
    private String salt = "";

    private StudyFixture(Path directory, String name) {
        this.directory = directory;
        this.name = name;
        protocol.putAll(Map.of("features", "classifier:shapes-16", "extractor", "5f0c3d9e1b7a"));
        protocol.putAll(Map.of("reference", "shapes-16 train, 4000 images", "split", "train", "samples", 1000));
        protocol.putAll(Map.of("sampler", "ddim 50", "guidance", 1.0, "labels", "uniform"));
        protocol.putAll(Map.of("weights", "EMA 0.999", "dtype", "fp32", "fingerprint", "0a1b2c3d4e5f"));
    }

    /** Five variants with two seeds: one seed diverged, one running, names that need escaping, and the untrained row. */
    public static Path standard(Path directory) throws IOException {
        StudyFixture study = new StudyFixture(directory, "quickstart");
        study.done("base", 1, 60.8, 0.042, 210_000, 1.9e6);
        study.done("base", 2, 62.1, 0.0421, 210_000, 1.9e6);
        study.done("wide & <deep>", 1, 41.2, 0.036, 840_000, 7.4e6);
        study.done("wide & <deep>", 2, 42.0, 0.0365, 840_000, 7.4e6);
        study.done("patch_2", 1, 38.4, 0.034, 212_000, 7.7e6);
        study.done("patch_2", 2, 37.7, 0.0343, 212_000, 7.7e6);
        study.done("+ rope | 100%", 1, 58.0, 0.0412, 210_000, 1.9e6);
        study.diverged("+ rope | 100%", 2, 210_000, 1.9e6);
        study.done("deep", 1, 55.1, 0.04, 400_000, 3.8e6);
        study.running("deep", 2, 400_000, 3.8e6);
        study.done(VariantSummary.UNTRAINED, 1, 412.6, Double.NaN, 210_000, 1.9e6);
        study.finish();
        return directory;
    }

    /** Two variants with three seeds each, all done. */
    public static Path complete(Path directory) throws IOException {
        StudyFixture study = new StudyFixture(directory, "complete");
        double[] base = {61.2, 58.9, 60.1};
        double[] wide = {55.0, 53.1, 54.6};
        for (int seed = 1; seed <= 3; seed++) {
            study.done("base", seed, base[seed - 1], 0.04, 210_000, 1.9e6);
            study.done("wide", seed, wide[seed - 1], 0.03, 840_000, 7.4e6);
        }
        study.finish();
        return directory;
    }

    /** A study "other" with the base and seeds of {@link #complete}, a variant of its own, and one that has only the name of another. */
    public static Path overlapping(Path directory) throws IOException {
        StudyFixture study = new StudyFixture(directory, "other");
        study.done("base", 1, 61.2, 0.04, 210_000, 1.9e6);
        study.done("base", 4, 60.2, 0.04, 210_000, 1.9e6);
        study.done("tall", 1, 50, 0.03, 300_000, 2.9e6);
        study.salt = "other";
        study.done("wide", 1, 70, 0.03, 900_000, 8.4e6);
        study.finish();
        return directory;
    }

    /** Variants whose knobs are those of models of the zoo, two seeds each. */
    public static Path zoo(Path directory, String... models) throws IOException {
        StudyFixture study = new StudyFixture(directory, "zoo");
        for (String model : models) {
            study.more.clear();
            study.more.putAll(ModelZoo.find(model).orElseThrow().raw());
            study.done(model, 1, 60, 0.04, 210_000, 1.9e6);
            study.done(model, 2, 61, 0.04, 210_000, 1.9e6);
        }
        study.finish();
        return directory;
    }

    /** Eight variants over three knobs, one seed each: enough for a surrogate. */
    public static Path knobs(Path directory) throws IOException {
        StudyFixture study = new StudyFixture(directory, "knobs");
        study.rows = 20;
        for (int i = 0; i < 8; i++) {
            int width = i < 6 ? 64 << i % 3 : 96;
            study.more.put("width", width);
            study.more.put("patch", i < 3 ? 4 : 2);
            study.more.put("depth", i == 7 ? 4 : 2);
            study.done(i == 0 ? "base" : "v" + i, 1, 80 - width / 8.0 - (i < 3 ? 0 : 10) + i * 0.1, 0.03, 1000 * width, 1e4 * width);
        }
        study.finish();
        return directory;
    }

    /** So many variants with two finished seeds each. */
    public static Path large(Path directory, int variants, int rows) throws IOException {
        StudyFixture study = new StudyFixture(directory, "sweep");
        study.rows = rows;
        for (int i = 0; i < variants; i++) {
            double macs = 1e6 * Math.pow(1.01, i);
            double fid = 80 / Math.pow(1 + i / 20.0, 0.4) + i * 37 % 17;
            study.done("v" + i, 1, fid, 0.03, 1000 * (i + 1), macs);
            study.done("v" + i, 2, fid + i % 5, 0.03, 1000 * (i + 1), macs);
        }
        study.finish();
        return directory;
    }

    /** Three variants with two seeds: of one a seed was stopped early, of one both. */
    public static Path stopped(Path directory) throws IOException {
        StudyFixture study = new StudyFixture(directory, "halved");
        study.done("base", 1, 60.8, 0.042, 210_000, 1.9e6);
        study.done("base", 2, 62.1, 0.0421, 210_000, 1.9e6);
        study.done("wide", 1, 41.2, 0.036, 840_000, 7.4e6);
        study.stopped("wide", 2, 500, 840_000, 7.4e6);
        study.stopped("deep", 1, 500, 400_000, 3.8e6);
        study.stopped("deep", 2, 1500, 400_000, 3.8e6);
        study.finish();
        return directory;
    }

    /** Planned, nothing begun. */
    public static Path planned(Path directory) throws IOException {
        StudyFixture study = new StudyFixture(directory, "planned");
        study.trial("base", 1, 210_000, 1.9e6);
        study.trial(VariantSummary.UNTRAINED, 1, 210_000, 1.9e6);
        study.finish();
        return directory;
    }

    /** Two variants, the second one sampled in another way. */
    public static Path twoProtocols(Path directory) throws IOException {
        StudyFixture study = new StudyFixture(directory, "samplers");
        study.done("fifty", 1, 60.8, 0.042, 210_000, 1.9e6);
        study.protocol.put("sampler", "ddim 10");
        study.done("ten", 1, 80.8, 0.042, 210_000, 1.9e6);
        study.finish();
        return directory;
    }

    /**
     * Two variants with weights of three steps, two seeds each, and held-out losses; pictures of nearest images.
     *
     * @param fewer samples of a snapshot
     */
    public static Path snapshots(Path directory, int fewer) throws IOException {
        StudyFixture study = new StudyFixture(directory, "snapshots");
        study.kinds = List.of("extractor", "train", "sample", "measure", "nearest");
        study.more.put("sample.count", 1000);
        study.more.put("sample.snapshot-count", fewer);
        study.done("base", 1, 60, 0.042, 210_000, 1.9e6);
        study.done("base", 2, 64, 0.042, 210_000, 1.9e6);
        study.done("wide", 1, 40, 0.036, 840_000, 7.4e6);
        study.done("wide", 2, 42, 0.036, 840_000, 7.4e6);
        study.finish();
        return directory;
    }

    /** Three variants of one training recipe, each sampled in its own way; only the first has weights of steps on the way. */
    public static Path snapshotsOfOneProtocol(Path directory) throws IOException {
        StudyFixture study = new StudyFixture(directory, "one way");
        study.kinds = List.of("extractor", "train", "sample", "measure", "nearest");
        study.done("on the way", 1, 60, 0.042, 210_000, 1.9e6);
        study.kinds = List.of("extractor", "train", "sample", "measure");
        for (int steps : new int[] {10, 20}) {
            study.protocol.put("sampler", "ddim " + steps);
            study.protocol.put("labels", "balanced over the classes of the data, in turn, " + steps + " at a time");
            study.done("at " + steps, 1, 70 + steps, 0.042, 210_000, 1.9e6);
        }
        study.finish();
        return directory;
    }

    /** Two variants, the loss of the second one's first seed ended far above where it began. */
    public static Path risen(Path directory) throws IOException {
        StudyFixture study = new StudyFixture(directory, "risen");
        study.done("base", 1, 60, 0.042, 210_000, 1.9e6);
        study.more.put("train.learning-rate", 9);
        study.growth = 350.4;
        study.done("fast", 1, 900, 350, 210_000, 1.9e6);
        study.finish();
        return directory;
    }

    /** What a name may hold that a page must not take for its own: markup, quotes, letters from right to left, a picture. */
    public static final List<String> HOSTILE = List.of(
            "<script>document.title='taken'</script>",
            "\"quotes\" & 'more' onfocus=alert(1)",
            "\u05e9\u05dc\u05d5\u05dd \ud83d\ude80 </svg><img src=x onerror=alert(1)>");

    /** Variants with models that can be drawn, with two seeds, under hostile names; the last has the second's model. */
    public static Path drawn(Path directory) throws IOException {
        StudyFixture study = new StudyFixture(directory, "drawn & \"quoted\" <b>");
        study.more.putAll(Map.of("input", List.of(3, 16, 16), "classes", 10, "depth", 2, "heads", 4));
        study.more.putAll(Map.of("learn-sigma", false, "width", 64, "patch", 4));
        study.done("base", 1, 60.8, 0.042, 210_000, 1.9e6);
        study.done("base", 2, 62.1, 0.0421, 210_000, 1.9e6);
        study.more.put("patch", 2);
        double fid = 41;
        for (String name : HOSTILE) {
            study.done(name, 1, fid, 0.036, 212_000, 7.4e6 + fid);
            study.done(name, 2, fid + 1, 0.0365, 212_000, 7.4e6 + fid);
            study.more.put("train.learning-rate", "<i>" + name);
            fid -= 3;
        }
        study.finish();
        return directory;
    }

    /** Two variants on latents: trained, never sampled or measured. */
    public static Path latents(Path directory) throws IOException {
        StudyFixture study = new StudyFixture(directory, "latent");
        study.kinds = List.of("train");
        study.data = "latents";
        study.trained("base", 0.16, 5_240_000, 1.39e9);
        study.trained("U-DiT", 0.155, 5_280_000, 0.9e9);
        study.finish();
        return directory;
    }

    private void trained(String variant, double loss, long parameters, double macs) throws IOException {
        Path trial = trial(variant, 1, parameters, macs);
        curve(variant, 1, loss, rows);
        result(trial, variant, 1, "done", Map.of("train.loss", loss), Map.of("train.seconds_per_step", 0.5), Map.of());
    }

    private void done(String variant, int seed, double fid, double loss, long parameters, double macs)
            throws IOException {
        Path trial = trial(variant, seed, parameters, macs);
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("extractor.accuracy", 0.973);
        if (!Double.isNaN(loss)) {
            metrics.put("train.loss", loss);
            curve(variant, seed, loss, rows);
        }
        if (growth > 0) {
            metrics.put("train.loss_growth", growth);
        }
        metrics.put("fid", fid);
        if (kinds.contains("nearest")) {
            for (int step : new int[] {250, 500, 750}) {
                metrics.put("fid@" + step, fid * 1000 / step);
                metrics.put("heldout.loss@" + step, loss * 1000 / step);
            }
            metrics.put("heldout.loss", loss);
            metrics.put("nearest.distance", 31.25);
            metrics.put("nearest.heldout", 40.5);
            ImageIO.write(
                    new BufferedImage(30, 20, BufferedImage.TYPE_INT_RGB),
                    "png",
                    stage(variant, seed, "nearest").resolve("nearest.png").toFile());
        }
        metrics.put("inception_score", 9.5 - fid / 60);
        metrics.put("floor.fid", 1.37);
        metrics.put("floor.inception_score", 9.61);
        Map<String, Object> timing = new LinkedHashMap<>();
        if (!Double.isNaN(loss)) {
            timing.put("train.seconds", 20.5 + seed);
            timing.put("train.seconds_per_step", macs * 2e-9 + seed * 1e-4);
            timing.put("train.images_per_second", 32 / (macs * 2e-9 + seed * 1e-4));
            timing.put("train.peak_memory_bytes", 300_000_000L + parameters * 40);
        }
        result(trial, variant, seed, "done", metrics, timing, protocol);
        if (trials.size() < 40) {
            samples(stage(variant, seed, "sample"), Math.min(1, fid / 100), seed);
        }
    }

    private void stopped(String variant, int seed, int step, long parameters, double macs) throws IOException {
        Path trial = trial(variant, seed, parameters, macs);
        curve(variant, seed, 0.05, rows / 2);
        result(trial, variant, seed, "stopped", Map.of(), Map.of("train.seconds", 4), Map.of());
        Map<String, Object> json = new LinkedHashMap<>(JsonFile.read(trial.resolve("result.json")));
        json.put(RungPlace.KEY, new RungPlace("0a1b2c3d4e5f", step, "train.loss", 0.05, 3, 3).json());
        JsonFile.write(trial.resolve("result.json"), json);
    }

    private void diverged(String variant, int seed, long parameters, double macs) throws IOException {
        Path trial = trial(variant, seed, parameters, macs);
        curve(variant, seed, 0.2, 31);
        try (MetricLog log = MetricLog.append(stage(variant, seed, "train").resolve("attempt-1/metrics.jsonl"))) {
            log.write(Map.of("step", 310, "loss", Double.NaN));
        }
        result(trial, variant, seed, "diverged", Map.of("diverged_at_step", 310), Map.of("train.seconds", 4), Map.of());
    }

    private void running(String variant, int seed, long parameters, double macs) throws IOException {
        trial(variant, seed, parameters, macs);
        curve(variant, seed, 0.04, 60);
        Files.writeString(
                stage(variant, seed, "train").resolve("attempt-1/metrics.jsonl"),
                "{\"step\": 610, \"lo",
                StandardOpenOption.APPEND);
    }

    private void finish() throws IOException {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("study", name);
        spec.put("paper", "Peebles & Xie, arXiv:2212.09748");
        spec.put("claim", "Smaller patches & wider models lower FID <at a cost>.");
        spec.put("base", Map.of("model", "DiT-S/4"));
        spec.put("seeds", 2);
        StudyDirectory.create(directory).writePlan(spec, trials);
    }

    private Path trial(String variant, int seed, long parameters, double macs) throws IOException {
        String hash = hash(salt + variant + "#" + seed);
        trials.add(hash);
        List<Map<String, Object>> stages = new ArrayList<>();
        for (String kind : kinds) {
            Path stage = stage(variant, seed, kind);
            Files.createDirectories(stage.resolve("attempt-1"));
            json(
                    stage.resolve("attempt-1/provenance.json"),
                    Map.of("code", "0.1.0", "jvm", Map.of("version", "17.0.15"), "threads", 2));
            String id = stage.getFileName().toString();
            stages.add(Map.of("kind", kind, "hash", hash(id), "id", id, "uses", List.of()));
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("trial", hash);
        json.put("variant", variant);
        json.put("replicate", seed);
        json.put("seed", seed);
        json.put("settings", settings(variant));
        json.put("stages", stages);
        json.put(
                "cost",
                Map.of(
                        "parameters",
                        parameters,
                        "macs",
                        (long) macs,
                        "macs_train_graph",
                        (long) macs,
                        "macs_torchprofile",
                        (long) (macs * 1.02),
                        "macs_dit_paper",
                        (long) (macs * 1.01)));
        Path trial = directory.resolve("trials").resolve(hash.substring(0, 12));
        Files.createDirectories(trial);
        json(trial.resolve("trial.json"), json);
        return trial;
    }

    private Map<String, Object> settings(String variant) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("data.set", data);
        settings.put("train.steps", variant.equals(VariantSummary.UNTRAINED) ? 0 : rows * 10);
        settings.put("train.batch", 32);
        settings.put("train.ema-decay", 0.999);
        settings.put("train.precision", "fp32");
        settings.put("sample.labels", "uniform");
        settings.putAll(more);
        return settings;
    }

    private static void result(
            Path trial,
            String variant,
            int seed,
            String status,
            Map<String, Object> metrics,
            Map<String, Object> timing,
            Map<String, Object> protocol)
            throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("trial", trial.getFileName().toString());
        json.put("variant", variant);
        json.put("replicate", seed);
        json.put("status", status);
        json.put("metrics", metrics);
        json.put("timing", timing);
        json.put("protocol", protocol);
        json(trial.resolve("result.json"), json);
    }

    private void curve(String variant, int seed, double end, int rows) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < rows; i++) {
            double noise = Math.sin(i * 12.9898 + seed * 78.233 + variant.length()) * 0.08;
            double loss = (end + 0.4 * Math.exp(-i / 12.0)) * (1 + noise);
            text.append("{\"step\": ")
                    .append(i * 10 + 10)
                    .append(", \"loss\": ")
                    .append(loss);
            text.append(", \"mse\": ").append(loss * 0.97).append(", \"vb\": ").append(loss * 0.03);
            text.append(", \"seconds\": ").append(i * 0.1).append(", \"images_per_second\": 812.5}\n");
        }
        Files.writeString(stage(variant, seed, "train").resolve("attempt-1/metrics.jsonl"), text);
    }

    private Path stage(String variant, int seed, String kind) {
        String hash = hash(kind.equals("extractor") ? "shared" : salt + variant + "#" + seed + kind);
        return directory.resolve("stages").resolve(kind + "-" + hash.substring(0, 12));
    }

    /** Images of a class-coloured disc whose noise shrinks with the variant's quality; the noise pattern belongs to the index. */
    private static void samples(Path stage, double blur, int seed) throws IOException {
        int count = 20;
        ByteBuffer images = ByteBuffer.allocate(count * SIDE * SIDE * 3);
        long[] labels = new long[count];
        for (int n = 0; n < count; n++) {
            int label = (n * 7 + seed) % 10;
            labels[n] = label;
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    double distance = Math.hypot(x - 5 - n % 6, y - 5 - n % 5);
                    for (int c = 0; c < 3; c++) {
                        double clean = distance < 5 ? 128 + 127 * Math.sin(label * 1.7 + c * 2.1) : 235;
                        double noise = 255 * Math.abs(Math.sin((n * 977 + y * 131 + x * 17 + c * 7) * 0.731));
                        images.put((byte) Math.round(clean * (1 - blur) + noise * blur));
                    }
                }
            }
        }
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        arrays.put("arr_0", NpyArray.of(images.array(), count, SIDE, SIDE, 3));
        arrays.put("arr_1", NpyArray.of(labels, count));
        Npz.write(stage.resolve("samples.npz"), arrays);
    }

    private static void json(Path file, Map<String, ?> object) throws IOException {
        Files.writeString(file, JsonFile.line(object));
    }

    private static String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
