package org.ditlab.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.ditlab.model.ModelZoo;
import org.ditlab.summary.StudyFixture;
import org.ditlab.summary.StudySummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishedRowsTests {
    @TempDir
    Path directory;

    /** Values of the U-DiT paper, tables 2 and 9, and of DiT's table 4. */
    @Test
    void rowsAreThoseOfThePapers() {
        Map<String, PublishedRow> rows = PublishedRows.read().stream()
                .collect(Collectors.toMap(PublishedRow::model, Function.identity(), (first, again) -> first));
        assertThat(rows.get("U-DiT-B").fid()).isEqualTo(16.64);
        assertThat(rows.get("U-DiT-B").gmacs()).isEqualTo(22.22);
        assertThat(rows.get("U-DiT-B").where()).isEqualTo("U-DiT, table 2");
        assertThat(rows.get("DiT-UNet slim").fid()).isEqualTo(107);
        assertThat(rows.get("DiT-S/8").fid()).isEqualTo(153.6);
        assertThat(rows.get("DiT-S/8").source().quoted()).isTrue();
        assertThat(rows.get("DiT-S/8").sfid()).isNaN();
    }

    @Test
    void everyRowIsWhole() {
        List<PublishedRow> rows = PublishedRows.read();
        assertThat(rows).hasSize(91);
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.fid()).isPositive();
            assertThat(row.steps()).isPositive();
            assertThat(row.grade()).isIn("A", "B", "C");
            assertThat(row.source().quoted()).isEqualTo(!row.grade().equals("A"));
            assertThat(row.zoo().isEmpty() || ModelZoo.find(row.zoo()).isPresent())
                    .as(row.zoo())
                    .isTrue();
        });
    }

    @Test
    void whatIsNotSureIsNeverShown() throws IOException {
        StudySummary study = StudySummary.read(StudyFixture.complete(directory));
        assertThat(PublishedRows.of(study, PublishedChoice.ALL))
                .hasSize(87)
                .noneMatch(row -> row.grade().equals("C"));
        assertThat(PublishedRows.of(study, PublishedChoice.NONE)).isEmpty();
    }

    @Test
    void matchingRowsAreOfTheStudysFamilies() throws IOException {
        StudySummary dit = StudySummary.read(StudyFixture.complete(directory.resolve("dit")));
        assertThat(PublishedRows.of(dit, PublishedChoice.MATCHING))
                .extracting(PublishedRow::family)
                .containsOnly("DiT");
        StudySummary both =
                StudySummary.read(StudyFixture.zoo(directory.resolve("zoo"), "DiT-S/4", "U-DiT-T (vanilla)"));
        assertThat(PublishedRows.of(both, PublishedChoice.MATCHING))
                .extracting(PublishedRow::family)
                .containsOnly("DiT", "U-DiT", "U-DiT-T");
    }

    @Test
    void theSameArchitectureIsNamedAndNoOther() throws IOException {
        StudySummary study = StudySummary.read(StudyFixture.zoo(directory, "DiT-S/4", "U-DiT-T (vanilla)", "U-DiT-B"));
        ReportTable table = PublishedTable.of(study, PublishedChoice.MATCHING).orElseThrow();
        Map<String, String> same = table.model().stream()
                .filter(row -> !row.getString("Same architecture here").isEmpty())
                .collect(Collectors.toMap(
                        row -> row.getString("Model"), row -> row.getString("Same architecture here")));
        assertThat(same)
                .containsOnly(
                        Map.entry("DiT-S/4", "DiT-S/4"),
                        Map.entry("DiT-S/4 (U-DiT table)", "DiT-S/4"),
                        Map.entry("U-DiT-T", "U-DiT-T (vanilla)"),
                        Map.entry("U-DiT-B", "U-DiT-B"));
    }

    @Test
    void theCaptionSaysThatProtocolsDiffer() throws IOException {
        ReportTable table = PublishedTable.of(
                        StudySummary.read(StudyFixture.complete(directory)), PublishedChoice.MATCHING)
                .orElseThrow();
        assertThat(table.captionText())
                .contains(
                        "nothing here was measured by this study",
                        "features classifier:shapes-16 instead of Inception's",
                        "1000 samples instead of 50 000",
                        "must not be compared",
                        "arXiv:2405.02730",
                        "torchprofile");
        assertThat(table.columns().stream().flatMap(column -> column.cells().stream()))
                .allMatch(cell -> cell.mark() == Mark.NONE);
    }
}
