package org.ditlab.finding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.ditlab.summary.StudySummary;
import org.ditlab.table.ReportTable;

/** All findings of a study, in the order in which a report tells them. */
public final class Findings {
    private Findings() {}

    /**
     * The findings that the study has enough results for: {@code ladder}, {@code tests}, {@code attribution}, {@code pareto},
     * {@code scaling} and {@code surrogate}, once for each way of measuring FID, or once for the held-out loss where no FID is
     * measured. Of a further way of measuring the ids end in {@code -2}, {@code -3}.
     */
    public static List<Finding> of(StudySummary study) {
        List<Finding> findings = new ArrayList<>();
        for (Measure measure : Measure.of(study)) {
            Stream.of(
                            LadderFinding.of(study, measure),
                            TestsFinding.of(study, measure),
                            AttributionFinding.of(study, measure),
                            ParetoFinding.of(measure),
                            ScalingFinding.of(measure),
                            SurrogateFinding.of(study, measure))
                    .flatMap(Optional::stream)
                    .map(finding -> measured(finding, measure))
                    .forEach(findings::add);
        }
        return List.copyOf(findings);
    }

    /** No number without its protocol: every table's caption ends with how the metric was measured. */
    private static Finding measured(Finding finding, Measure measure) {
        if (measure.protocol().isEmpty()) {
            return finding;
        }
        List<ReportTable> tables = finding.tables().stream()
                .map(table -> {
                    List<String> caption = new ArrayList<>(table.caption());
                    caption.add(measure.protocol());
                    return new ReportTable(table.name(), table.model(), table.rows(), table.columns(), caption);
                })
                .toList();
        return new Finding(finding.id(), finding.title(), finding.sentences(), tables, finding.files());
    }
}
