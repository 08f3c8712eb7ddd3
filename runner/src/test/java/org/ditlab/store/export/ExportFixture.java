package org.ditlab.store.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ditlab.store.JsonFile;
import org.ditlab.store.StudyResults;
import org.ditlab.store.TrialResult;
import org.ditlab.store.benchmark.SyntheticStudy;
import org.ditlab.store.index.StudyIndex;
import org.ditlab.study.plan.StageKind;

/** A small study that grows and is resumed. */
final class ExportFixture {
    static final int TRIALS = 2;
    static final int POINTS = 120;
    static final int METRICS = 3;

    private final Path study;

    ExportFixture(Path study) throws IOException {
        this.study = study;
        new SyntheticStudy(TRIALS, POINTS, METRICS).write(study);
    }

    StudyIndex index() throws IOException {
        StudyIndex index = StudyIndex.open(study);
        index.refresh();
        return index;
    }

    TrialResult trial(int i) throws IOException {
        return StudyResults.read(study).trials().get(i);
    }

    /** One more logged row of the first trial. */
    void grow() throws IOException {
        Files.writeString(
                stage().resolve("attempt-1/metrics.jsonl"),
                "{\"step\":5000,\"loss\":\"NaN\",\"mse\":0.25}\n",
                StandardOpenOption.APPEND);
    }

    /** A second attempt of the first trial, which repeats the last steps. */
    void resume() throws IOException {
        Path attempt = Files.createDirectories(stage().resolve("attempt-2"));
        JsonFile.write(attempt.resolve("provenance.json"), Map.of("started", "2026-01-02T00:00:00Z"));
        Files.writeString(
                attempt.resolve("metrics.jsonl"), "{\"step\":1190,\"loss\":0.5}\n{\"step\":1200,\"loss\":0.25}\n");
    }

    /** Other metrics of a trial. */
    void measure(int i, Map<String, Object> metrics) throws IOException {
        Path file = study.resolve("trials").resolve(trial(i).id()).resolve("result.json");
        Map<String, Object> result = new LinkedHashMap<>(JsonFile.read(file));
        result.put("metrics", metrics);
        JsonFile.write(file, result);
    }

    private Path stage() throws IOException {
        return trial(0).stage(StageKind.TRAIN).orElseThrow().directory().path();
    }
}
