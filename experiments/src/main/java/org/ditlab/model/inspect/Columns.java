package org.ditlab.model.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Rows of text in aligned columns under a header. */
public final class Columns {
    private final List<List<String>> rows = new ArrayList<>();

    public Columns(String... header) {
        rows.add(List.of(header));
    }

    /** As many cells as the header has. */
    public void row(String... cells) {
        rows.add(List.of(cells));
    }

    /** {@link #lines}, each with its end. */
    public String text(int... left) {
        return String.join("\n", lines(left)) + "\n";
    }

    /** One line per row, the header first; the columns of these indices are aligned to the left, the others to the right. */
    List<String> lines(int... left) {
        int[] width = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < width.length; i++) {
                width[i] = Math.max(width[i], length(row.get(i)));
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < width.length; i++) {
                int column = i;
                String space = " ".repeat(width[i] - length(row.get(i)));
                boolean first = IntStream.of(left).anyMatch(index -> index == column);
                line.append(i == 0 ? "" : "  ").append(first ? row.get(i) + space : space + row.get(i));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
