package org.ditlab.table;

/**
 * The table as an HTML {@code <table>}, escaped. Each heading is a button that sorts (the page brings the script); the fixed
 * rows stand in a {@code tfoot} and stay where they are.
 */
public final class HtmlTable {
    private HtmlTable() {}

    public static String write(ReportTable table) {
        StringBuilder html = new StringBuilder();
        html.append("<table class=\"comparison\">\n<thead>\n<tr>");
        for (TableColumn column : table.columns()) {
            html.append("<th scope=\"col\" aria-sort=\"none\"")
                    .append(column.numeric() ? " class=\"number\"" : "")
                    .append("><button type=\"button\" title=\"")
                    .append(escaped(column.meaning()))
                    .append("\">")
                    .append(escaped(column.heading()).replace("[", "<wbr>[").replace(":", ":<wbr>"))
                    .append("</button></th>");
        }
        html.append("</tr>\n</thead>\n<tbody>\n");
        for (int row = 0; row < table.rows().size(); row++) {
            if (!table.rows().get(row).fixed()) {
                row(html, table, row);
            }
        }
        html.append("</tbody>\n<tfoot>\n");
        for (int row = 0; row < table.rows().size(); row++) {
            if (table.rows().get(row).fixed()) {
                row(html, table, row);
            }
        }
        html.append("</tfoot>\n</table>\n");
        return html.toString();
    }

    private static void row(StringBuilder html, ReportTable table, int row) {
        html.append("<tr class=\"").append(table.rows().get(row).word()).append("\">");
        for (int index = 0; index < table.columns().size(); index++) {
            TableColumn column = table.columns().get(index);
            Cell cell = column.cells().get(row);
            html.append(index == 0 ? "<th scope=\"row\"" : "<td");
            if (column.numeric()) {
                html.append(" class=\"number\"");
                if (!Double.isNaN(cell.order())) {
                    html.append(" data-order=\"")
                            .append(Figures.plain(cell.order()))
                            .append('"');
                }
            }
            html.append('>')
                    .append(
                            switch (cell.mark()) {
                                case BEST -> "<strong class=\"best\">" + escaped(cell.text()) + "</strong>";
                                case SECOND -> "<u class=\"second\">" + escaped(cell.text()) + "</u>";
                                case NONE -> escaped(cell.text());
                            });
            html.append(index == 0 ? "</th>" : "</td>");
        }
        html.append("</tr>\n");
    }

    /** Text for an element or a quoted attribute. */
    public static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
