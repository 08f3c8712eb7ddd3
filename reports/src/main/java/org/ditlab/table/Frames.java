package org.ditlab.table;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.ditlab.store.index.QueryRows;
import org.ditlab.store.index.StudyIndex;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * A study as Tablesaw tables, for notebooks and own analyses. Whole numbers become long columns, other numbers double
 * columns, anything else text; what is missing is missing.
 */
public final class Frames {
    private static final List<String> TABLES = List.of("knob", "result", "timing");

    private final StudyIndex index;

    /** @param index open and up to date */
    public Frames(StudyIndex index) {
        this.index = index;
    }

    /**
     * A row per trial, in the plan's order: {@code trial, variant, replicate, seed, status}, then a column per knob ({@code
     * knob.train.steps}), result ({@code result.fid}) and timing ({@code timing.train.seconds}).
     */
    public Table trials() throws IOException {
        QueryRows base = index.query("select trial, variant, replicate, seed, status from trial order by position");
        Map<String, Map<String, @Nullable Object>> values = new HashMap<>();
        List<String> columns = new ArrayList<>(base.columns());
        for (String table : TABLES) {
            TreeSet<String> names = new TreeSet<>();
            for (List<@Nullable Object> row :
                    index.query("select trial, name, value from " + table).rows()) {
                String name = table + "." + row.get(1);
                names.add(name);
                values.computeIfAbsent(String.valueOf(row.get(0)), key -> new LinkedHashMap<>())
                        .put(name, row.get(2));
            }
            columns.addAll(names);
        }
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (List<@Nullable Object> trial : base.rows()) {
            List<@Nullable Object> row = new ArrayList<>(trial);
            Map<String, @Nullable Object> more = values.getOrDefault(String.valueOf(trial.get(0)), Map.of());
            columns.subList(row.size(), columns.size()).forEach(name -> row.add(more.get(name)));
            rows.add(row);
        }
        return table("trials", new QueryRows(columns, rows));
    }

    /**
     * A row per logged step of a metric of training: {@code trial, variant, replicate, step, value}.
     *
     * @param metric as it is logged, {@code loss}
     */
    public Table curves(String metric) throws IOException {
        return table(
                "curves of " + metric,
                index.query(
                        "select c.trial, c.variant, c.replicate, c.step, c.value from curve c join trial t on t.trial ="
                                + " c.trial where c.kind = 'train' and c.name = ? order by t.position, c.step",
                        metric));
    }

    /**
     * The rows of any query.
     *
     * @throws org.ditlab.study.StudyException when SQLite does not take it
     */
    public Table query(String sql, @Nullable Object... parameters) throws IOException {
        return table("query", index.query(sql, parameters));
    }

    private static Table table(String name, QueryRows found) {
        Table table = Table.create(name);
        for (int i = 0; i < found.columns().size(); i++) {
            table.addColumns(column(name(found.columns(), i), found, i));
        }
        return table;
    }

    /** Tablesaw wants names that differ: a second {@code value} becomes {@code value 2}. */
    private static String name(List<String> columns, int i) {
        long earlier = columns.subList(0, i).stream()
                .filter(columns.get(i)::equalsIgnoreCase)
                .count();
        return earlier == 0 ? columns.get(i) : columns.get(i) + " " + (earlier + 1);
    }

    private static Column<?> column(String name, QueryRows found, int place) {
        List<@Nullable Object> values =
                found.rows().stream().map(row -> row.get(place)).toList();
        List<Object> present = values.stream().filter(Objects::nonNull).toList();
        if (present.isEmpty() || !present.stream().allMatch(Number.class::isInstance)) {
            StringColumn column = StringColumn.create(name);
            values.forEach(value -> column.append(value == null ? "" : value.toString()));
            return column;
        }
        if (present.stream().allMatch(Long.class::isInstance)) {
            LongColumn column = LongColumn.create(name);
            for (Object value : values) {
                if (value instanceof Long number) {
                    column.append(number.longValue());
                } else {
                    column.appendMissing();
                }
            }
            return column;
        }
        DoubleColumn column = DoubleColumn.create(name);
        for (Object value : values) {
            if (value instanceof Number number) {
                column.append(number.doubleValue());
            } else {
                column.appendMissing();
            }
        }
        return column;
    }
}
