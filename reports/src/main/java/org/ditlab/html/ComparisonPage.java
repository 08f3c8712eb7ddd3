package org.ditlab.html;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ditlab.chart.Chart;
import org.ditlab.chart.LineChart;
import org.ditlab.chart.SampleGrid;
import org.ditlab.chart.StudyCharts;
import org.ditlab.summary.StudySummary;

/** The page of two variants: one self-contained file, as {@link ReportPage} is. */
public final class ComparisonPage {
    private ComparisonPage() {}

    /** The page as text; the same content gives the same text. */
    public static String write(ComparisonContent content) throws IOException {
        StudySummary pair = content.pair();
        Optional<SampleGrid> samples = SampleGrid.of(pair);
        Map<String, Object> model = new HashMap<>();
        model.put("title", pair.name());
        model.put("first", pair.variants().get(0).name());
        model.put("second", pair.variants().get(1).name());
        model.put("sentences", content.sentences());
        model.put("knobs", content.knobs().stream().map(KnobChange::row).toList());
        model.put("numbers", ReportPage.table(content.numbers()));
        model.put("difference", content.difference());
        // Of two points no chart of cost and quality says more than the table.
        model.put(
                "charts",
                StudyCharts.of(pair).stream()
                        .filter(LineChart.class::isInstance)
                        .map((Chart chart) -> ReportPage.chart(chart))
                        .toList());
        model.put("samples", samples.isEmpty() ? List.of() : ReportPage.strips(samples.get()));
        model.put("samplesCaption", samples.map(SampleGrid::caption).orElse(""));
        model.put("variants", VariantSections.of(pair));
        model.put("provenance", ReportPage.provenance(pair));
        model.put("command", content.command());
        return Templates.fill("compare.ftlh", model);
    }
}
