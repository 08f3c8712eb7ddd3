package org.ditlab.store.benchmark;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.store.JsonFile;
import org.ditlab.store.StageDirectory;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.TrialDirectory;
import org.ditlab.store.TrialStatus;

/**
 * A study of any size as {@code run} would leave it, written by formulas.
 *
 * @param trials how many; each has a train, a sample and a measure stage, all share an extractor
 * @param points logged rows of each training
 * @param metrics logged values of each row
 */
public record SyntheticStudy(int trials, int points, int metrics) {
    private static final List<String> NAMES =
            List.of("loss", "mse", "vb", "grad_norm", "seconds", "images_per_second", "learning_rate", "ema");
    private static final int SEEDS = 5;
    private static final int EVERY = 10;

    /** Logged values in all. */
    public long values() {
        return (long) trials * points * metrics;
    }

    /** The metric's name in a row. */
    public static String name(int metric) {
        return metric < NAMES.size() ? NAMES.get(metric) : "extra_" + metric;
    }

    /** Writes it; says how many bytes its metric logs have. */
    public long write(Path directory) throws IOException {
        StudyDirectory study = StudyDirectory.create(directory);
        List<String> hashes = new ArrayList<>();
        long bytes = 0;
        stage(study, "extractor-" + hash(0).substring(0, 12), Map.of("extractor.accuracy", 0.97));
        for (int i = 0; i < trials; i++) {
            hashes.add(hash(i + 1));
            bytes += trial(study, i);
        }
        study.writePlan(Map.of("study", "synthetic", "claim", "none: written by formulas"), hashes);
        return bytes;
    }

    private long trial(StudyDirectory study, int i) throws IOException {
        String hash = hash(i + 1);
        String id = hash.substring(0, 12);
        List<Map<String, Object>> stages = new ArrayList<>();
        stages.add(stageOf("extractor", hash(0)));
        for (String kind : List.of("train", "sample", "measure")) {
            stages.add(stageOf(kind, hash));
            stage(study, kind + "-" + id, Map.of(kind + ".value", 1.0 / (i + 1)));
        }
        Map<String, Object> trial = new LinkedHashMap<>();
        trial.put("trial", hash);
        trial.put("variant", "width " + (64 + 16 * (i / SEEDS)));
        trial.put("replicate", i % SEEDS + 1);
        trial.put("seed", i % SEEDS + 1);
        trial.put("settings", Map.of("width", 64 + 16 * (i / SEEDS), "train.steps", points * EVERY, "train.batch", 64));
        trial.put("stages", stages);
        trial.put("cost", Map.of("parameters", 100_000L + i, "macs", 1_000_000L * (i + 1)));
        TrialDirectory directory = study.trial(hash);
        Files.createDirectories(directory.path());
        JsonFile.write(directory.trialFile(), trial);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("trial", hash);
        result.put("status", TrialStatus.DONE.word());
        result.put("metrics", Map.of("fid", 400.0 / (i + 1), "train.loss", 0.04));
        result.put("timing", Map.of("train.seconds", points * 0.02));
        result.put("protocol", Map.of("sampler", "ddim 50", "samples", 1000));
        JsonFile.write(directory.resultFile(), result);
        return log(study.stage("train-" + id).attempt(1).resolve("metrics.jsonl"), i);
    }

    private long log(Path file, int trial) throws IOException {
        StringBuilder text = new StringBuilder();
        long bytes = 0;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            for (int row = 1; row <= points; row++) {
                text.setLength(0);
                text.append("{\"step\":").append((long) row * EVERY);
                for (int metric = 0; metric < metrics; metric++) {
                    text.append(",\"").append(name(metric)).append("\":");
                    text.append((1 + metric + (trial * 31 + row * 17 + metric * 7) % 1000 * 1e-3) / Math.sqrt(row));
                }
                byte[] line = text.append("}\n").toString().getBytes(StandardCharsets.US_ASCII);
                out.write(line);
                bytes += line.length;
            }
        }
        return bytes;
    }

    private static void stage(StudyDirectory study, String id, Map<String, Object> metrics) throws IOException {
        StageDirectory stage = study.stage(id);
        Files.createDirectories(stage.attempt(1));
        JsonFile.write(
                stage.attempt(1).resolve("provenance.json"),
                Map.of("started", "2026-01-01T00:00:00Z", "host", "synthetic", "pid", 1, "version", "0", "code", "0"));
        JsonFile.write(stage.resultFile(), Map.of("metrics", metrics, "timing", Map.of(), "protocol", Map.of()));
    }

    private static Map<String, Object> stageOf(String kind, String hash) {
        Map<String, Object> stage = new LinkedHashMap<>();
        stage.put("kind", kind);
        stage.put("hash", hash);
        stage.put("id", kind + "-" + hash.substring(0, 12));
        return stage;
    }

    private static String hash(int number) {
        return String.format("%08x", number * 0x9e3779b1).repeat(8);
    }
}
