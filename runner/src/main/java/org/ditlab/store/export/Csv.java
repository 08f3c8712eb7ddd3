package org.ditlab.store.export;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lines of CSV (RFC 4180). */
public final class Csv {
    private Csv() {}

    /** One line with its end; a field is quoted where it must be, {@code null} is empty. */
    public static String line(List<? extends @Nullable Object> values) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            line.append(i == 0 ? "" : ",").append(cell(values.get(i)));
        }
        return line.append('\n').toString();
    }

    private static String cell(@Nullable Object value) {
        String text = value == null ? "" : value.toString();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ',' || c == '"' || c == '\n' || c == '\r') {
                return "\"" + text.replace("\"", "\"\"") + "\"";
            }
        }
        return text;
    }
}
