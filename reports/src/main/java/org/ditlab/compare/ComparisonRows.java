package org.ditlab.compare;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ditlab.statistics.Estimate;
import org.ditlab.statistics.PairedDifference;
import org.ditlab.statistics.SignFlipTest;
import org.ditlab.statistics.StudentTest;
import org.ditlab.table.Cell;
import org.ditlab.table.Figures;
import org.ditlab.table.ReportTable;
import org.ditlab.table.RowKind;
import org.ditlab.table.TableColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Collects the rows of a comparison: a quantity, its two values, and how they differ. */
final class ComparisonRows {
    /** What programs call the columns. */
    private static final List<String> NAMES = List.of(
            "quantity", "first", "second", "ratio", "difference", "difference ci95", "pairs", "p_t", "p_sign_flip");

    private final String first;
    private final String second;
    private final List<List<Cell>> rows = new ArrayList<>();

    ComparisonRows(String first, String second) {
        this.first = first;
        this.second = second;
    }

    /** A quantity that is compared by its ratio; no row where neither has it. */
    void cost(String name, Optional<Double> one, Optional<Double> other, double unit) {
        if (one.isEmpty() && other.isEmpty()) {
            return;
        }
        Cell ratio =
                one.isPresent() && other.isPresent() && one.get() != 0 ? number(other.get() / one.get()) : Cell.EMPTY;
        rows.add(List.of(
                Cell.of(name),
                one.map(value -> number(value / unit)).orElse(Cell.EMPTY),
                other.map(value -> number(value / unit)).orElse(Cell.EMPTY),
                ratio,
                Cell.EMPTY,
                Cell.EMPTY,
                Cell.EMPTY,
                Cell.EMPTY,
                Cell.EMPTY));
    }

    /** A metric, by seed, that is compared over paired seeds. */
    void metric(String name, Map<Integer, Double> one, Map<Integer, Double> other) {
        PairedDifference difference = PairedDifference.of(other, one);
        Estimate estimate = difference.estimate();
        double half = difference.halfWidth().orElse(Double.NaN);
        rows.add(List.of(
                Cell.of(name),
                estimate(Estimate.of(one.values())),
                estimate(Estimate.of(other.values())),
                Cell.EMPTY,
                difference.n() == 0 ? Cell.EMPTY : new Cell(Figures.uncounted(estimate), estimate.mean()),
                Double.isNaN(half) ? Cell.EMPTY : number(half),
                difference.n() == 0 ? Cell.EMPTY : new Cell(Integer.toString(difference.n()), difference.n()),
                probability(StudentTest.of(difference).p()),
                difference.n() < 2
                        ? Cell.EMPTY
                        : probability(SignFlipTest.of(difference).p())));
    }

    ReportTable table(List<String> caption) {
        List<TableColumn> columns = new ArrayList<>();
        columns.add(column(0, "Quantity", "What is compared.", false));
        columns.add(column(1, first, "The first variant: mean over its seeds.", true));
        columns.add(column(2, second, "The second variant: mean over its seeds.", true));
        columns.add(column(3, "Ratio", "The second over the first.", true));
        columns.add(column(4, "Difference", "The second minus the first, mean over paired seeds.", true));
        columns.add(column(5, "\u00b1", "Half the width of the difference's 95 % interval.", true));
        columns.add(column(6, "Pairs", "Seeds that both have.", true));
        columns.add(column(7, "p (t)", "Two-sided p-value of the paired t test.", true));
        columns.add(column(8, "p (signs)", "Two-sided p-value of the sign-flip permutation test.", true));
        Table model = Table.create(first + " against " + second);
        for (int i = 0; i < columns.size(); i++) {
            List<Cell> cells = columns.get(i).cells();
            model.addColumns(
                    columns.get(i).numeric()
                            ? DoubleColumn.create(
                                    NAMES.get(i),
                                    cells.stream().mapToDouble(Cell::order).toArray())
                            : StringColumn.create(
                                    NAMES.get(i), cells.stream().map(Cell::text).toList()));
        }
        return new ReportTable(
                model.name(), model, Collections.nCopies(rows.size(), RowKind.VARIANT), columns, caption);
    }

    private TableColumn column(int index, String heading, String meaning, boolean numeric) {
        return new TableColumn(
                heading,
                meaning,
                numeric,
                rows.stream().map(row -> row.get(index)).toList());
    }

    private static Cell number(double value) {
        return new Cell(Figures.significant(value), value);
    }

    private static Cell estimate(Estimate estimate) {
        return estimate.n() == 0 ? Cell.EMPTY : new Cell(Figures.estimate(estimate), estimate.mean());
    }

    private static Cell probability(double p) {
        return Double.isNaN(p) ? Cell.EMPTY : new Cell(Figures.probability(p), p);
    }
}
