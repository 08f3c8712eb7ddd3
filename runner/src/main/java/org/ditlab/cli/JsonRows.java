package org.ditlab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.store.JsonFile;
import org.jspecify.annotations.Nullable;

/** Rows as a JSON array of objects, one to a line. */
final class JsonRows implements RowWriter {
    private final PrintWriter writer;
    private List<String> names = List.of();
    private boolean any;

    JsonRows(PrintWriter writer) {
        this.writer = writer;
    }

    @Override
    public void columns(List<String> names) {
        this.names = names;
        writer.print("[");
    }

    @Override
    public boolean row(List<@Nullable Object> values) throws IOException {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            row.put(names.get(i), values.get(i));
        }
        writer.print((any ? ",\n" : "\n") + JsonFile.line(row));
        any = true;
        return !writer.checkError();
    }

    @Override
    public void end() {
        writer.println(any ? "\n]" : "]");
        writer.flush();
    }
}
