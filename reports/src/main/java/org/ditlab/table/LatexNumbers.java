package org.ditlab.table;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.columns.Column;

/**
 * {@code numbers.tex}: one macro per number, so that a paper's text cannot drift from its study. A macro is named by study,
 * variant and column, in letters: {@code \quickstartWideFid}; the trials it comes from stand in a comment.
 */
public final class LatexNumbers {
    private static final String[] LETTERS = {"A", "B", "C", "D", "E", "F", "G", "H"};

    private LatexNumbers() {}

    public static String write(ReportTable table) {
        StringBuilder tex = new StringBuilder();
        tex.append("% Numbers of study ")
                .append(oneLine(table.name()))
                .append("; each comment names the trials behind them.\n");
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
                    .append(trials.isEmpty() ? "" : ", trials: " + trials)
                    .append('\n');
            for (Column<?> column : table.model().columns()) {
                if (column instanceof DoubleColumn numbers && !column.isMissing(row)) {
                    String macro = free(prefix + name + quantity(column.name(), table), taken);
                    tex.append("\\newcommand{\\")
                            .append(macro)
                            .append("}{")
                            .append(number(table, numbers, row))
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
        return column.name().endsWith(" ci95")
                ? Figures.significant(column.getDouble(row), 2)
                : Figures.significant(column.getDouble(row));
    }

    private static String quantity(String column, ReportTable table) {
        int bracket = column.indexOf('[');
        if (bracket < 0) {
            return LatexText.macro(column.replace("ci95", "ci"));
        }
        String metric = column.substring(0, bracket);
        List<String> same = table.model().columnNames().stream()
                .filter(name -> name.startsWith(metric + "[") && name.endsWith("]"))
                .toList();
        int protocol = 0;
        while (protocol < same.size() && !column.startsWith(same.get(protocol))) {
            protocol++;
        }
        String which = same.size() < 2 ? "" : "Protocol" + LETTERS[Math.min(protocol, LETTERS.length - 1)];
        return metric + which + (column.endsWith(" ci95") ? "Ci" : "");
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
