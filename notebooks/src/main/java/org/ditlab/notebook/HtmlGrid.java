package org.ditlab.notebook;

import java.util.ArrayList;
import java.util.List;
import org.ditlab.table.HtmlTable;

/** A table as a notebook shows it: names to the left, numbers to the right, everything escaped, style in the elements. */
final class HtmlGrid {
    private static final String SHELL = "<table style=\"border-collapse:collapse\">";

    private final List<Heading> headings = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** @param meaning shown when the pointer rests on it; may be empty */
    private record Heading(String text, String meaning, boolean numeric) {}

    HtmlGrid column(String heading, String meaning, boolean numeric) {
        headings.add(new Heading(heading, meaning, numeric));
        return this;
    }

    HtmlGrid names(String heading) {
        return column(heading, "", false);
    }

    HtmlGrid numbers(String heading) {
        return column(heading, "", true);
    }

    HtmlGrid row(List<String> cells) {
        rows.add(cells);
        return this;
    }

    /** A line under the table. */
    HtmlGrid note(String text) {
        if (!text.isBlank()) {
            notes.add(text);
        }
        return this;
    }

    String html() {
        StringBuilder html = new StringBuilder(SHELL).append("<thead><tr>");
        for (Heading heading : headings) {
            html.append("<th style=\"")
                    .append(side(heading))
                    .append("\" title=\"")
                    .append(HtmlTable.escaped(heading.meaning()))
                    .append("\">")
                    .append(HtmlTable.escaped(heading.text()))
                    .append("</th>");
        }
        html.append("</tr></thead><tbody>");
        for (List<String> row : rows) {
            html.append("<tr>");
            for (int i = 0; i < row.size(); i++) {
                html.append("<td style=\"white-space:nowrap;")
                        .append(side(headings.get(i)))
                        .append("\">")
                        .append(HtmlTable.escaped(row.get(i)))
                        .append("</td>");
            }
            html.append("</tr>");
        }
        html.append("</tbody></table>");
        notes.forEach(note -> html.append(paragraph(note)));
        return html.toString();
    }

    private static String side(Heading heading) {
        return "padding:2px 8px;text-align:" + (heading.numeric() ? "right" : "left");
    }

    /** Small print. */
    static String paragraph(String text) {
        return "<p style=\"margin:4px 0;font-size:smaller;max-width:60em\">" + HtmlTable.escaped(text) + "</p>";
    }

    /** A heading line. */
    static String heading(String text) {
        return "<p style=\"margin:4px 0\"><b>" + HtmlTable.escaped(text) + "</b></p>";
    }

    /** Text whose columns are aligned already. */
    static String preformatted(String text) {
        return "<pre style=\"line-height:1.25\">" + HtmlTable.escaped(text) + "</pre>";
    }
}
