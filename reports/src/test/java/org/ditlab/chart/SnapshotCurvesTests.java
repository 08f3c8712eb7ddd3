package org.ditlab.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.ditlab.summary.StudyFixture;
import org.ditlab.summary.StudySummary;
import org.ditlab.table.ComparisonTable;
import org.ditlab.table.MarkdownTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotCurvesTests {
    @TempDir
    Path directory;

    private StudySummary study(int fewer) throws IOException {
        return StudySummary.read(StudyFixture.snapshots(directory, fewer));
    }

    @Test
    void fidAndHeldOutLossAreDrawnByStepUpToTheLast() throws IOException {
        List<LineChart> charts = SnapshotCurves.of(study(1000));

        assertThat(charts).extracting(LineChart::id).containsExactly("fid-over-steps", "heldout-over-steps");
        LineSeries base = charts.get(0).series().get(0);
        assertThat(base.x()).containsExactly(250, 500, 750, 1000);
        assertThat(base.y()).containsExactly(new double[] {248, 124, 62 * 4.0 / 3, 62}, offset(1e-9));
        assertThat(base.low()[3]).isEqualTo(60);
        assertThat(base.high()[3]).isEqualTo(64);
        assertThat(charts.get(1).series().get(1).y())
                .containsExactly(new double[] {0.144, 0.072, 0.048, 0.036}, offset(1e-9));
        assertThat(ImageIO.read(new ByteArrayInputStream(ChartPng.write(charts.get(0))))
                        .getWidth())
                .isGreaterThan(1000);
        assertThat(ChartSvg.write(charts.get(1))).contains("Held-out loss over training: snapshots");
    }

    @Test
    void anFidOfOtherSampleCountsIsNoPartOfTheCurve() throws IOException {
        List<LineChart> charts = SnapshotCurves.of(study(500));

        assertThat(charts.get(0).series().get(0).x()).containsExactly(250, 500, 750);
        assertThat(charts.get(0).subtitle()).contains("The last step is left out");
        assertThat(charts.get(1).series().get(0).x()).containsExactly(250, 500, 750, 1000);
    }

    @Test
    void theTableShowsTheHeldOutLossAndNoSnapshot() throws IOException {
        String table = MarkdownTable.write(ComparisonTable.of(study(1000)));

        assertThat(table).contains("| Train loss | Held-out loss |").doesNotContain("@");
    }

    @Test
    void nearestImagesAreShownOncePerVariant() throws IOException {
        assertThat(NearestPicture.of(study(1000)))
                .extracting(picture -> picture.variant() + ": " + picture.caption())
                .containsExactly(
                        "base: seed 1, median distance 31.2; of held-out images, median 40.5",
                        "wide: seed 1, median distance 31.2; of held-out images, median 40.5");
    }

    @Test
    void aStudyWithoutSnapshotsHasNoSuchChart() throws IOException {
        assertThat(SnapshotCurves.of(StudySummary.read(StudyFixture.standard(directory))))
                .isEmpty();
    }

    @Test
    void aCurveStandsInTheChartOfItsProtocolOnly() throws IOException {
        StudySummary study = StudySummary.read(StudyFixture.snapshotsOfOneProtocol(directory));

        assertThat(study.protocols()).hasSize(3);
        assertThat(SnapshotCurves.of(study))
                .extracting(chart -> chart.id() + ": "
                        + chart.series().stream().map(LineSeries::label).toList())
                .containsExactly("fid-over-steps: [on the way]", "heldout-over-steps: [on the way]");
    }

    @Test
    void ofSeveralProtocolsTheTitleFitsAndTheAxisNamesTheFeaturesAlone() throws IOException {
        StudySummary study = StudySummary.read(StudyFixture.snapshotsOfOneProtocol(directory));

        LineChart lines = SnapshotCurves.of(study).get(0);
        ScatterChart points = CostVsFid.of(study, study.protocols().get(1), CostAxis.GMACS, "points", List.of())
                .orElseThrow();
        String told = "labels: balanced over the classes of the data, in turn, 10 at a time, sampler: ddim 10";
        assertThat(lines.y().title()).isEqualTo("FID[classifier:shapes-16]");
        assertThat(points.y().title()).isEqualTo("FID[classifier:shapes-16] (smaller is better)");
        assertThat(points.subtitle()).contains("this protocol has " + told);
        assertThat(points.title()).isEqualTo("Cost and quality: one way; protocol B");
        String shown = Frame.title(points.title() + " " + told);
        assertThat(shown)
                .startsWith("Cost and quality: one way; protocol B labels")
                .endsWith("\u2026");
        assertThat(Svg.textWidth(shown, 15)).isLessThan(Frame.WIDTH - 78);
    }

    @Test
    void nearestImagesAreOnePicture() throws IOException {
        byte[] png = NearestPicture.png(NearestPicture.of(study(1000)));

        assertThat(ImageIO.read(new ByteArrayInputStream(png)).getHeight()).isEqualTo(2 * (20 + 34) + 10);
    }

    @Test
    void aLossThatRoseIsNotedUnderTheTable() throws IOException {
        assertThat(ComparisonTable.of(StudySummary.read(StudyFixture.risen(directory)))
                        .captionText())
                .contains("The training loss ended far above its first value (fast seed 1, 350 times)");
    }
}
