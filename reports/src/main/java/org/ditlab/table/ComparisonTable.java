package org.ditlab.table;

import org.ditlab.summary.StudySummary;

/** The comparison of a study's variants: one row per variant in the study's order, then the fixed rows. */
public final class ComparisonTable {
    /** How the floor's row is called. */
    public static final String FLOOR = "floor (held-out real images)";

    private ComparisonTable() {}

    /** Without differences. */
    public static ReportTable of(StudySummary study) {
        return of(study, TableOptions.STANDARD);
    }

    public static ReportTable of(StudySummary study, TableOptions options) {
        return new ComparisonBuilder(study, options).build();
    }
}
