package org.ditlab.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ditlab.chart.SampleGrid;
import org.ditlab.chart.StudyCharts;
import org.ditlab.finding.Findings;
import org.ditlab.summary.StudyFixture;
import org.ditlab.summary.StudySummary;
import org.ditlab.table.ComparisonTable;
import org.ditlab.table.TableOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportPageTests {
    @TempDir
    Path directory;

    private static String page(Path directory) throws IOException {
        StudySummary study = StudySummary.read(directory);
        return ReportPage.write(new PageContent(
                study,
                List.of(ComparisonTable.of(study, TableOptions.STANDARD)),
                StudyCharts.of(study),
                Findings.of(study),
                SampleGrid.of(study),
                List.of(),
                TableOptions.STANDARD));
    }

    @Test
    void namesAreTextWhateverTheyHold() throws IOException {
        String page = page(StudyFixture.drawn(directory));

        assertThat(page)
                .contains("&lt;script&gt;document.title=", "\ud83d\ude80", "\u05e9\u05dc\u05d5\u05dd")
                .doesNotContain("<script>document.title", "<img src=x", "<b>", "<i>");
        assertThat(count(page, "<script")).isEqualTo(2);
        assertThat(count(page, "</script>")).isEqualTo(2);
        String tags = page.replaceAll("=\"[^\"]*\"", "=").replaceAll("='[^']*'", "=");
        Matcher attribute = Pattern.compile("<[a-zA-Z][^<>]*\\son[a-z]+=").matcher(tags);
        assertThat(attribute.find()).as("an attribute that runs").isFalse();
    }

    @Test
    void noneButThePagesOwnScriptMayRun() throws IOException {
        String page = page(StudyFixture.complete(directory));

        assertThat(page)
                .contains("default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-")
                .doesNotContain("script-src 'unsafe-inline'");
    }

    @Test
    void everyVariantHasASectionWithWhatItWasMadeOf() throws IOException {
        String page = page(StudyFixture.drawn(directory));

        assertThat(count(page, "<article class=\"variant\"")).isEqualTo(4);
        assertThat(page)
                .contains(
                        "<h3 id=\"variant-v1-base\" tabindex=\"-1\">base</h3>",
                        "<tr><th scope=\"row\">patch</th><td>4</td><td>2</td></tr>",
                        "How the model differs from base",
                        "Training loss of base by step, a line for each seed",
                        "samples of base, seed 2");
        assertThat(count(page, "<summary>The model, drawn</summary>"))
                .as("one drawing for each model")
                .isEqualTo(2);
        assertThat(count(page, "drawn there.")).isEqualTo(2);
    }

    /** As chosen: the first, and the Pareto front's. */
    @Test
    void ofManyVariantsTheChosenHaveSectionsAndTheOthersARow() throws IOException {
        String page = page(StudyFixture.large(directory, 50, 5));
        int sections = count(page, "<article class=\"variant\"");
        int rows = count(page, "<tr id=\"variant-v");

        assertThat(sections).isBetween(2, 30);
        assertThat(sections + rows).isEqualTo(50);
        assertThat(page).contains("The other " + rows + " variants");
    }

    @Test
    @Tag("long")
    void thePageOfAThousandTrialsIsSmall() throws IOException {
        assertThat(page(StudyFixture.large(directory, 500, 200)).length()).isLessThan(4_000_000);
    }

    @Test
    void settingsAreComparedByKnob() {
        assertThat(KnobChange.between(
                        Map.of("patch", 4, "same", List.of(1), "gone", true),
                        Map.of("patch", 2, "same", List.of(1), "new", "x")))
                .extracting(KnobChange::sentence)
                .containsExactly("gone true \u2192 -", "new - \u2192 x", "patch 4 \u2192 2");
    }

    private static int count(String text, String part) {
        return (text.length() - text.replace(part, "").length()) / part.length();
    }
}
