package org.ditlab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ditlab.run.watch.WatchedStudy;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.StudyResults;
import org.ditlab.store.WriterLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusVerbTests {
    @TempDir
    private Path directory;

    private WatchedStudy study;

    @BeforeEach
    void create() throws IOException {
        study = new WatchedStudy(directory.resolve("tiny"));
        for (String variant : List.of("base", "wide, \"very\"", "failing", "later")) {
            study.add(variant, 1);
        }
        study.plan();
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("fid", 12.5);
        metrics.put("train.loss", 0.123456789012345);
        study.done(0, "done", metrics);
        study.failed(2, "it broke");
        study.attempt(3).report(30, 400, 0.75, 100.0, "");
    }

    @Test
    void aPersonReadsWhereItStands() throws IOException {
        try (WriterLock lock = study.begin(1)) {
            assertThat(lock.held()).isTrue();
            study.attempt(1).report(100, 400, 0.25, 512.0, "");
            List<String> lines = status("text").lines().toList();

            assertThat(lines).hasSize(7);
            assertThat(lines.get(0)).endsWith("seed 1    done      2 of 2 stages  FID 12.5, training loss 0.1235");
            assertThat(lines.get(1))
                    .contains("running", "train 100/400, loss 0.2500, 512 images/s, ")
                    .contains(" left, on ");
            assertThat(lines.get(2)).endsWith("failed    0 of 2 stages  it broke");
            assertThat(lines.get(3)).endsWith("planned   0 of 2 stages  stopped in train 30/400");
            assertThat(lines.get(5))
                    .startsWith("tiny: 1 of 4 trials done, 1 planned, 1 running, 1 failed; ")
                    .endsWith(" left");
            assertThat(lines.get(6)).isEqualTo("to run again only what failed: ditlab run tiny.yaml");
        }
    }

    @Test
    void programsReadTheSame() throws IOException {
        try (WriterLock lock = study.begin(1)) {
            assertThat(lock.held()).isTrue();
            study.attempt(1).report(100, 400, 0.25, 512.0, "");
            List<String> csv = status("csv").lines().toList();
            JsonNode json = new ObjectMapper().readTree(status("json"));

            assertThat(csv.get(0))
                    .isEqualTo("trial,variant,replicate,status,stages_done,stages,note,stage,step,total,loss,"
                            + "images_per_second,seconds_left,host,seconds_since_progress,fid,train.loss");
            assertThat(csv.get(2))
                    .startsWith(study.id(1) + ",\"wide, \"\"very\"\"\",1,running,0,2,,train,100,400,0.25,512,");
            assertThat(csv.get(1)).endsWith(",12.5,0.123456789012345");
            assertThat(csv.get(2)).endsWith(",,");
            assertThat(json.get("trials")
                            .get(0)
                            .get("metrics")
                            .get("train.loss")
                            .asDouble())
                    .isEqualTo(0.123456789012345);
            assertThat(json.get("running").asInt()).isEqualTo(1);
            assertThat(json.get("seconds_left").asDouble()).isPositive();
            assertThat(json.get("trials").get(1).get("step").asInt()).isEqualTo(100);
            assertThat(json.get("trials").get(1).fieldNames())
                    .toIterable()
                    .containsExactlyInAnyOrderElementsOf(
                            Stream.concat(Arrays.stream(csv.get(0).split(",")).limit(15), Stream.of("metrics"))
                                    .toList());
        }
    }

    @Test
    void followingAStudyThatHasEndedShowsItsEnd() throws IOException {
        study.done(1, "done", Map.of());
        study.done(3, "diverged", Map.of("diverged_at_step", 40));
        MainTests.Output output = MainTests.ditlab("status", study.path().toString(), "--follow");

        assertThat(output.code()).isZero();
        assertThat(output.out()).contains("tiny: 2 of 4 trials done, 1 diverged, 1 failed; ", "at step 40");
    }

    @Test
    void aDamagedFileIsNamedAndTheOthersAreShown() throws IOException {
        Path result = StudyDirectory.at(study.path())
                .trial(StudyResults.read(study.path()).trials().get(0).hash())
                .resultFile();
        Files.writeString(result, "{\"status\": \"do");
        Files.createDirectories(study.training(1).path());
        Files.writeString(study.training(1).resultFile(), "");
        MainTests.Output output = MainTests.ditlab("status", study.path().toString());

        assertThat(output.code()).isEqualTo(2);
        assertThat(output.err().lines())
                .hasSize(2)
                .allMatch(line -> line.contains("is damaged") && line.contains("delete it"))
                .anyMatch(line -> line.contains(result.toString()))
                .anyMatch(line -> line.contains(study.training(1).resultFile().toString()));
        assertThat(output.out().lines().toList().get(0)).endsWith("0 of 2 stages  its result.json is damaged");
        assertThat(output.out()).contains("tiny: 0 of 4 trials done, 3 planned, 1 failed; ");
    }

    private String status(String format) {
        MainTests.Output output = MainTests.ditlab("status", study.path().toString(), "--format", format);
        assertThat(output.err()).isEmpty();
        assertThat(output.code()).isZero();
        return output.out();
    }
}
