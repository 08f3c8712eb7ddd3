package org.ditlab.table;

import java.util.Collections;
import java.util.List;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * A table of a report, which the writers of Markdown, LaTeX, CSV, JSON and HTML take.
 *
 * @param name a file's stem and a label: the study's name for the comparison
 * @param model every number, plain, one Tablesaw column each: what the CSV file holds
 * @param rows what each row is
 * @param columns what a person reads; the first one names the row
 * @param caption what the numbers mean and how they were measured; whole sentences
 */
public record ReportTable(
        String name, Table model, List<RowKind> rows, List<TableColumn> columns, List<String> caption) {

    /** A table whose model is what a person reads: texts, and of numeric columns what they are sorted by. */
    public static ReportTable of(String name, List<TableColumn> columns, List<String> caption) {
        Table model = Table.create(name);
        for (TableColumn column : columns) {
            if (column.numeric()) {
                model.addColumns(DoubleColumn.create(
                        column.heading(),
                        column.cells().stream().mapToDouble(Cell::order).toArray()));
            } else {
                model.addColumns(StringColumn.create(
                        column.heading(),
                        column.cells().stream()
                                .map(cell -> cell.text().equals(Cell.EMPTY.text()) ? "" : cell.text())
                                .toList()));
            }
        }
        int rows = columns.isEmpty() ? 0 : columns.get(0).cells().size();
        return new ReportTable(name, model, Collections.nCopies(rows, RowKind.VARIANT), columns, caption);
    }

    /** The caption as one paragraph. */
    public String captionText() {
        return String.join(" ", caption);
    }
}
