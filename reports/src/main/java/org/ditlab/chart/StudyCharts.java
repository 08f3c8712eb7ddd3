package org.ditlab.chart;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.ditlab.summary.Protocol;
import org.ditlab.summary.StudySummary;

/** Every chart that a study has numbers for. */
public final class StudyCharts {
    /** What the ids of charts begin with; a number follows where there is more than one. */
    public static final List<String> STEMS = List.of(
            "gmacs-vs-fid",
            "training-gmacs-vs-fid",
            "time-vs-fid",
            "memory-vs-fid",
            "parameters-vs-fid",
            "ladder-waterfall",
            "fid-over-guidance",
            "downsamplers",
            "gmacs-by-block",
            "curves",
            "fid-over-steps",
            "heldout-over-steps",
            "loss-by-timestep",
            "learned-ratios");

    private StudyCharts() {}

    /** The charts in the order in which a report shows them, each with an id of its own. */
    public static List<Chart> of(StudySummary study) throws IOException {
        List<Chart> charts = new ArrayList<>();
        List<Protocol> protocols = study.protocols();
        for (int i = 0; i < protocols.size(); i++) {
            String id = i == 0 ? "gmacs-vs-fid" : "gmacs-vs-fid-" + (i + 1);
            GmacsVsFid.of(study, protocols.get(i), id).ifPresent(charts::add);
        }
        TrainingCurves.of(study).ifPresent(charts::add);
        charts.addAll(SnapshotCurves.of(study));
        return List.copyOf(charts);
    }
}
