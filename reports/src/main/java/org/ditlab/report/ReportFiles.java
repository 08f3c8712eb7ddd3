package org.ditlab.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.ditlab.chart.Chart;
import org.ditlab.chart.ChartPdf;
import org.ditlab.chart.ChartPng;
import org.ditlab.chart.ChartSvg;
import org.ditlab.chart.NearestPicture;
import org.ditlab.chart.SampleGrid;
import org.ditlab.chart.StudyCharts;
import org.ditlab.finding.Finding;
import org.ditlab.finding.Findings;
import org.ditlab.html.PageContent;
import org.ditlab.html.ReportPage;
import org.ditlab.store.AtomicFile;
import org.ditlab.summary.MergedStudies;
import org.ditlab.summary.StudySummary;
import org.ditlab.table.ComparisonTable;
import org.ditlab.table.CsvTable;
import org.ditlab.table.LatexNumbers;
import org.ditlab.table.LatexTable;
import org.ditlab.table.MarkdownTable;
import org.ditlab.table.PublishedRows;
import org.ditlab.table.PublishedTable;
import org.ditlab.table.ReportTable;
import org.ditlab.table.TableOptions;

/**
 * The files of a report as bytes: the same results give the same text and the same pictures; a picture's bytes
 * depend on the Java platform, which {@link PngStamp} and {@link PdfStamp} look past.
 *
 * @param study what they tell
 * @param table the comparison
 * @param files by name, the page to open first
 */
record ReportFiles(StudySummary study, ReportTable table, Map<String, byte[]> files) {
    private static final String OPTIONAL = "(" + String.join("|", StudyCharts.STEMS)
            + "|samples|nearest)(-[0-9]+)?\\.(svg|png|pdf)|published\\.(md|csv|tex)|findings\\.md|options\\.json|"
            + FindingFiles.FOLDER + "/[a-z0-9-]+\\.(md|csv|tex|json|yaml)";

    /**
     * Reads a study, or several as one, and makes the report, in memory.
     *
     * @throws org.ditlab.study.StudyException when a directory holds no study with trials
     */
    static ReportFiles of(List<Path> studyDirectories, TableOptions options) throws IOException {
        List<StudySummary> studies = new ArrayList<>();
        for (Path directory : studyDirectories) {
            studies.add(StudySummary.read(directory));
        }
        StudySummary study = MergedStudies.of(studies);
        ReportTable table = ComparisonTable.of(study, options);
        Optional<ReportTable> published = PublishedTable.of(study, options.published());
        List<Finding> findings = Findings.of(study);
        List<Chart> charts = StudyCharts.of(study, PublishedRows.of(study, options.published()));
        Optional<SampleGrid> samples = SampleGrid.of(study);
        List<NearestPicture> nearest = NearestPicture.of(study);
        Map<String, byte[]> files = new LinkedHashMap<>();
        List<ReportTable> tables = new ArrayList<>(List.of(table));
        published.ifPresent(tables::add);
        put(
                files,
                "index.html",
                ReportPage.write(new PageContent(study, tables, charts, findings, samples, nearest, options)));
        put(files, "table", table);
        put(files, "numbers.tex", LatexNumbers.write(table));
        if (published.isPresent()) {
            put(files, PublishedTable.NAME, published.get());
        }
        FindingFiles.put(files, study, findings);
        if (!options.equals(TableOptions.STANDARD)) {
            put(files, OptionsFile.NAME, OptionsFile.write(options));
        }
        for (Chart chart : charts) {
            String svg = ChartSvg.write(chart);
            put(files, chart.id() + ".svg", svg);
            files.put(chart.id() + ".png", PngStamp.stamp(ChartPng.write(chart), svg));
            files.put(chart.id() + ".pdf", ChartPdf.write(chart, PngStamp.digest(svg)));
        }
        if (samples.isPresent()) {
            files.put("samples.png", samples.get().png());
        }
        if (!nearest.isEmpty()) {
            files.put("nearest.png", NearestPicture.png(nearest));
        }
        return new ReportFiles(study, table, files);
    }

    /** Writes every file, each whole or not at all, and takes away those that no result stands behind any more. */
    List<Path> write(Path directory) throws IOException {
        Files.createDirectories(directory);
        List<Path> written = new ArrayList<>();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path target = directory.resolve(file.getKey());
            Files.createDirectories(target.getParent());
            if (!same(target, file.getValue())) {
                AtomicFile.write(target, file.getValue());
            }
            written.add(target);
        }
        for (Path surplus : surplus(directory)) {
            Files.delete(surplus);
        }
        return List.copyOf(written);
    }

    /** What is wrong with a written report: one line per file that is missing, stale, or no longer part of it. */
    List<String> differences(Path directory) throws IOException {
        List<String> differences = new ArrayList<>();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path written = directory.resolve(file.getKey());
            if (!Files.isRegularFile(written)) {
                differences.add(written + ": missing");
            } else if (!same(written, file.getValue())) {
                differences.add(written + ": stale");
            }
        }
        for (Path surplus : surplus(directory)) {
            differences.add(surplus + ": no longer part of the report");
        }
        return differences;
    }

    /** Files of a report that are none of this one's; what else lies there is somebody's own. */
    private List<Path> surplus(Path directory) throws IOException {
        List<Path> surplus = new ArrayList<>();
        for (String folder : List.of("", FindingFiles.FOLDER)) {
            Path listed = directory.resolve(folder);
            if (Files.isDirectory(listed)) {
                try (Stream<Path> paths = Files.list(listed)) {
                    paths.filter(path -> {
                                String name =
                                        directory.relativize(path).toString().replace('\\', '/');
                                return name.matches(OPTIONAL) && !files.containsKey(name);
                            })
                            .sorted()
                            .forEach(surplus::add);
                }
            }
        }
        return surplus;
    }

    private static boolean same(Path file, byte[] content) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        byte[] written = Files.readAllBytes(file);
        return Arrays.equals(written, content) || PngStamp.same(written, content) || PdfStamp.same(written, content);
    }

    /** A table in the three formats that are pasted or read on. */
    static void put(Map<String, byte[]> files, String stem, ReportTable table) {
        put(files, stem + ".md", MarkdownTable.write(table));
        put(files, stem + ".csv", CsvTable.write(table));
        put(files, stem + ".tex", LatexTable.write(table));
    }

    static void put(Map<String, byte[]> files, String name, String text) {
        files.put(name, text.getBytes(StandardCharsets.UTF_8));
    }
}
