package org.ditlab.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.Planner;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.spi.UserFiles;
import org.ditlab.study.yaml.StudyYaml;
import org.junit.jupiter.api.Test;

/**
 * Pins the stages of the quickstart with the real knobs. A failure means that finished work in every study directory would
 * be done again: change these values only when results really do change, or when the quickstart itself does.
 */
class QuickstartHashTests {
    @Test
    void theStagesOfTheLastRung() {
        Path root = Path.of(System.getProperty("ditlab.root", ".."));
        Plan plan = Planner.installed(UserFiles.NONE)
                .plan(StudyYaml.read(root.resolve("experiments/studies/quickstart.yaml")));

        assertThat(plan.trials().get(3).stages())
                .extracting(Stage::id)
                .containsExactly(
                        "extractor-84db65200d66",
                        "train-e89649d9fc80",
                        "sample-92973f7a5afe",
                        "measure-d02ec5f9f6e7",
                        "heldout-9adbd9ab20b0");
    }
}
