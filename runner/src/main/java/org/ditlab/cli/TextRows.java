package org.ditlab.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Rows as a table for a person: columns as wide as what stands in them, numbers to the right. */
final class TextRows implements RowWriter {
    private static final int WIDEST = 80;

    private final PrintWriter writer;
    private final int most;
    private final List<String> names = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();
    private boolean[] numbers = {};
    private boolean more;

    /** @param most how many rows are shown */
    TextRows(PrintWriter writer, int most) {
        this.writer = writer;
        this.most = most;
    }

    @Override
    public void columns(List<String> names) {
        this.names.clear();
        rows.clear();
        this.names.addAll(names.stream().map(TextRows::shown).toList());
        numbers = new boolean[names.size()];
        Arrays.fill(numbers, true);
    }

    @Override
    public boolean again() {
        return true;
    }

    @Override
    public boolean row(List<@Nullable Object> values) {
        if (rows.size() == most) {
            more = true;
            return false;
        }
        List<String> row = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            Object value = values.get(i);
            numbers[i] &= value == null || value instanceof Number;
            row.add(value instanceof Double number ? number(number) : shown(RowWriter.text(value)));
        }
        rows.add(row);
        return true;
    }

    @Override
    public void end() {
        int[] widths = new int[names.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = names.get(i).length();
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        line(names, widths);
        List<String> rules = new ArrayList<>();
        for (int width : widths) {
            rules.add("-".repeat(width));
        }
        line(rules, widths);
        rows.forEach(row -> line(row, widths));
        if (more) {
            writer.println("... more rows; --format csv or json writes all, and SQL's limit fewer");
        } else {
            writer.println(rows.size() == 1 ? "(1 row)" : "(" + rows.size() + " rows)");
        }
        writer.flush();
    }

    private void line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String pad = " ".repeat(widths[i] - cells.get(i).length());
            line.append(i == 0 ? "" : "  ");
            line.append(numbers[i] ? pad + cells.get(i) : cells.get(i) + pad);
        }
        writer.println(line.toString().stripTrailing());
    }

    /** Six significant digits: all of them stand in CSV and JSON. */
    private static String number(double value) {
        double size = Math.abs(value);
        if (size >= 1e-4 && size < 1e9) {
            String text =
                    String.format(Locale.ROOT, "%." + Math.max(0, 5 - (int) Math.floor(Math.log10(size))) + "f", value);
            return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
        }
        return value == 0
                ? "0"
                : Double.isInfinite(value) ? Double.toString(value) : String.format(Locale.ROOT, "%.5e", value);
    }

    /** On one line, without control characters that would steer a terminal. */
    private static String shown(String text) {
        String plain = text.replaceAll("\\p{Cntrl}+", " ");
        return plain.length() > WIDEST ? plain.substring(0, WIDEST - 1) + "…" : plain;
    }
}
