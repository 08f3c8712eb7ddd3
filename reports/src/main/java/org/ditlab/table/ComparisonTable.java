package org.ditlab.table;

import java.util.List;
import org.ditlab.summary.StudySummary;
import tech.tablesaw.api.Table;

/**
 * The comparison of a study's variants: one row per variant in the study's order, then the fixed rows.
 *
 * @param study the study's name
 * @param model every number, plain, one Tablesaw column each: what {@code table.csv} holds
 * @param rows what each row is
 * @param columns what a person reads; the first one is the variant's name
 * @param caption what was compared, how it was measured, and what the numbers mean; whole sentences
 */
public record ComparisonTable(
        String study, Table model, List<RowKind> rows, List<TableColumn> columns, List<String> caption) {

    /** How the floor's row is called. */
    public static final String FLOOR = "floor (held-out real images)";

    public static ComparisonTable of(StudySummary study) {
        return new ComparisonBuilder(study).build();
    }

    /** The caption as one paragraph. */
    public String captionText() {
        return String.join(" ", caption);
    }
}
