package org.ditlab.finding;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.ditlab.statistics.Estimate;
import org.ditlab.statistics.Interval;
import org.ditlab.table.Cell;
import org.ditlab.table.Figures;
import org.ditlab.table.ReportTable;
import org.ditlab.table.TableColumn;

/** A finding's table as it grows, a column at a time over the same rows. */
final class Columns<T> {
    private final List<T> rows;
    private final List<TableColumn> columns = new ArrayList<>();

    Columns(List<T> rows) {
        this.rows = rows;
    }

    Columns<T> text(String heading, String meaning, Function<T, String> text) {
        return add(heading, meaning, false, row -> Cell.of(text.apply(row)));
    }

    /** Three significant digits; nothing for NaN. */
    Columns<T> number(String heading, String meaning, ToDoubleFunction<T> number) {
        return add(heading, meaning, true, row -> {
            double value = number.applyAsDouble(row);
            return Double.isNaN(value) ? Cell.EMPTY : new Cell(Figures.significant(value), value);
        });
    }

    Columns<T> estimate(String heading, String meaning, Function<T, Estimate> estimate) {
        return add(heading, meaning, true, row -> {
            Estimate value = estimate.apply(row);
            return value.n() == 0 ? Cell.EMPTY : new Cell(Figures.estimate(value), value.mean());
        });
    }

    Columns<T> percent(String heading, String meaning, ToDoubleFunction<T> share) {
        return add(heading, meaning, true, row -> {
            double value = share.applyAsDouble(row);
            return Double.isFinite(value) ? new Cell(Figures.decimals(100 * value, 0) + " %", value) : Cell.EMPTY;
        });
    }

    Columns<T> count(String heading, String meaning, Function<T, OptionalInt> count, String otherwise) {
        return add(heading, meaning, true, row -> {
            OptionalInt value = count.apply(row);
            return value.isPresent()
                    ? new Cell(Integer.toString(value.getAsInt()), value.getAsInt())
                    : new Cell(otherwise, Double.NaN);
        });
    }

    Columns<T> p(String heading, String meaning, ToDoubleFunction<T> p) {
        return add(heading, meaning, true, row -> {
            double value = p.applyAsDouble(row);
            return Double.isNaN(value) ? Cell.EMPTY : new Cell(Figures.probability(value), value);
        });
    }

    ReportTable table(String name, String... caption) {
        return ReportTable.of(name, List.copyOf(columns), List.of(caption));
    }

    /**
     * {@code 0.21 to 1.4}; a side on which none was found is said to have {@code no bound found}.
     *
     * @param fromZero whether a lower bound of 0 is one: the parameter can reach it; else it stands for none found
     */
    static String interval(Interval interval, boolean fromZero) {
        boolean open = interval.lower() == 0 && !fromZero;
        String lower = open ? "no bound found" : Figures.significant(interval.lower());
        if (Double.isInfinite(interval.upper())) {
            return open ? lower : lower + " to no bound found";
        }
        return lower + " to " + Figures.significant(interval.upper());
    }

    private Columns<T> add(String heading, String meaning, boolean numeric, Function<T, Cell> cell) {
        columns.add(new TableColumn(
                heading, meaning, numeric, rows.stream().map(cell).toList()));
        return this;
    }
}
