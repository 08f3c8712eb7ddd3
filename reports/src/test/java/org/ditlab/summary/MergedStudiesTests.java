package org.ditlab.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.ditlab.store.TrialResult;
import org.ditlab.study.StudyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergedStudiesTests {
    @TempDir
    Path directory;

    private StudySummary merged() throws IOException {
        return MergedStudies.of(List.of(
                StudySummary.read(StudyFixture.complete(directory.resolve("complete"))),
                StudySummary.read(StudyFixture.overlapping(directory.resolve("other")))));
    }

    @Test
    void equalTrialsStandOnceAndNamesThatClashGetTheirStudys() throws IOException {
        StudySummary study = merged();
        assertThat(study.name()).isEqualTo("complete + other");
        assertThat(study.variants())
                .extracting(VariantSummary::name)
                .containsExactly("base", "complete: wide", "tall", "other: wide");
        assertThat(study.trials())
                .extracting(TrialResult::hash)
                .doesNotHaveDuplicates()
                .hasSize(9);
        assertThat(study.variants().get(0).trials())
                .extracting(TrialResult::replicate)
                .containsExactly(1, 2, 3, 4);
        assertThat(study.protocols()).hasSize(1);
    }

    @Test
    void everyVariantIsComparedWithTheBaseOfItsStudy() throws IOException {
        StudySummary study = merged();
        VariantSummary base = study.variants().get(0);
        assertThat(study.baseOf(base)).isEmpty();
        assertThat(study.variants().subList(1, 4))
                .allSatisfy(variant -> assertThat(study.baseOf(variant)).contains(base));
    }

    @Test
    void everyStudysFileIsShown() throws IOException {
        assertThat(merged().specification()).contains("# complete.yaml\n{", "# other.yaml\n{");
        assertThat(merged().text("paper")).isEqualTo("Peebles & Xie, arXiv:2212.09748");
        assertThat(merged().studies()).extracting(StudySummary::name).containsExactly("complete", "other");
    }

    @Test
    void oneStudyIsItself() throws IOException {
        StudySummary study = StudySummary.read(StudyFixture.standard(directory));
        assertThat(MergedStudies.of(List.of(study))).isSameAs(study);
        assertThat(study.studies()).containsExactly(study);
        assertThat(study.baseOf(study.variants().get(5)))
                .as("the untrained model has no base")
                .isEmpty();
    }

    @Test
    void oneStudyTwiceIsRefused() throws IOException {
        StudySummary study = StudySummary.read(StudyFixture.complete(directory));
        assertThatThrownBy(() -> MergedStudies.of(List.of(study, study)))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("two studies that are called \"complete\"");
    }
}
