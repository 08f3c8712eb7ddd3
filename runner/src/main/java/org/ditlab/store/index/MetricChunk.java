package org.ditlab.store.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of a metric log as columns: the steps, and for each metric the rows that have it. */
final class MetricChunk {
    private final int attempt;
    private final List<Column> columns = new ArrayList<>();
    private long[] steps = new long[1024];
    private int rows;
    private long values;
    private boolean increasing = true;

    MetricChunk(int attempt) {
        this.attempt = attempt;
    }

    int attempt() {
        return attempt;
    }

    List<Column> columns() {
        return columns;
    }

    int rows() {
        return rows;
    }

    long values() {
        return values;
    }

    long step(int row) {
        return steps[row];
    }

    /** Whether each row's step is larger than that of the row before. */
    boolean increasing() {
        return increasing;
    }

    /** Ends a row whose values were {@link #put}. */
    void endRow(long step) {
        if (rows == steps.length) {
            steps = Arrays.copyOf(steps, 2 * rows);
        }
        increasing &= rows == 0 || steps[rows - 1] < step;
        steps[rows++] = step;
    }

    /** Drops what was {@link #put} since the last {@link #endRow}. */
    void abandonRow() {
        for (Column column : columns) {
            if (column.size > 0 && column.rows[column.size - 1] == rows) {
                column.size--;
                values--;
            }
        }
    }

    /** The column's number; {@code guess} is looked at first, for rows usually have their metrics in one order. */
    int column(String name, int guess) {
        if (guess < columns.size() && columns.get(guess).name.equals(name)) {
            return guess;
        }
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name.equals(name)) {
                return i;
            }
        }
        return -1;
    }

    int addColumn(String name) {
        columns.add(new Column(name));
        return columns.size() - 1;
    }

    /** A value of the row that {@link #endRow} will end; a second one of the same metric replaces the first. */
    void put(int column, double value) {
        if (columns.get(column).put(rows, value)) {
            values++;
        }
    }

    /** The rows that count, by step: of rows with one step the last. */
    int[] order() {
        Integer[] sorted = new Integer[rows];
        Arrays.setAll(sorted, i -> i);
        if (!increasing) {
            // Stable, so that of equal steps the last row stays last.
            Arrays.sort(sorted, (a, b) -> Long.compare(steps[a], steps[b]));
        }
        int[] order = new int[rows];
        int count = 0;
        for (int i = 0; i < rows; i++) {
            if (i + 1 == rows || steps[sorted[i]] != steps[sorted[i + 1]]) {
                order[count++] = sorted[i];
            }
        }
        return Arrays.copyOf(order, count);
    }

    /** One metric: its value in the rows that have it, in their order. */
    static final class Column {
        private final String name;
        private int[] rows = new int[1024];
        private double[] values = new double[1024];
        private int size;

        private Column(String name) {
            this.name = name;
        }

        String name() {
            return name;
        }

        int size() {
            return size;
        }

        int row(int i) {
            return rows[i];
        }

        double value(int i) {
            return values[i];
        }

        /** Index of a row's value, or negative. */
        int find(int row) {
            return Arrays.binarySearch(rows, 0, size, row);
        }

        private boolean put(int row, double value) {
            if (size > 0 && rows[size - 1] == row) {
                values[size - 1] = value;
                return false;
            }
            if (size == rows.length) {
                rows = Arrays.copyOf(rows, 2 * size);
                values = Arrays.copyOf(values, 2 * size);
            }
            rows[size] = row;
            values[size++] = value;
            return true;
        }
    }
}
