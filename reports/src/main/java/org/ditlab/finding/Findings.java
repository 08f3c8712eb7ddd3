package org.ditlab.finding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ditlab.summary.StudySummary;

/** All findings of a study, in the order in which a report tells them. */
public final class Findings {
    private Findings() {}

    /**
     * The findings that the study has enough results for: {@code ladder}, {@code tests}, {@code attribution}, {@code pareto},
     * {@code scaling} and {@code surrogate}, once for each way of measuring FID, or once for the held-out loss where no FID is
     * measured. Of a further way of measuring the ids end in {@code -2}, {@code -3}.
     */
    public static List<Finding> of(StudySummary study) {
        List<Optional<Finding>> findings = new ArrayList<>();
        for (Measure measure : Measure.of(study)) {
            findings.add(LadderFinding.of(study, measure));
            findings.add(TestsFinding.of(study, measure));
            findings.add(AttributionFinding.of(study, measure));
            findings.add(ParetoFinding.of(measure));
            findings.add(ScalingFinding.of(measure));
            findings.add(SurrogateFinding.of(study, measure));
        }
        return findings.stream().flatMap(Optional::stream).toList();
    }
}
