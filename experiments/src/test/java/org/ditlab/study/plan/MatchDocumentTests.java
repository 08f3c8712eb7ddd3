package org.ditlab.study.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ditlab.model.ArchitectureKnobs.DEPTH;
import static org.ditlab.model.ArchitectureKnobs.PATCH;
import static org.ditlab.model.ArchitectureKnobs.WIDTH;
import static org.ditlab.study.Study.control;
import static org.ditlab.study.Study.gmacsOf;
import static org.ditlab.study.Study.rung;
import static org.ditlab.study.ToleranceUnit.PERCENT;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ditlab.study.RecipeFixture;
import org.ditlab.study.Study;
import org.ditlab.study.StudySpec;
import org.ditlab.study.yaml.StudyYaml;
import org.junit.jupiter.api.Test;

/** The how-to's study is planned as the page says. */
class MatchDocumentTests {
    private static final Path PAGE = Path.of("docs", "match.md");

    /** The text of the n-th fenced block. */
    private static String block(int n) throws IOException {
        String fenced = Files.readString(PAGE).split("```", -1)[2 * n + 1];
        return fenced.substring(fenced.indexOf('\n') + 1);
    }

    @Test
    void thePageShowsWhatIsSolved() throws IOException {
        StudySpec spec = StudyYaml.read(block(0), "slim.yaml", RecipeFixture.knobs());
        Plan plan = PlanFixture.planner().plan(spec);

        assertThat(new PlanTable(plan).text()).contains("\n\n" + block(1) + "\n");
        assertThat(spec)
                .isEqualTo(Study.named("slim")
                        .base("DiT-S/4", WIDTH.to(240))
                        .ladder(
                                rung("patch 2", PATCH.to(2))
                                        .matching(gmacsOf("base")
                                                .within(10, PERCENT)
                                                .solving(WIDTH)),
                                rung("shallow", DEPTH.to(6)),
                                control("slim")
                                        .of("patch 2")
                                        .matching(gmacsOf("shallow")
                                                .within(5, PERCENT)
                                                .solving(WIDTH)))
                        .spec());
    }
}
