package org.ditlab.html;

import java.util.List;
import java.util.Optional;
import org.ditlab.chart.Chart;
import org.ditlab.chart.NearestPicture;
import org.ditlab.chart.SampleGrid;
import org.ditlab.finding.Finding;
import org.ditlab.summary.StudySummary;
import org.ditlab.table.ReportTable;
import org.ditlab.table.TableOptions;

/**
 * What the page shows of a study.
 *
 * @param tables the comparison, then others
 * @param charts in the order of the page
 * @param findings in the order of the page
 * @param samples empty where there are none yet
 * @param nearest samples beside training images
 * @param options what was asked for of the report
 */
public record PageContent(
        StudySummary study,
        List<ReportTable> tables,
        List<Chart> charts,
        List<Finding> findings,
        Optional<SampleGrid> samples,
        List<NearestPicture> nearest,
        TableOptions options) {
    public PageContent {
        tables = List.copyOf(tables);
        charts = List.copyOf(charts);
        findings = List.copyOf(findings);
        nearest = List.copyOf(nearest);
    }
}
