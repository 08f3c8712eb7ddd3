package org.ditlab.table;

/**
 * What a person reads in one place of the table.
 *
 * @param text plain text, unescaped; {@code -} where there is nothing to say
 * @param order what the cell is sorted by, NaN where there is nothing
 */
public record Cell(String text, double order) {
    /** Nothing to say. */
    public static final Cell EMPTY = new Cell("-", Double.NaN);

    public static Cell of(String text) {
        return new Cell(text, Double.NaN);
    }
}
