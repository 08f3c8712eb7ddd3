package org.ditlab.table;

import java.util.stream.Collectors;

/** {@code table.tex}: a booktabs table with its caption, to be taken in by {@code \input}. */
public final class LatexTable {
    private LatexTable() {}

    public static String write(ReportTable table) {
        StringBuilder tex = new StringBuilder();
        tex.append("% Needs \\usepackage{booktabs} and \\usepackage{graphicx}.\n");
        tex.append("\\begin{table}[t]\n\\centering\n");
        tex.append("\\caption{").append(LatexText.escaped(table.captionText())).append("}\n");
        tex.append("\\label{tab:")
                .append(table.name().replaceAll("[^A-Za-z0-9-]", "-"))
                .append("}\n");
        tex.append("\\resizebox{\\linewidth}{!}{%\n\\begin{tabular}{");
        table.columns().forEach(column -> tex.append(column.numeric() ? 'r' : 'l'));
        tex.append("}\n\\toprule\n");
        tex.append("{}")
                .append(table.columns().stream()
                        .map(column -> LatexText.escaped(column.heading()))
                        .collect(Collectors.joining(" & ")));
        tex.append(" \\\\\n\\midrule\n");
        boolean ruled = false;
        for (int row = 0; row < table.rows().size(); row++) {
            if (table.rows().get(row).fixed() && !ruled && row > 0) {
                tex.append("\\midrule\n");
                ruled = true;
            }
            for (int column = 0; column < table.columns().size(); column++) {
                Cell found = table.columns().get(column).cells().get(row);
                String cell = LatexText.escaped(found.text());
                cell = table.columns().get(column).numeric() ? LatexText.minus(cell, "$-$") : cell;
                // After a line's end or a rule a bracket or a star would be read as an argument of it.
                tex.append(column == 0 ? "{}" : " & ");
                if (column == 0 && table.rows().get(row).fixed()) {
                    tex.append("\\emph{").append(cell).append('}');
                } else {
                    tex.append(
                            switch (found.mark()) {
                                case BEST -> "\\textbf{" + cell + "}";
                                case SECOND -> "\\underline{" + cell + "}";
                                case NONE -> cell.equals("-") ? "--" : cell;
                            });
                }
            }
            tex.append(" \\\\\n");
        }
        tex.append("\\bottomrule\n\\end{tabular}}\n\\end{table}\n");
        return tex.toString();
    }
}
