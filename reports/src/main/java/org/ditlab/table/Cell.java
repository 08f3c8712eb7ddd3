package org.ditlab.table;

/**
 * What a person reads in one place of the table.
 *
 * @param text plain text, unescaped; {@code -} where there is nothing to say
 * @param order what the cell is sorted by, NaN where there is nothing
 * @param mark whether it is the best or second best of its column
 */
public record Cell(String text, double order, Mark mark) {
    /** Nothing to say. */
    public static final Cell EMPTY = new Cell("-", Double.NaN);

    public Cell(String text, double order) {
        this(text, order, Mark.NONE);
    }

    public static Cell of(String text) {
        return new Cell(text, Double.NaN);
    }

    public Cell marked(Mark as) {
        return new Cell(text, order, as);
    }
}
