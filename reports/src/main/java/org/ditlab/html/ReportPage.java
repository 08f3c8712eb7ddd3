package org.ditlab.html;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.ditlab.chart.Chart;
import org.ditlab.chart.ChartSvg;
import org.ditlab.chart.NearestPicture;
import org.ditlab.chart.SampleGrid;
import org.ditlab.chart.SampleStrip;
import org.ditlab.chart.ScatterChart;
import org.ditlab.finding.Finding;
import org.ditlab.summary.StudySummary;
import org.ditlab.table.HtmlTable;
import org.ditlab.table.PublishedTable;
import org.ditlab.table.ReportTable;

/** {@code index.html}: one self-contained page. */
public final class ReportPage {
    /** Pixels of the sample grid in the page, before compression. */
    private static final int GRID_BYTES = 2_000_000;

    private static final int FEWEST_SAMPLES = 4;
    private static final int PROVENANCE_VALUES = 4;
    /** Charts of quality against other costs than the first one's. */
    private static final String FOLDED = "(training-gmacs|time|memory|parameters)-vs-fid(-[0-9]+)?";

    private ReportPage() {}

    /** The page as text; the same content gives the same text. */
    public static String write(PageContent content) throws IOException {
        StudySummary study = content.study();
        Map<String, Object> model = new HashMap<>();
        model.put("study", study.name());
        model.put("claim", study.text("claim"));
        model.put("paper", study.text("paper"));
        model.put("progress", study.progress());
        model.put("complete", study.complete());
        model.put("headline", Headline.of(study));
        model.put("differences", Differences.of(study));
        model.put("tables", content.tables().stream().map(ReportPage::table).toList());
        List<Map<String, Object>> charts =
                content.charts().stream().map(ReportPage::chart).toList();
        model.put("charts", charts);
        model.put(
                "foldedCharts",
                charts.stream()
                        .filter(chart -> Boolean.TRUE.equals(chart.get("folded")))
                        .toList());
        model.put(
                "findings", content.findings().stream().map(ReportPage::finding).toList());
        model.put(
                "samples",
                content.samples().isEmpty()
                        ? List.of()
                        : strips(content.samples().get()));
        model.put("samplesCaption", content.samples().map(SampleGrid::caption).orElse(""));
        model.put("nearest", content.nearest().stream().map(ReportPage::row).toList());
        model.put("variants", VariantSections.of(study));
        model.put("specification", study.specification());
        model.put("provenance", provenance(study));
        model.put("commands", Reproduction.of(study, content.options()));
        return Templates.fill("index.ftlh", model);
    }

    /** A chart as SVG, with its id. */
    static Map<String, Object> chart(Chart chart) {
        boolean folded = chart.id().matches(FOLDED);
        String axis =
                chart instanceof ScatterChart scatter ? scatter.x().title().replaceAll(" *[(,].*", "") : "";
        return Map.of("id", chart.id(), "axis", axis, "folded", folded, "svg", ChartSvg.write(chart));
    }

    static Map<String, Object> table(ReportTable table) {
        String title = table.name().equals(PublishedTable.NAME) ? "Published values" : table.name();
        return Map.of(
                "html",
                HtmlTable.write(table),
                "title",
                title,
                "rows",
                table.rows().size(),
                "caption",
                table.caption());
    }

    private static Map<String, Object> finding(Finding finding) {
        return Map.of(
                "id",
                finding.id(),
                "title",
                finding.title(),
                "sentences",
                finding.sentences(),
                "tables",
                finding.tables().stream().map(ReportPage::table).toList());
    }

    static List<Map<String, Object>> strips(SampleGrid samples) throws IOException {
        int bytes = samples.strips().stream().mapToInt(StripPicture::bytes).sum();
        int most = Math.max(FEWEST_SAMPLES, GRID_BYTES / Math.max(1, bytes));
        List<Map<String, Object>> strips = new ArrayList<>();
        for (SampleStrip strip : samples.strips()) {
            strips.add(StripPicture.of(strip, most));
        }
        return strips;
    }

    private static Map<String, Object> row(NearestPicture nearest) {
        return Map.of(
                "variant",
                nearest.variant(),
                "caption",
                nearest.caption(),
                "image",
                Base64.getEncoder().encodeToString(nearest.png()));
    }

    /** By key: the values that attempts recorded, each with their number where there is more than one. */
    static List<List<String>> provenance(StudySummary study) {
        List<List<String>> rows = new ArrayList<>();
        study.provenance().forEach((key, values) -> {
            String texts = values.entrySet().stream()
                    .limit(PROVENANCE_VALUES)
                    .map(value -> values.size() == 1
                            ? value.getKey()
                            : value.getKey() + " (" + value.getValue()
                                    + (value.getValue() == 1 ? " attempt)" : " attempts)"))
                    .collect(Collectors.joining(", "));
            int more = values.size() - PROVENANCE_VALUES;
            rows.add(List.of(key, more > 0 ? texts + ", and " + more + " more values" : texts));
        });
        return rows;
    }
}
