package org.ditlab.chart;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.ditlab.summary.Protocol;
import org.ditlab.summary.StudySummary;
import org.ditlab.table.PublishedRow;

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

    /** The charts without published points. */
    public static List<Chart> of(StudySummary study) throws IOException {
        return of(study, List.of());
    }

    /**
     * The charts in the order in which a report shows them, each with an id of its own.
     *
     * @param published rows of papers; shown where they were measured as the study measures
     */
    public static List<Chart> of(StudySummary study, List<PublishedRow> published) throws IOException {
        List<Chart> charts = new ArrayList<>();
        List<Protocol> protocols = study.protocols();
        for (int i = 0; i < protocols.size(); i++) {
            String id = CostAxis.GMACS.id() + (i == 0 ? "" : "-" + (i + 1));
            List<PublishedPoint> points = PublishedPoints.of(published, protocols.get(i), CostAxis.GMACS);
            CostVsFid.of(study, protocols.get(i), CostAxis.GMACS, id, points).ifPresent(charts::add);
        }
        charts.addAll(LadderWaterfall.of(study));
        if (!protocols.isEmpty()) {
            for (CostAxis axis : CostAxis.values()) {
                if (axis != CostAxis.GMACS) {
                    List<PublishedPoint> points = PublishedPoints.of(published, protocols.get(0), axis);
                    CostVsFid.of(study, protocols.get(0), axis, axis.id(), points)
                            .ifPresent(charts::add);
                }
            }
        }
        charts.addAll(GuidanceCurves.of(study));
        DownsamplerBars.of(study).ifPresent(charts::add);
        BlockCosts.of(study).ifPresent(charts::add);
        TrainingCurves.of(study).ifPresent(charts::add);
        charts.addAll(SnapshotCurves.of(study));
        LossByTimestep.of(study).ifPresent(charts::add);
        charts.addAll(LearnedRatios.of(study));
        return List.copyOf(charts);
    }
}
