package org.ditlab.table;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.columns.Column;

/** {@code table.csv}: the first line is the header, then one row per variant, no comments; RFC 4180, plain numbers. */
public final class CsvTable {
    private CsvTable() {}

    public static String write(ReportTable table) {
        StringBuilder csv = new StringBuilder();
        line(csv, table.model().columnNames());
        for (int row = 0; row < table.rows().size(); row++) {
            List<String> values = new ArrayList<>();
            for (Column<?> column : table.model().columns()) {
                values.add(value(column, row));
            }
            line(csv, values);
        }
        return csv.toString();
    }

    /** A value of the model as plain text; empty where there is none. */
    static String value(Column<?> column, int row) {
        if (column.isMissing(row)) {
            return "";
        }
        return column instanceof DoubleColumn numbers
                ? Figures.plain(numbers.getDouble(row))
                : String.valueOf(column.get(row));
    }

    private static void line(StringBuilder csv, List<String> values) {
        csv.append(values.stream().map(CsvTable::quoted).collect(Collectors.joining(",")))
                .append('\n');
    }

    private static String quoted(String text) {
        return text.matches("(?s).*[\",\r\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
