package org.ditlab.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.StageKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyResultsTests {
    private static final String FIRST = "a".repeat(64);
    private static final String SECOND = "b".repeat(64);

    @TempDir
    private Path root;

    @Test
    void trialsComeInThePlansOrderWithTheirStatus() throws IOException {
        StudyDirectory study = study();
        JsonFile.write(
                study.trial(FIRST).resultFile(),
                Map.of("status", "diverged", "metrics", Map.of("fid", 3.5), "timing", Map.of("train.seconds", 2)));
        JsonFile.write(study.trial(SECOND).failureFile(), Map.of("reason", "it broke"));

        StudyResults results = StudyResults.read(root);

        assertThat(results.name()).isEqualTo("tiny");
        assertThat(results.trials()).extracting(TrialResult::hash).containsExactly(SECOND, FIRST);
        assertThat(results.trials())
                .extracting(TrialResult::status)
                .containsExactly(TrialStatus.FAILED, TrialStatus.DIVERGED);
        assertThat(results.trials().get(1).number("fid")).hasValue(3.5);
        assertThat(results.trials().get(1).number("train.seconds")).hasValue(2.0);
        assertThat(results.trials().get(1).number("macs")).hasValue(7.0);
        assertThat(results.variants()).containsExactly("wide");
    }

    @Test
    void aTrialRunsWhileALivingProcessHoldsIt() throws IOException {
        StudyDirectory study = study();
        try (WriterLock lock = WriterLock.tryAcquire(study.trial(FIRST).path()).orElseThrow()) {
            assertThat(lock.held()).isTrue();
            assertThat(StudyResults.read(root).trials())
                    .extracting(TrialResult::status)
                    .containsExactly(TrialStatus.PLANNED, TrialStatus.RUNNING);
        }
    }

    @Test
    void inACurveALaterAttemptReplacesWhatItRepeated() throws IOException {
        study();
        StageDirectory train = StudyResults.read(root)
                .trials()
                .get(0)
                .stage(StageKind.TRAIN)
                .orElseThrow()
                .directory();
        Files.createDirectories(train.path());
        rows(train, Map.of("step", 10, "loss", 1.0), Map.of("step", 20, "loss", 2.0), Map.of("step", 30, "loss", 3.0));
        rows(train, Map.of("step", 20, "loss", 2.5), Map.of("step", 40, "loss", 4.0));

        assertThat(StudyResults.read(root).trials().get(0).curve())
                .extracting(row -> row.get("loss"))
                .containsExactly(1.0, 2.5, 3.0, 4.0);
    }

    @Test
    void anotherDirectoryIsRefused() {
        assertThatThrownBy(() -> StudyResults.read(root))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("study.json");
    }

    @Test
    void aFileInTheWayIsNamed() throws IOException {
        Path file = Files.writeString(root.resolve("out"), "in the way");

        assertThatThrownBy(() -> StudyDirectory.create(file.resolve("tiny")))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("--out");
        assertThat(file).hasContent("in the way");
    }

    private StudyDirectory study() throws IOException {
        StudyDirectory study = StudyDirectory.create(root);
        for (String hash : List.of(FIRST, SECOND)) {
            Files.createDirectories(study.trial(hash).path());
            JsonFile.write(
                    study.trial(hash).trialFile(),
                    Map.of(
                            "trial",
                            hash,
                            "variant",
                            "wide",
                            "replicate",
                            1,
                            "seed",
                            1,
                            "settings",
                            Map.of(),
                            "stages",
                            List.of(Map.of("kind", "train", "hash", hash, "id", "train-" + hash.substring(0, 12))),
                            "cost",
                            Map.of("macs", 7)));
        }
        study.writePlan(Map.of("study", "tiny"), List.of(SECOND, FIRST));
        return study;
    }

    @SafeVarargs
    private static void rows(StageDirectory stage, Map<String, Object>... rows) throws IOException {
        Path attempt = stage.attempt(stage.newAttempt());
        try (MetricLog log = MetricLog.append(attempt.resolve("metrics.jsonl"))) {
            for (Map<String, Object> row : rows) {
                log.write(row);
            }
        }
    }
}
