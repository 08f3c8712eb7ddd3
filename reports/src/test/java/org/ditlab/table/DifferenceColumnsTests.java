package org.ditlab.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import org.ditlab.summary.StudyFixture;
import org.ditlab.summary.StudySummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.Table;

class DifferenceColumnsTests {
    private static final String FID = "FID[classifier:shapes-16]";
    private static final TableOptions BOTH = new TableOptions(true, true, PublishedChoice.NONE);

    @TempDir
    Path directory;

    /** Differences -6.2, -5.8, -5.5; with 2 degrees of freedom p = 1 - |t| / sqrt(t^2 + 2). */
    @Test
    void differencesArePairedAndTested() throws IOException {
        ReportTable table = ComparisonTable.of(StudySummary.read(StudyFixture.complete(directory)), BOTH);
        Table model = table.model();
        double mean = -17.5 / 3;
        double spread = Math.sqrt((square(-6.2 - mean) + square(-5.8 - mean) + square(-5.5 - mean)) / 2);
        double t = Math.abs(mean) / (spread / Math.sqrt(3));
        double p = 1 - t / Math.sqrt(t * t + 2);

        assertThat(model.doubleColumn(FID + " difference").get(1)).isEqualTo(mean, within(1e-9));
        assertThat(model.intColumn(FID + " difference n").get(1)).isEqualTo(3);
        assertThat(model.doubleColumn(FID + " p").get(1)).isEqualTo(p, within(1e-9));
        assertThat(model.doubleColumn(FID + " p holm").get(1)).isEqualTo(p, within(1e-9));
        assertThat(model.doubleColumn(FID + " difference").isMissing(0)).isTrue();
        assertThat(model.doubleColumn(FID + " p").isMissing(0)).isTrue();
        assertThat(model.doubleColumn(FID + " p").isMissing(2)).isTrue();
        assertThat(MarkdownTable.write(table))
                .contains("\u0394 " + MarkdownTable.escaped(FID), "-5.83 \u00b1 0.87", "0.0012");
        assertThat(table.captionText())
                .contains(
                        "that of its study's base (base)",
                        "over 3 paired seeds a test by signs cannot fall below p = 0.25");
        assertThat(LatexNumbers.write(table))
                .contains("\\completeWideFIDDifference}{\\ensuremath{-}5.83}", "\\completeWideFIDP}{0.0012}");
    }

    /** With one degree of freedom p = 1 - 2 atan|t| / pi; the smaller of two p is doubled, the other stays or rises to it. */
    @Test
    void holmCorrectsOverTheRowsThatHaveATest() throws IOException {
        Table model = ComparisonTable.of(StudySummary.read(StudyFixture.standard(directory)), BOTH)
                .model();
        double wide = p(41.2 - 60.8, 42.0 - 62.1);
        double patch = p(38.4 - 60.8, 37.7 - 62.1);

        assertThat(model.doubleColumn(FID + " p").get(1)).isEqualTo(wide, within(1e-9));
        assertThat(model.doubleColumn(FID + " p").get(2)).isEqualTo(patch, within(1e-9));
        assertThat(model.doubleColumn(FID + " p").isMissing(3))
                .as("one seed only")
                .isTrue();
        assertThat(model.doubleColumn(FID + " p holm").get(1))
                .isEqualTo(wide < patch ? 2 * wide : Math.max(2 * patch, wide), within(1e-9));
        assertThat(model.doubleColumn(FID + " difference").get(3)).isEqualTo(58.0 - 60.8, within(1e-9));
    }

    @Test
    void withoutAQuestionThereAreNone() throws IOException {
        ReportTable table = ComparisonTable.of(StudySummary.read(StudyFixture.complete(directory)));
        assertThat(table.model().columnNames()).noneMatch(name -> name.contains("difference") || name.endsWith(" p"));
        assertThat(table.captionText()).doesNotContain("t-test");
    }

    private static double p(double one, double other) {
        double mean = (one + other) / 2;
        double t = Math.abs(mean) / (Math.abs(one - other) / 2);
        return 1 - 2 * Math.atan(t) / Math.PI;
    }

    private static double square(double value) {
        return value * value;
    }
}
