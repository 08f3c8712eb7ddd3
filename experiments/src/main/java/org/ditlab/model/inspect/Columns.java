package org.ditlab.model.inspect;

import java.util.ArrayList;
import java.util.List;

/** Rows of text in aligned columns under a header. */
final class Columns {
    private final List<List<String>> rows = new ArrayList<>();

    Columns(String... header) {
        rows.add(List.of(header));
    }

    /** As many cells as the header has. */
    void row(String... cells) {
        rows.add(List.of(cells));
    }

    /** All rows, a line each. */
    String text(int left) {
        return String.join("\n", lines(left)) + "\n";
    }

    /** One line per row, the header first; the first columns are aligned to the left, the others to the right. */
    List<String> lines(int left) {
        int[] width = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < width.length; i++) {
                width[i] = Math.max(width[i], row.get(i).length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < width.length; i++) {
                String space = " ".repeat(width[i] - row.get(i).length());
                line.append(i == 0 ? "" : "  ").append(i < left ? row.get(i) + space : space + row.get(i));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
