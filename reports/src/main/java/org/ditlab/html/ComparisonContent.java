package org.ditlab.html;

import java.util.List;
import org.ditlab.summary.StudySummary;
import org.ditlab.table.ReportTable;

/**
 * What the page of two variants shows.
 *
 * @param pair both variants as a study of two, so that its charts, samples and sections are a study's
 * @param sentences what came out
 * @param knobs in which the two differ
 * @param numbers costs and metrics side by side
 * @param difference how the second's model differs from the first's; empty where it does not, or where that is not known
 * @param command what makes the page again
 */
public record ComparisonContent(
        StudySummary pair,
        List<String> sentences,
        List<KnobChange> knobs,
        ReportTable numbers,
        String difference,
        String command) {
    public ComparisonContent {
        sentences = List.copyOf(sentences);
        knobs = List.copyOf(knobs);
    }
}
