package org.ditlab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.ditlab.command.Reporter;
import org.ditlab.study.StudyException;
import org.ditlab.summary.StudyFixture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportWriterTests {
    @TempDir
    Path directory;

    @Test
    void isFoundByRun() {
        assertThat(ServiceLoader.load(Reporter.class)).anyMatch(ReportWriter.class::isInstance);
    }

    @Test
    void writesAllFilesAndThePageFirst() throws IOException {
        List<Path> files = new ReportWriter().report(StudyFixture.standard(directory));
        assertThat(files.stream().map(file -> file.getFileName().toString()))
                .startsWith(
                        "index.html",
                        "table.md",
                        "table.csv",
                        "table.tex",
                        "numbers.tex",
                        "published.md",
                        "published.csv",
                        "published.tex")
                .contains(
                        "findings.md",
                        "pareto.csv",
                        "gmacs-vs-fid.svg",
                        "gmacs-vs-fid.png",
                        "gmacs-vs-fid.pdf",
                        "training-gmacs-vs-fid.svg",
                        "training-gmacs-vs-fid.png",
                        "training-gmacs-vs-fid.pdf",
                        "time-vs-fid.svg",
                        "time-vs-fid.png",
                        "time-vs-fid.pdf",
                        "memory-vs-fid.svg",
                        "memory-vs-fid.png",
                        "memory-vs-fid.pdf",
                        "parameters-vs-fid.svg",
                        "parameters-vs-fid.png",
                        "parameters-vs-fid.pdf",
                        "curves.svg",
                        "curves.png",
                        "curves.pdf",
                        "samples.png");
        assertThat(files).allMatch(Files::isRegularFile);
        assertThat(content(directory.resolve("report"))).hasSameSizeAs(files);
    }

    @Test
    void ofLatentsItTellsLossesAlone() throws IOException {
        List<Path> files = new ReportWriter().report(StudyFixture.latents(directory));
        assertThat(files.stream().map(file -> file.getFileName().toString()))
                .contains("index.html", "table.md", "curves.svg", "curves.png", "curves.pdf")
                .noneMatch(name -> name.contains("fid") || name.startsWith("samples"));
        assertThat(Files.readString(files.get(0)))
                .contains("latents, which need a decoder", "--data PATH_OF_THE_LATENTS", "Training loss")
                .doesNotContain("FID[", ">Labels<", "No trial has been measured");
        assertThat(Files.readString(files.get(1)))
                .contains("| U-DiT | 1 |", "0.155")
                .doesNotContain("uniform");
    }

    @Test
    void aSecondReportIsTheSameByteForByte() throws IOException {
        new ReportWriter().report(StudyFixture.standard(directory));
        Map<String, String> first = content(directory.resolve("report"));
        try (Stream<Path> files = Files.walk(directory.resolve("report"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
        new ReportWriter().report(directory);
        assertThat(content(directory.resolve("report"))).isEqualTo(first);
    }

    @Test
    void thePageStandsAloneAndEscapesWhatComesFromFiles() throws IOException {
        new ReportWriter().report(StudyFixture.standard(directory));
        String page = Files.readString(directory.resolve("report/index.html"));
        assertThat(page)
                .contains("wide &amp; &lt;deep&gt;", "&lt;at a cost&gt;")
                .doesNotContain("<deep>", "<at a cost>");
        assertThat(page.replace("http://www.w3.org/2000/svg", ""))
                .doesNotContain("http:", "https:", "src=\"/", "@import");
        assertThat(page).contains("Content-Security-Policy", "default-src 'none'");
        assertThat(page).contains("9 of 11 trials done, 1 planned, 1 diverged", "alt=\"12 samples of base\"");
        assertThat(page).contains("./ditlab run quickstart.yaml", "./ditlab report quickstart --check");
        assertThat(page).contains("jvm.version").contains("17.0.15");
        assertThat(page).doesNotContain(directory.toString());
    }

    @Test
    void theHeadlineComparesPairedSeeds() throws IOException {
        new ReportWriter().report(StudyFixture.complete(directory));
        assertThat(Files.readString(directory.resolve("report/index.html")))
                .contains(
                        "Lowest mean FID[classifier:shapes-16]: wide",
                        "Difference to base over 3 paired seeds: -5.83 \u00b1 0.87",
                        "leaves out 0")
                .doesNotContain("Unfinished");
    }

    @Test
    void aStudyThatHasNotBegunHasAReportWithoutPictures() throws IOException {
        List<Path> files = new ReportWriter().report(StudyFixture.planned(directory));
        assertThat(files).hasSize(8);
        assertThat(Files.readString(files.get(0))).contains("0 of 2 trials done, 2 planned");
    }

    @Test
    void picturesThatNoResultStandsBehindGo() throws IOException {
        Path report = Files.createDirectories(StudyFixture.planned(directory).resolve("report"));
        Files.writeString(report.resolve("samples.png"), "old");
        Files.writeString(report.resolve("notes.txt"), "mine");
        Path finding = Files.createDirectories(report.resolve("findings")).resolve("pareto.csv");
        Files.writeString(finding, "old");
        new ReportWriter().report(directory);
        assertThat(report.resolve("samples.png")).doesNotExist();
        assertThat(finding).doesNotExist();
        assertThat(report.resolve("notes.txt")).exists();
    }

    @Test
    void twoProtocolsHaveAChartEach() throws IOException {
        assertThat(new ReportWriter().report(StudyFixture.twoProtocols(directory)))
                .contains(directory.resolve("report/gmacs-vs-fid.svg"), directory.resolve("report/gmacs-vs-fid-2.svg"));
    }

    @Test
    void aDirectoryWithoutAStudyIsRefused() {
        assertThatThrownBy(() -> new ReportWriter().report(directory))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("study.json");
    }

    /** Processor time of the thread that writes, so that neither a busy machine nor other tests decide. */
    @Test
    @Tag("long")
    void aThousandTrialsTakeTheWritingThreadLessThanTenSeconds() throws IOException {
        Path study = StudyFixture.large(directory, 500, 200);
        long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        assertThat(new ReportWriter().report(study)).hasSizeGreaterThan(10);
        assertThat(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin)
                .isLessThan(10_000_000_000L);
    }

    private static Map<String, String> content(Path folder) throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                content.put(
                        file.getFileName().toString(), new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1));
            }
        }
        return content;
    }
}
