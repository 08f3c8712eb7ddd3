package org.ditlab.table;

import java.util.stream.Collectors;

/** {@code table.md}: the table, then its caption; fixed rows in italics, the best bold, the second best underlined. */
public final class MarkdownTable {
    private MarkdownTable() {}

    public static String write(ReportTable table) {
        StringBuilder text = new StringBuilder();
        line(
                text,
                table.columns().stream()
                        .map(column -> escaped(column.heading()))
                        .collect(Collectors.joining(" | ")));
        line(
                text,
                table.columns().stream()
                        .map(column -> column.numeric() ? "---:" : ":---")
                        .collect(Collectors.joining(" | ")));
        for (int row = 0; row < table.rows().size(); row++) {
            int index = row;
            boolean fixed = table.rows().get(row).fixed();
            line(
                    text,
                    table.columns().stream()
                            .map(column -> {
                                Cell found = column.cells().get(index);
                                String cell = escaped(found.text());
                                return switch (found.mark()) {
                                    case BEST -> "**" + cell + "**";
                                    case SECOND -> "<ins>" + cell + "</ins>";
                                    case NONE ->
                                        fixed && column == table.columns().get(0) ? "*" + cell + "*" : cell;
                                };
                            })
                            .collect(Collectors.joining(" | ")));
        }
        text.append('\n');
        text.append(escaped(table.captionText())).append('\n');
        return text.toString();
    }

    private static void line(StringBuilder text, String cells) {
        text.append("| ").append(cells).append(" |\n");
    }

    /** Text that Markdown shows as it is, on one line. */
    public static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean within = i > 0
                    && i + 1 < text.length()
                    && Character.isLetterOrDigit(text.charAt(i - 1))
                    && Character.isLetterOrDigit(text.charAt(i + 1));
            if ("\\`*|<>&~$".indexOf(c) >= 0 || (c == '_' && !within) || closesLink(text, i)) {
                escaped.append('\\').append(c);
            } else {
                escaped.append(Character.isISOControl(c) ? ' ' : c);
            }
        }
        return escaped.toString();
    }

    /** Whether a bracket would end a link's text: one that stands alone, as in {@code FID[inception]}, is just a bracket. */
    private static boolean closesLink(String text, int i) {
        return text.charAt(i) == ']' && i + 1 < text.length() && "([".indexOf(text.charAt(i + 1)) >= 0;
    }
}
