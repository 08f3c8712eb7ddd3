package org.ditlab.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.ditlab.summary.StudySummary;
import org.ditlab.table.PublishedChoice;
import org.ditlab.table.PublishedRow;
import org.ditlab.table.PublishedRows;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** What holds of the files of every chart. */
class ChartFilesTests {
    private static List<Chart> oneOfEachKind() throws IOException {
        return List.of(
                find(ChartFixture.ladder(3), "gmacs-vs-fid"),
                find(ChartFixture.ladder(3), "ladder-waterfall"),
                find(ChartFixture.guidance(), "fid-over-guidance"),
                find(ChartFixture.ladder(3), "gmacs-by-block"),
                find(ChartFixture.routing(), "learned-ratios"));
    }

    private static Chart find(StudySummary study, String id) throws IOException {
        return StudyCharts.of(study).stream()
                .filter(chart -> chart.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("oneOfEachKind")
    void svgHasRealTextAndUniqueIdsAndEveryPointNamesItsTrials(Chart chart) throws Exception {
        String svg = ChartSvg.write(chart);
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertThat(svg).startsWith("<svg ").doesNotContain("href", "url(", "<style", "<script", "NaN");
        assertThat(document.getDocumentElement().getAttribute("role")).isEqualTo("img");
        Set<String> ids = new HashSet<>();
        int points = 0;
        for (Element element : elements(document)) {
            if (element.hasAttribute("id")) {
                assertThat(ids.add(element.getAttribute("id")))
                        .as(element.getAttribute("id"))
                        .isTrue();
                assertThat(element.getAttribute("id")).startsWith(chart.id());
            }
            if (element.getAttribute("class").equals("point")) {
                points++;
                assertThat(element.getAttribute("tabindex")).isEqualTo("0");
                assertThat(element.getAttribute("data-variant")).startsWith("v");
                assertThat(element.getAttribute("data-hash")).matches("[0-9a-f]{12}( [0-9a-f]{12})*");
                assertThat(element.getFirstChild().getNextSibling().getNodeName())
                        .isEqualTo("title");
            }
        }
        assertThat(points).isPositive();
    }

    @ParameterizedTest
    @MethodSource("oneOfEachKind")
    void pdfHasTheTextOfTheChartAndTheSameBytesAgain(Chart chart) throws IOException {
        byte[] pdf = ChartPdf.write(chart, "source");
        try (PDDocument document = Loader.loadPDF(pdf)) {
            String text = new PDFTextStripper().getText(document);
            assertThat(text)
                    .contains(
                            Frame.title(chart.title()),
                            Frame.lines(chart.subtitle()).get(0));
            assertThat(document.getDocumentInformation().getCustomMetadataValue(ChartPdf.SOURCE))
                    .isEqualTo("source");
        }
        assertThat(ChartPdf.write(chart, "source")).isEqualTo(pdf);
        assertThat(pdf.length).isLessThan(120_000);
    }

    @ParameterizedTest
    @MethodSource("oneOfEachKind")
    void pngShowsMoreThanPaper(Chart chart) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(ChartPng.write(chart)));
        Set<Integer> colours = new HashSet<>();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                colours.add(image.getRGB(x, y));
            }
        }
        assertThat(image.getWidth()).isEqualTo(1520);
        assertThat(colours).hasSizeGreaterThan(20);
    }

    /** Names in a script that the embedded letters lack, and characters that XML forbids. */
    @Test
    void anyNameCanBeDrawn() throws IOException {
        ScatterPoint point = new ScatterPoint(
                "v1",
                "\u6a21\u578b \u0001 <b> & \ud83d\ude00",
                1,
                2,
                Double.NaN,
                List.of(2.0),
                Style.of(0),
                List.of("\u0007"),
                Subject.NONE);
        Axis axis = Axis.fitting("axis", 1, 3);
        Chart chart =
                new ScatterChart("any", "title", "subtitle", axis, axis, List.of(point), List.of(), List.of("v1"));

        assertThat(ChartSvg.write(chart)).contains("&lt;b&gt; &amp;").doesNotContain("\u0001", "\u0007");
        assertThat(ChartPdf.write(chart, "s")).isNotEmpty();
        assertThat(ChartPng.write(chart)).isNotEmpty();
    }

    @Test
    void publishedPointsAreHollowAndNoPartOfTheFront() throws IOException {
        StudySummary study = ChartFixture.ladder(2);
        ScatterPoint published = new ScatterPoint(
                "published-1",
                "DiT-S/2",
                0.03,
                100,
                Double.NaN,
                List.of(),
                Style.published(0),
                List.of("paper"),
                Subject.NONE);
        ScatterChart chart = CostVsFid.of(
                        study,
                        study.protocols().get(0),
                        CostAxis.GMACS,
                        "gmacs-vs-fid",
                        List.of(new PublishedPoint(published, "paper: all")))
                .orElseThrow();

        assertThat(chart.front()).doesNotContain("published-1");
        assertThat(chart.x().holds(0.03)).isTrue();
        assertThat(chart.y().holds(100)).isTrue();
        assertThat(chart.subtitle()).contains("Hollow marks: published values", "(paper: all)");
        assertThat(ChartSvg.write(chart)).contains("class=\"paper hollow\"");
    }

    @Test
    void rowsOfPapersStandBesideWhatWasMeasuredAsTheyWere() throws IOException {
        StudySummary study = ChartFixture.inception();
        List<PublishedRow> rows = PublishedRows.of(study, PublishedChoice.MATCHING);
        List<Chart> charts = StudyCharts.of(study, rows);

        ScatterChart gmacs = (ScatterChart) charts.get(0);
        assertThat(gmacs.points()).filteredOn(point -> point.style().hollow()).isNotEmpty();
        assertThat(gmacs.points().stream().filter(point -> point.style().hollow()))
                .hasSizeLessThanOrEqualTo(24)
                .allMatch(point -> point.description().stream().anyMatch(line -> line.startsWith("GMACs of ")));
        assertThat(gmacs.subtitle()).contains("U-DiT: torchprofile's");
        assertThat(gmacs.front()).noneMatch(id -> id.startsWith("published"));
        assertThat(charts.stream().filter(chart -> chart.id().equals("time-vs-fid")))
                .singleElement()
                .satisfies(chart -> assertThat(((ScatterChart) chart).points()).hasSize(2));
        assertThat(((ScatterChart) StudyCharts.of(ChartFixture.ladder(1), rows).get(0)).points())
                .noneMatch(point -> point.style().hollow());
    }

    /** To be looked at: {@code target/charts}. */
    @Test
    @Tag("long")
    void everyChartIsWrittenToBeLookedAt() throws IOException {
        Path folder = Files.createDirectories(Path.of("target/charts"));
        List<Chart> charts = new ArrayList<>();
        for (StudySummary study : List.of(
                ChartFixture.ladder(3),
                ChartFixture.guidance(),
                ChartFixture.downsamplers(),
                ChartFixture.routing(),
                ChartFixture.inception(),
                ChartFixture.many(30))) {
            for (Chart chart : StudyCharts.of(study, PublishedRows.of(study, PublishedChoice.MATCHING))) {
                String name = study.name() + "-" + chart.id();
                Files.writeString(folder.resolve(name + ".svg"), ChartSvg.write(chart));
                Files.write(folder.resolve(name + ".png"), ChartPng.write(chart));
                Files.write(folder.resolve(name + ".pdf"), ChartPdf.write(chart, name));
                charts.add(chart);
            }
        }
        assertThat(charts).hasSizeGreaterThan(15);
    }

    private static List<Element> elements(Document document) {
        List<Element> elements = new ArrayList<>();
        NodeList all = document.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            elements.add((Element) all.item(i));
        }
        return elements;
    }
}
