package org.ditlab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.Planner;
import org.ditlab.study.spi.UserFiles;
import org.ditlab.study.yaml.StudyYaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanVerbTests {
    private static final String STUDY = """
            study: tiny
            base: { model: DiT-S/4, width: 48, depth: 1, heads: 3, patch: 4 }
            data: { size: 16, count: 100 }
            train: { steps: 4, batch: 8, ema-decay: 0.5 }
            sample: { count: 16, steps: 2, sampler: ddim }
            list:
              - { name: small }
            """;

    @TempDir
    private Path directory;

    @Test
    void aDamagedResultIsNamedBeforeAnythingIsPlannedWithIt() throws IOException {
        Path file = study(STUDY);
        String out = directory.resolve("out").toString();
        Plan plan = Planner.installed(UserFiles.NONE).plan(StudyYaml.read(file));
        StudyDirectory at = StudyDirectory.create(directory.resolve("out/tiny"));
        at.writePlan(plan.spec().toTree(), List.of());
        List<Path> damaged = plan.trials().get(0).stages().stream()
                .limit(2)
                .map(stage -> at.stage(stage).resultFile())
                .toList();
        for (Path result : damaged) {
            Files.createDirectories(result.getParent());
            Files.writeString(result, "{\"metrics\": {");
        }
        for (String verb : List.of("plan", "run")) {
            MainTests.Output output = MainTests.ditlab(verb, file.toString(), "--out", out);
            assertThat(output.code()).isEqualTo(2);
            assertThat(output.err().lines())
                    .hasSize(2)
                    .allMatch(line -> line.contains("is damaged") && line.contains("delete it"))
                    .anyMatch(line -> line.contains(damaged.get(0).toString()))
                    .anyMatch(line -> line.contains(damaged.get(1).toString()));
        }
    }

    @Test
    void whatCannotBeBuiltIsShownInItsFile() throws IOException {
        Path file = study(STUDY + "grid: { heads: [5, 7] }\n");
        MainTests.Output output = MainTests.ditlab("plan", file.toString());

        assertThat(output.code()).isEqualTo(2);
        assertThat(output.err())
                .contains("2 of 2 variants of grid cannot be built", " | grid: { heads: [5, 7] }", "| ^^^^");
    }

    private Path study(String text) throws IOException {
        return Files.writeString(directory.resolve("tiny.yaml"), text);
    }
}
