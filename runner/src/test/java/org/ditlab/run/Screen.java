package org.ditlab.run;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A terminal of so many rows and columns in memory: what a person would see after the bytes so far. */
final class Screen extends OutputStream {
    private final List<String> scrolled = new ArrayList<>();
    private final StringBuilder pending = new StringBuilder();
    private final java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
    private char[][] cells;
    private int row;
    private int column;
    private boolean coloured;

    Screen(int rows, int columns) {
        cells = blank(rows, columns);
    }

    private static char[][] blank(int rows, int columns) {
        char[][] cells = new char[rows][columns];
        for (char[] line : cells) {
            Arrays.fill(line, ' ');
        }
        return cells;
    }

    /** All lines with something in them, those that have scrolled away first. */
    List<String> lines() {
        List<String> lines = new ArrayList<>(scrolled);
        for (char[] line : cells) {
            lines.add(new String(line).stripTrailing());
        }
        while (!lines.isEmpty() && lines.get(lines.size() - 1).isEmpty()) {
            lines.remove(lines.size() - 1);
        }
        return lines;
    }

    /** Where the cursor is. */
    int row() {
        return row;
    }

    /** Whether any character was written in a colour. */
    boolean coloured() {
        return coloured;
    }

    @Override
    public void write(int b) {
        bytes.write(b);
        // Decoded when a character is whole.
        String text = bytes.toString(StandardCharsets.UTF_8);
        if (text.endsWith("\uFFFD")) {
            return;
        }
        bytes.reset();
        text.chars().forEach(c -> take((char) c));
    }

    private void take(char c) {
        if (pending.length() > 0 || c == '\u001b') {
            pending.append(c);
            if (pending.length() > 1 && (pending.charAt(1) != '[' || Character.isLetter(c) || c == '@')) {
                control(pending.toString());
                pending.setLength(0);
            }
        } else if (c == '\n') {
            // As the terminal driver does on the way out.
            column = 0;
            down();
        } else if (c == '\r') {
            column = 0;
        } else if (c == '\b') {
            column = Math.max(0, column - 1);
        } else if (c >= ' ') {
            if (column == cells[0].length) {
                column = 0;
                down();
            }
            cells[row][column++] = c;
        } else {
            throw new AssertionError("the control character " + (int) c + " is not expected");
        }
    }

    private void down() {
        if (row + 1 < cells.length) {
            row++;
            return;
        }
        scrolled.add(new String(cells[0]).stripTrailing());
        System.arraycopy(cells, 1, cells, 0, cells.length - 1);
        cells[row] = blank(1, cells[0].length)[0];
    }

    private void control(String sequence) {
        char last = sequence.charAt(sequence.length() - 1);
        String number = sequence.substring(Math.min(2, sequence.length() - 1), sequence.length() - 1);
        int n = number.matches("[0-9]+") ? Integer.parseInt(number) : 1;
        char[] line = cells[row];
        switch (last) {
            case 'A' -> row = Math.max(0, row - n);
            case 'B' -> row = Math.min(cells.length - 1, row + n);
            case 'C' -> column = Math.min(line.length - 1, column + n);
            case 'D' -> column = Math.max(0, column - n);
            case 'K' -> Arrays.fill(line, Math.min(column, line.length), line.length, ' ');
            case 'J' -> {
                Arrays.fill(line, Math.min(column, line.length), line.length, ' ');
                for (int below = row + 1; below < cells.length; below++) {
                    Arrays.fill(cells[below], ' ');
                }
            }
            case 'P' -> {
                System.arraycopy(line, column + n, line, column, line.length - column - n);
                Arrays.fill(line, line.length - n, line.length, ' ');
            }
            case '@' -> {
                System.arraycopy(line, column, line, column + n, line.length - column - n);
                Arrays.fill(line, column, column + n, ' ');
            }
            case 'L' -> {
                for (int i = 0; i < n; i++) {
                    System.arraycopy(cells, row, cells, row + 1, cells.length - row - 1);
                    cells[row] = blank(1, line.length)[0];
                }
            }
            case 'M' -> {
                for (int i = 0; i < n; i++) {
                    System.arraycopy(cells, row + 1, cells, row, cells.length - row - 1);
                    cells[cells.length - 1] = blank(1, line.length)[0];
                }
            }
            case 'm' -> coloured |= !number.isEmpty() && !number.equals("0");
            default -> throw new AssertionError("the sequence " + sequence.substring(1) + " is not expected");
        }
    }

    /** Another width; as terminals do, lines that were wider go on in the next row. */
    void resize(int columns) {
        List<String> lines = new ArrayList<>();
        int cursorLine = 0;
        for (int i = 0; i <= row; i++) {
            String text = new String(cells[i]).stripTrailing();
            if (i == row) {
                cursorLine = lines.size() + Math.min(column, Math.max(0, text.length())) / columns;
            }
            for (int from = 0; from == 0 || from < text.length(); from += columns) {
                lines.add(text.substring(from, Math.min(text.length(), from + columns)));
            }
        }
        char[][] fresh = blank(cells.length, columns);
        int over = Math.max(0, lines.size() - fresh.length);
        for (int i = 0; i < lines.size(); i++) {
            if (i < over) {
                scrolled.add(lines.get(i));
            } else {
                lines.get(i).getChars(0, lines.get(i).length(), fresh[i - over], 0);
            }
        }
        row = cursorLine - over;
        column = column % columns;
        cells = fresh;
    }
}
