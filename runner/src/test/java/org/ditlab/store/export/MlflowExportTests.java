package org.ditlab.store.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.ditlab.store.index.StudyIndex;
import org.ditlab.study.StudyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MlflowExportTests {
    private static final int VALUES = ExportFixture.TRIALS * ExportFixture.POINTS * ExportFixture.METRICS;
    private static final Map<String, String> TOKEN = Map.of("MLFLOW_TRACKING_TOKEN", "open sesame");

    @TempDir
    private Path directory;

    @Test
    void runsHaveCurvesKnobsAndResults() throws Exception {
        ExportFixture study = new ExportFixture(directory.resolve("study"));
        try (MlflowStub server = new MlflowStub()) {
            server.failures.addAll(List.of(503, 429));
            Exported sent = export(study, server, TOKEN);

            assertThat(sent.values()).isEqualTo(VALUES);
            assertThat(sent.target()).isEqualTo(server.address().replaceAll("/$", ""));
            assertThat(server.authorization).isEqualTo("Bearer open sesame");
            assertThat(server.runs).hasSize(ExportFixture.TRIALS);
            assertThat(server.runs.get("run0"))
                    .containsEntry("status", "FINISHED")
                    .containsKey("end_time");
            assertThat(server.tags.get("run0"))
                    .containsEntry("ditlab.trial", study.trial(0).hash())
                    .containsEntry("protocol.sampler", "ddim 50");
            assertThat(server.parameters.get("run0"))
                    .containsEntry("width", "64")
                    .containsEntry("train.batch", "64");
            assertThat(server.metrics.stream()
                            .filter(one -> one.get("run").equals("run0")
                                    && one.get("key").equals("loss")))
                    .hasSize(ExportFixture.POINTS)
                    .first()
                    .satisfies(one -> assertThat(one)
                            .containsEntry("step", 10)
                            .containsEntry(
                                    "value", study.trial(0).curve().get(0).get("loss")));
            assertThat(server.metrics)
                    .anyMatch(one -> one.get("key").equals("result/fid")
                            && one.get("value").equals(400.0));
        }
    }

    @Test
    void aSecondExportSendsOnlyWhatIsNew() throws Exception {
        ExportFixture study = new ExportFixture(directory.resolve("study"));
        try (MlflowStub server = new MlflowStub()) {
            export(study, server, Map.of());
            server.calls.clear();
            int before = server.metrics.size();
            assertThat(export(study, server, Map.of()))
                    .extracting(Exported::trials)
                    .isEqualTo(0);
            assertThat(server.calls).containsOnly("experiments/get-by-name", "runs/search");

            study.grow();
            assertThat(export(study, server, Map.of()).values()).isEqualTo(2);
            assertThat(server.runs).hasSize(ExportFixture.TRIALS);
            assertThat(server.metrics.subList(before, server.metrics.size()))
                    .extracting(one -> one.get("key") + " " + one.get("step") + " " + one.get("value"))
                    .containsExactly("loss 5000 NaN", "mse 5000 0.25");

            study.resume();
            export(study, server, Map.of());
            assertThat(server.metrics.subList(before + 2, server.metrics.size()))
                    .extracting(one -> one.get("key") + " " + one.get("step"))
                    .containsExactly("loss 1190", "loss 1200", "loss 5000", "mse 5000");
        }
    }

    @Test
    void whatWasSentBeforeAFailureIsNotSentAgain() throws Exception {
        ExportFixture study = new ExportFixture(directory.resolve("study"));
        try (MlflowStub server = new MlflowStub()) {
            export(study, server, Map.of());
            int once = server.metrics.size();
            assertThat(once).isEqualTo(VALUES + 3 * ExportFixture.TRIALS);
            study.grow();
            server.failures.addAll(List.of(500, 500, 500, 500, 500, 500));
            assertThatThrownBy(() -> export(study, server, Map.of()))
                    .isInstanceOf(StudyException.class)
                    .hasMessageContaining("try again later");
            export(study, server, Map.of());
            assertThat(server.metrics).hasSize(once + 2);
        }
    }

    @Test
    void aServerThatIsNotThereIsBadInput() throws Exception {
        ExportFixture study = new ExportFixture(directory.resolve("study"));
        String gone;
        try (MlflowStub server = new MlflowStub()) {
            gone = server.address().replaceFirst("/$", "");
        }
        try (StudyIndex index = study.index()) {
            MlflowExport export =
                    new MlflowExport(index, "synthetic", new MlflowServer(gone, Map.of(), Duration.ofMillis(1)));
            assertThatThrownBy(export::run)
                    .isInstanceOf(StudyException.class)
                    .hasMessageContaining(gone)
                    .hasMessageContaining("--target");
        }
    }

    @Test
    void aRefusalNamesTheRemedyAndNoSecret() throws Exception {
        ExportFixture study = new ExportFixture(directory.resolve("study"));
        try (MlflowStub server = new MlflowStub()) {
            server.failures.add(401);
            assertThatThrownBy(() -> export(study, server, TOKEN))
                    .isInstanceOf(StudyException.class)
                    .hasMessageContaining("MLFLOW_TRACKING_TOKEN")
                    .hasMessageNotContaining("sesame");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runs", "file:///tmp/x", "http://user:secret@host", "http://", "http://a b"})
    void otherAddressesAreRefused(String address) {
        assertThatThrownBy(() -> new MlflowServer(address, Map.of(), Duration.ZERO))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("--target")
                .hasMessageNotContaining("secret");
    }

    @Test
    void keysHaveOnlyWhatMlflowTakes() {
        assertThat(MlflowBatch.key("fid@500: \u00e4")).isEqualTo("fid_500_ _");
        assertThat(MlflowBatch.key("x".repeat(300))).hasSize(MlflowBatch.LONGEST_KEY);
    }

    private static Exported export(ExportFixture study, MlflowStub server, Map<String, String> environment)
            throws IOException, InterruptedException {
        try (StudyIndex index = study.index()) {
            return new MlflowExport(
                            index, "synthetic", new MlflowServer(server.address(), environment, Duration.ofMillis(1)))
                    .run();
        }
    }
}
