package org.ditlab.html;

import freemarker.template.Configuration;
import freemarker.template.Template;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ditlab.chart.Chart;
import org.ditlab.chart.ChartSvg;
import org.ditlab.chart.LineChart;
import org.ditlab.chart.NearestPicture;
import org.ditlab.chart.SampleGrid;
import org.ditlab.chart.SampleStrip;
import org.ditlab.summary.StudySummary;
import org.ditlab.table.HtmlTable;
import org.ditlab.table.ReportTable;
import org.jspecify.annotations.Nullable;

/** {@code index.html}: one self-contained page. */
public final class ReportPage {
    private static final Configuration TEMPLATES = templates();

    private ReportPage() {}

    /**
     * The page.
     *
     * @param charts every chart, in the order of the page
     * @param samples or null where there are none yet
     * @param nearest samples beside training images
     */
    public static String write(
            StudySummary study,
            ReportTable table,
            List<Chart> charts,
            @Nullable SampleGrid samples,
            List<NearestPicture> nearest)
            throws IOException {
        Map<String, Object> model = new HashMap<>();
        model.put("study", study.name());
        model.put("claim", study.text("claim"));
        model.put("paper", study.text("paper"));
        model.put("progress", study.progress());
        model.put("complete", study.complete());
        model.put("headline", Headline.of(study));
        model.put("differences", Differences.of(study));
        model.put("table", HtmlTable.write(table));
        model.put("caption", table.caption());
        model.put("charts", svg(charts, false));
        model.put("curves", svg(charts, true));
        model.put("nearest", nearest.stream().map(ReportPage::row).toList());
        model.put("samples", samples == null ? List.of() : strips(samples));
        model.put("samplesCaption", samples == null ? "" : samples.caption());
        model.put("specification", study.specification());
        model.put("provenance", provenance(study));
        model.put("commands", Reproduction.of(study));
        StringWriter page = new StringWriter();
        try {
            Template template = TEMPLATES.getTemplate("index.ftlh");
            template.process(model, page);
        } catch (TemplateException e) {
            throw new IOException("the report's template failed: " + e.getMessage(), e);
        }
        return page.toString();
    }

    /** The charts whose axis is time, or the others. */
    private static List<String> svg(List<Chart> charts, boolean curves) {
        return charts.stream()
                .filter(chart -> chart instanceof LineChart == curves)
                .map(ChartSvg::write)
                .toList();
    }

    private static List<Map<String, Object>> strips(SampleGrid samples) throws IOException {
        List<Map<String, Object>> strips = new ArrayList<>();
        for (SampleStrip strip : samples.strips()) {
            strips.add(Map.of(
                    "variant",
                    strip.variant(),
                    "count",
                    strip.count(),
                    "image",
                    Base64.getEncoder().encodeToString(SampleGrid.png(strip))));
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
    private static List<List<String>> provenance(StudySummary study) {
        List<List<String>> rows = new ArrayList<>();
        study.provenance().forEach((key, values) -> {
            List<String> texts = new ArrayList<>();
            values.forEach((value, count) -> texts.add(
                    values.size() == 1 ? value : value + " (" + count + (count == 1 ? " attempt)" : " attempts)")));
            int shown = Math.min(texts.size(), 8);
            String more = texts.size() > shown ? ", and " + (texts.size() - shown) + " more values" : "";
            rows.add(List.of(key, String.join(", ", texts.subList(0, shown)) + more));
        });
        return rows;
    }

    private static Configuration templates() {
        Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
        configuration.setClassForTemplateLoading(ReportPage.class, "");
        configuration.setDefaultEncoding("UTF-8");
        configuration.setLocale(Locale.ROOT);
        configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
        configuration.setLogTemplateExceptions(false);
        return configuration;
    }
}
