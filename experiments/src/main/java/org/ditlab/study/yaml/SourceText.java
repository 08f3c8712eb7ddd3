package org.ditlab.study.yaml;

import java.util.List;

/** The text of a study file, for messages that show where they point. Lines and columns count from 0 here. */
final class SourceText {
    private static final int SHOWN_WIDTH = 140;
    private static final int SHOWN_BEFORE = 100;

    private final String fileName;
    private final List<String> lines;

    SourceText(String fileName, String text) {
        this.fileName = fileName;
        this.lines = List.of(text.split("\r\n|\r|\n", -1));
    }

    String fileName() {
        return fileName;
    }

    /** {@code quickstart.yaml:13:54}. */
    String place(int line, int column) {
        return fileName + ":" + (line + 1) + ":" + (column + 1);
    }

    /** Line and column of the code point at an index of the text. */
    int[] position(int index) {
        int rest = index;
        for (int line = 0; line < lines.size(); line++) {
            int length = lines.get(line).codePointCount(0, lines.get(line).length());
            if (rest <= length) {
                return new int[] {line, rest};
            }
            rest -= length + 1;
        }
        return new int[] {lines.size() - 1, 0};
    }

    /**
     * The line with carets under the offending part, and a remark after the carets.
     *
     * @param endColumn first column after the part, or -1 for the end of the line
     */
    String snippet(int line, int column, int endColumn, String remark) {
        int[] points = line < lines.size() ? lines.get(line).codePoints().toArray() : new int[0];
        int start = Math.min(column, points.length);
        int end = endColumn < 0 ? trimmed(points) : Math.min(endColumn, points.length);
        int from = start > SHOWN_BEFORE ? start - SHOWN_BEFORE : 0;
        int to = Math.min(points.length, from + SHOWN_WIDTH);
        String number = String.format("%5d | ", line + 1);
        StringBuilder shown = new StringBuilder(number);
        for (int i = from; i < to; i++) {
            shown.appendCodePoint(points[i] < ' ' ? ' ' : points[i]);
        }
        int carets = Math.max(1, Math.min(end, to) - start);
        return shown.toString().stripTrailing()
                + System.lineSeparator()
                + " ".repeat(number.length() - 2)
                + "| "
                + " ".repeat(start - from)
                + "^".repeat(carets)
                + (remark.isEmpty() ? "" : "  " + remark);
    }

    private static int trimmed(int[] points) {
        int end = points.length;
        while (end > 0 && Character.isWhitespace(points[end - 1])) {
            end--;
        }
        return end;
    }
}
