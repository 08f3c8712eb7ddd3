package org.ditlab.table;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.columns.Column;

/**
 * {@code numbers.tex}: one macro per number, so that a paper's text cannot drift from its study. A macro is named by study,
 * variant and column, in letters: {@code \quickstartWideFID}, {@code \quickstartWideFIDCi}; the trials it comes from stand in the
 * comment above. Names stay when variants, metrics or protocols are added at the end.
 */
public final class LatexNumbers {
    private LatexNumbers() {}

    public static String write(ReportTable table) {
        StringBuilder tex = new StringBuilder();
        tex.append("% Numbers of study ")
                .append(oneLine(table.name()))
                .append("; the comment above a block names the trials behind it. Differences are to the base.\n");
        String prefix = LatexText.macro(table.name());
        prefix = prefix.isEmpty() ? "study" : Character.toLowerCase(prefix.charAt(0)) + prefix.substring(1);
        Set<String> taken = new HashSet<>();
        for (int row = 0; row < table.rows().size(); row++) {
            String name = table.rows().get(row) == RowKind.FLOOR
                    ? "Floor"
                    : LatexText.macro(table.model().stringColumn("variant").get(row));
            String trials = table.model().stringColumn("trials").get(row);
            tex.append("% ")
                    .append(oneLine(table.model().stringColumn("variant").get(row)))
                    .append(trials.isEmpty() ? ", recorded by the trials above" : ", trials: " + trials)
                    .append('\n');
            for (Column<?> column : table.model().columns()) {
                if (column instanceof NumericColumn<?> && !column.isMissing(row)) {
                    String macro = free(prefix + name + quantity(column.name(), table), taken);
                    String number = column instanceof DoubleColumn numbers
                            ? number(table, numbers, row)
                            : String.valueOf(column.get(row));
                    tex.append("\\newcommand{\\")
                            .append(macro)
                            .append("}{")
                            .append(LatexText.minus(number, "\\ensuremath{-}"))
                            .append("}\n");
                }
            }
        }
        return tex.toString();
    }

    /** A mean has the decimals of its interval, as in the table. */
    private static String number(ReportTable table, DoubleColumn column, int row) {
        String interval = column.name() + " ci95";
        if (table.model().containsColumn(interval)
                && !table.model().doubleColumn(interval).isMissing(row)) {
            double half = table.model().doubleColumn(interval).getDouble(row);
            return Figures.estimate(column.getDouble(row), half).split(" ")[0];
        }
        if (column.name().endsWith("] p") || column.name().endsWith("] p holm")) {
            return LatexText.escaped(Figures.probability(column.getDouble(row)));
        }
        return column.name().endsWith(" ci95")
                ? Figures.significant(column.getDouble(row), 2)
                : Figures.significant(column.getDouble(row));
    }

    /** {@code FID}, of the second protocol {@code FIDProtocolB}; then what the column says of it, {@code Ci}. */
    private static String quantity(String column, ReportTable table) {
        int open = column.indexOf('[');
        int close = column.lastIndexOf(']');
        if (open < 0 || close < open) {
            return LatexText.macro(column.replace("ci95", "ci"));
        }
        String metric = column.substring(0, open);
        List<String> same = table.model().columnNames().stream()
                .filter(name -> name.startsWith(metric + "[") && name.endsWith("]"))
                .toList();
        int protocol = Math.max(0, same.indexOf(column.substring(0, close + 1)));
        return LatexText.macro(metric)
                + (protocol == 0 ? "" : "Protocol" + letters(protocol))
                + LatexText.macro(column.substring(close + 1).replace("ci95", "ci"));
    }

    /** B, C, ... Z, AA, AB, ... for 1, 2, ... */
    private static String letters(int number) {
        String last = String.valueOf((char) ('A' + number % 26));
        return number < 26 ? last : letters(number / 26 - 1) + last;
    }

    private static String free(String macro, Set<String> taken) {
        String free = macro;
        while (!taken.add(free)) {
            free += "Again";
        }
        return free;
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }
}
