package org.ditlab.cli;

import java.io.PrintWriter;
import java.util.List;
import org.ditlab.store.export.Csv;
import org.jspecify.annotations.Nullable;

/** Rows as CSV (RFC 4180), the first line the columns. */
final class CsvRows implements RowWriter {
    private final PrintWriter writer;

    CsvRows(PrintWriter writer) {
        this.writer = writer;
    }

    @Override
    public void columns(List<String> names) {
        writer.print(Csv.line(names));
    }

    @Override
    public boolean row(List<@Nullable Object> values) {
        writer.print(Csv.line(values));
        return !writer.checkError();
    }

    @Override
    public void end() {
        writer.flush();
    }
}
