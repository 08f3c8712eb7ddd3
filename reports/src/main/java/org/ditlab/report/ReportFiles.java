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
import org.ditlab.chart.ChartPng;
import org.ditlab.chart.ChartSvg;
import org.ditlab.chart.NearestPicture;
import org.ditlab.chart.SampleGrid;
import org.ditlab.chart.StudyCharts;
import org.ditlab.html.ReportPage;
import org.ditlab.store.AtomicFile;
import org.ditlab.summary.StudySummary;
import org.ditlab.table.ComparisonTable;
import org.ditlab.table.CsvTable;
import org.ditlab.table.LatexNumbers;
import org.ditlab.table.LatexTable;
import org.ditlab.table.MarkdownTable;
import org.ditlab.table.ReportTable;

/**
 * The files of a report as bytes: the same results give the same text and the same pictures; a picture's bytes
 * depend on the machine's fonts, which {@link PngStamp} looks past.
 *
 * @param study what they tell
 * @param table the comparison
 * @param files by name, the page to open first
 */
record ReportFiles(StudySummary study, ReportTable table, Map<String, byte[]> files) {
    private static final String OPTIONAL =
            "(" + String.join("|", StudyCharts.STEMS) + "|samples|nearest)(-[0-9]+)?\\.(svg|png|pdf)";

    /**
     * Reads a study and makes its report, in memory.
     *
     * @throws org.ditlab.study.StudyException when the directory holds no study with trials
     */
    static ReportFiles of(Path studyDirectory) throws IOException {
        StudySummary study = StudySummary.read(studyDirectory);
        ReportTable table = ComparisonTable.of(study);
        List<Chart> charts = StudyCharts.of(study);
        Optional<SampleGrid> samples = SampleGrid.of(study);
        Map<String, byte[]> files = new LinkedHashMap<>();
        List<NearestPicture> nearest = NearestPicture.of(study);
        put(
                files,
                "index.html",
                ReportPage.write(study, table, charts, samples.orElse(null), nearest));
        put(files, "table.md", MarkdownTable.write(table));
        put(files, "table.csv", CsvTable.write(table));
        put(files, "table.tex", LatexTable.write(table));
        put(files, "numbers.tex", LatexNumbers.write(table));
        for (Chart chart : charts) {
            String svg = ChartSvg.write(chart);
            put(files, chart.id() + ".svg", svg);
            files.put(chart.id() + ".png", PngStamp.stamp(ChartPng.write(chart), svg));
        }
        if (samples.isPresent()) {
            files.put("samples.png", samples.get().png());
        }
        if (!nearest.isEmpty()) {
            files.put("nearest.png", NearestPicture.png(nearest));
        }
        return new ReportFiles(study, table, files);
    }

    /** Writes every file, each whole or not at all, and takes away pictures that no result stands behind any more. */
    List<Path> write(Path directory) throws IOException {
        Files.createDirectories(directory);
        List<Path> written = new ArrayList<>();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path target = directory.resolve(file.getKey());
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

    private List<Path> surplus(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.filter(path -> path.getFileName().toString().matches(OPTIONAL)
                            && !files.containsKey(path.getFileName().toString()))
                    .sorted()
                    .toList();
        }
    }

    private static boolean same(Path file, byte[] content) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        byte[] written = Files.readAllBytes(file);
        return Arrays.equals(written, content) || PngStamp.same(written, content);
    }

    private static void put(Map<String, byte[]> files, String name, String text) {
        files.put(name, text.getBytes(StandardCharsets.UTF_8));
    }
}
