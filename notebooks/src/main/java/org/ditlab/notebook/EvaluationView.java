package org.ditlab.notebook;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.ditlab.metric.Interval;
import org.ditlab.metric.evaluation.EvaluationResult;
import org.ditlab.metric.evaluation.EvaluationText;
import org.ditlab.metric.evaluation.Measured;
import org.ditlab.metric.evaluation.Metric;

/** Metrics of images: a row per number, a column per suite, and the protocols to unfold. */
final class EvaluationView {
    private EvaluationView() {}

    static String html(EvaluationResult result) {
        HtmlGrid grid = new HtmlGrid().names("");
        result.columns().forEach(column -> grid.numbers(column.suite()));
        Set<String> keys = new LinkedHashSet<>();
        result.columns().forEach(column -> column.measured().forEach(measured -> keys.add(measured.key())));
        for (String key : keys) {
            List<String> row = new ArrayList<>(List.of(Metric.label(key)));
            result.columns().forEach(column -> row.add(cell(column, key)));
            grid.row(row);
        }
        result.remarks().forEach(remark -> grid.note("note: " + remark));
        String text = new EvaluationText(result).text();
        return HtmlGrid.paragraph(result.samples() + " against " + result.reference())
                + grid.html()
                + "<details><summary>how it was measured</summary>"
                + HtmlGrid.preformatted(text.substring(Math.max(0, text.indexOf("protocol\n"))))
                + "</details>";
    }

    private static String cell(EvaluationResult.Column column, String key) {
        Optional<Measured> found =
                column.measured().stream().filter(one -> one.key().equals(key)).findFirst();
        if (found.isEmpty()) {
            return "-";
        }
        Measured measured = found.get();
        Interval interval = measured.interval();
        return number(measured.value())
                + (measured.deviation() == null ? "" : " ± " + number(measured.deviation()))
                + (interval == null ? "" : " [" + number(interval.low()) + ", " + number(interval.high()) + "]");
    }

    static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 0.01 && value != 0 ? "%.3g" : "%.4f", value);
    }
}
