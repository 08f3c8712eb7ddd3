package org.ditlab.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.ditlab.summary.StudyFixture;
import org.ditlab.summary.StudySummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ChartTests {
    @TempDir
    Path directory;

    private ScatterChart scatter(Path study) throws IOException {
        StudySummary summary = StudySummary.read(study);
        return CostVsFid.of(summary, summary.protocols().get(0), CostAxis.GMACS, "gmacs-vs-fid", List.of())
                .orElseThrow();
    }

    @Test
    void eachVariantWithAnFidIsAPoint() throws IOException {
        ScatterChart chart = scatter(StudyFixture.standard(directory));
        assertThat(chart.points().stream().map(ScatterPoint::label))
                .containsExactly("base", "wide & <deep>", "patch_2", "+ rope | 100%", "deep");
        assertThat(chart.points().get(0).seeds()).containsExactly(60.8, 62.1);
        assertThat(chart.points().get(3).half()).isNaN();
        assertThat(chart.frontPoints().stream().map(ScatterPoint::label))
                .containsExactly("base", "wide & <deep>", "patch_2");
        assertThat(chart.guides().stream().map(Guide::id)).containsExactly("floor", "untrained");
        assertThat(chart.y().holds(1.37)).isTrue();
        assertThat(chart.y().holds(412.6)).isFalse();
        assertThat(chart.subtitle())
                .contains("ddim 50", "for a seed without a value: + rope | 100%, deep.", "9 of 11 trials done");
    }

    @Test
    void scatterSvgHasRealTextAnIdPerPointAndNothingFromOutside() throws Exception {
        String svg = ChartSvg.write(scatter(StudyFixture.standard(directory)));
        Document document = parsed(svg);
        assertThat(ids(document)).doesNotHaveDuplicates().contains("gmacs-vs-fid-v2-wide-deep", "gmacs-vs-fid-floor");
        assertThat(texts(document, "text")).contains("wide & <deep>", "patch_2", "untrained model, 413 \u2191");
        assertThat(texts(document, "title"))
                .anySatisfy(title -> assertThat(title)
                        .contains("base", "GMACs 0.00190", "61.5 \u00b1 8.3 (n = 2)", "seed 1: trial "));
        assertThat(svg).startsWith("<svg ").doesNotContain("href", "url(", "<style", "<script", "<?xml");
    }

    @Test
    void curvesEndInACrossWhereASeedDiverged() throws Exception {
        LineChart chart = TrainingCurves.of(StudySummary.read(StudyFixture.standard(directory)))
                .orElseThrow();
        assertThat(chart.series().stream().filter(LineSeries::broken))
                .singleElement()
                .satisfies(series -> assertThat(series.description()).isEqualTo("+ rope | 100%, seed 2, diverged"));
        assertThat(chart.subtitle())
                .contains("5 % of its logged rows", "A cross: this seed diverged", "are in no mean: 1.");
        assertThat(chart.series())
                .extracting(LineSeries::description)
                .contains("deep, 1 seed", "deep, seed 2, unfinished");
        assertThat(chart.x().max()).isEqualTo(1000);
        String svg = ChartSvg.write(chart);
        assertThat(ids(parsed(svg)))
                .doesNotHaveDuplicates()
                .contains("curves-v1-base", "curves-v4-rope-100-diverged-2");
    }

    @Test
    void whatWasStoppedEarlyIsLeftOutWithANote() throws Exception {
        StudySummary study = StudySummary.read(StudyFixture.stopped(directory));
        String note = "Left out, stopped early: wide (1 of 2 seeds), deep (2 of 2 seeds).";
        LineChart curves = TrainingCurves.of(study).orElseThrow();
        assertThat(curves.subtitle()).endsWith(note);
        assertThat(curves.series())
                .extracting(LineSeries::description)
                .containsExactly("base, 2 seeds", "wide, 1 seed");
        ScatterChart cost = CostVsFid.of(study, study.protocols().get(0), CostAxis.GMACS, "cost", List.of())
                .orElseThrow();
        assertThat(cost.subtitle()).endsWith(note);
        assertThat(cost.points()).hasSize(2);
    }

    /** A straight line stays what it is, and no value leaves the range of the curve. */
    @Test
    void smoothingKeepsAStraightLine() {
        NavigableMap<Long, Double> line = new TreeMap<>();
        for (long step = 1; step <= 200; step++) {
            line.put(step, 3.0 * step);
        }
        NavigableMap<Long, Double> smooth = TrainingCurves.smoothed(line);
        assertThat(smooth.keySet()).isEqualTo(line.keySet());
        line.forEach((step, value) ->
                assertThat(smooth.get(step)).isCloseTo(value, org.assertj.core.data.Offset.offset(1e-9)));
    }

    @Test
    void picturesArePngWithColour() throws IOException {
        StudySummary study = StudySummary.read(StudyFixture.standard(directory));
        for (byte[] png : List.of(
                ChartPng.write(scatter(directory)),
                ChartPng.write(TrainingCurves.of(study).orElseThrow()))) {
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
            assertThat(image.getWidth()).isEqualTo(1520);
            int blue = 0;
            for (int y = 0; y < image.getHeight(); y++) {
                for (int x = 0; x < image.getWidth(); x++) {
                    blue += (image.getRGB(x, y) & 0xffffff) == 0x0072b2 ? 1 : 0;
                }
            }
            assertThat(blue).isGreaterThan(50);
        }
    }

    @Test
    void aCrowdedChartNamesOnlyTheFront() throws IOException {
        ScatterChart chart = scatter(StudyFixture.large(directory, 60, 5));
        assertThat(chart.points()).hasSize(60).allMatch(point -> Double.isNaN(point.half()));
        List<String> named = chart.points().stream()
                .filter(point -> !point.label().isEmpty())
                .map(ScatterPoint::id)
                .toList();
        assertThat(named).isNotEmpty().hasSizeLessThanOrEqualTo(15).allMatch(chart.front()::contains);
    }

    @Test
    void labelsOfCloseBasePointsDoNotCollide() {
        LabelPlacement placement = new LabelPlacement(new Rectangle2D.Double(0, 0, 600, 400));
        double[][] points = {{300, 200}, {304, 203}, {310, 198}, {298, 206}, {590, 5}, {585, 12}};
        for (double[] point : points) {
            placement.avoid(new Rectangle2D.Double(point[0] - 5, point[1] - 5, 10, 10));
        }
        List<Rectangle2D> labels = new ArrayList<>();
        for (double[] point : points) {
            labels.add(placement.place(point[0], point[1], 5, 80, 14).orElseThrow());
        }
        for (int i = 0; i < labels.size(); i++) {
            assertThat(new Rectangle2D.Double(0, 0, 600, 400).contains(labels.get(i)))
                    .isTrue();
            for (int j = 0; j < i; j++) {
                assertThat(labels.get(i).intersects(labels.get(j))).isFalse();
            }
        }
    }

    private static Document parsed(String svg) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    private static List<String> ids(Document document) {
        List<String> ids = new ArrayList<>();
        NodeList all = document.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            if (((Element) all.item(i)).hasAttribute("id")) {
                ids.add(((Element) all.item(i)).getAttribute("id"));
            }
        }
        return ids;
    }

    private static List<String> texts(Document document, String tag) {
        List<String> texts = new ArrayList<>();
        NodeList all = document.getElementsByTagName(tag);
        for (int i = 0; i < all.getLength(); i++) {
            texts.add(all.item(i).getTextContent());
        }
        return texts;
    }
}
