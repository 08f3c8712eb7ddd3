package org.ditlab.study.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.ditlab.data.DataKnobs;
import org.ditlab.knob.Settings;
import org.ditlab.run.RunnerCatalog;
import org.ditlab.study.Knobs;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.Planner;
import org.ditlab.study.plan.Trial;
import org.ditlab.study.spi.DataSummary;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The study files that ship: headed as they should be, valid, and within the editor's schema. */
class StudyFilesTests {
    static Stream<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("ditlab.root"), "experiments", "studies"))) {
            List<Path> studies = files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
            assertThat(studies).isNotEmpty();
            return studies.stream();
        }
    }

    private static DataSummary data(Settings settings) {
        int size = settings.get(DataKnobs.SIZE);
        if (!settings.get(DataKnobs.SET).equals("images")) {
            return new RunnerCatalog().data(settings, null);
        }
        return new DataSummary("any", "any", 3, size, size, 10, 10_000);
    }

    @ParameterizedTest
    @MethodSource("files")
    void hasAHeaderAndAPlan(Path file) throws IOException {
        Knobs knobs = Knobs.installed();
        String text = Files.readString(file);
        assertThat(text).contains("# Paper:", "# Claim:", "# Cost:", "# Command:", "# Result:");

        StudyFile study = StudyYaml.open(file, knobs);
        Plan plan =
                new Planner(knobs, StudyFilesTests::data).places(study.places()).plan(study.spec());

        assertThat(plan.warnings()).allMatch(warning -> warning.startsWith("latents"));
        assertThat(plan.warnings()).hasSize(plan.data().latent() ? 1 : 0);
        assertThat(plan.trials())
                .extracting(Trial::variant)
                .contains(study.spec().variants().get(0).name(), "untrained");
        assertThat(StudyYaml.read(
                        StudyYaml.write(study.spec()), file.getFileName().toString(), knobs))
                .isEqualTo(study.spec());
    }
}
