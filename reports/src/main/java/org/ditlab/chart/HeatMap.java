package org.ditlab.chart;

import java.util.List;

/**
 * Values over two lists of places, as colours: {@code values.get(row).get(column)}, NaN where there is none.
 *
 * @param id prefix of every id in the SVG
 * @param title what is shown
 * @param subtitle what the values are means over, one line
 * @param columnTitle what the columns are
 * @param rowTitle what the rows are
 * @param valueTitle what the colours are
 * @param columns from left to right
 * @param rows from top to bottom
 * @param low the value of the darkest colour
 * @param high the value of the lightest colour, above {@code low}
 * @param subject the variant and its trials
 */
public record HeatMap(
        String id,
        String title,
        String subtitle,
        String columnTitle,
        String rowTitle,
        String valueTitle,
        List<String> columns,
        List<String> rows,
        List<List<Double>> values,
        double low,
        double high,
        Subject subject)
        implements Chart {
    public HeatMap {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        values = values.stream().map(List::copyOf).toList();
    }
}
