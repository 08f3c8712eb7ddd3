package org.ditlab.compare;

import java.io.PrintWriter;
import java.util.List;

/** Rows of texts in columns for a terminal. */
final class AlignedText {
    private static final String GAP = "  ";

    private AlignedText() {}

    /** Prints rows of equally many cells, the head first; the last columns, so many, stand to the right. */
    static void write(PrintWriter print, List<List<String>> rows, int right) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(
                        widths[i], row.get(i).codePointCount(0, row.get(i).length()));
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String text = row.get(i);
                String pad = " ".repeat(widths[i] - text.codePointCount(0, text.length()));
                line.append(i == 0 ? "" : GAP).append(i >= columns - right ? pad + text : text + pad);
            }
            print.println(line.toString().stripTrailing());
        }
    }
}
