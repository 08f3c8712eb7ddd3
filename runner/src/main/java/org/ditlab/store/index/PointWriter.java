package org.ditlab.store.index;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes the points of stages: many to a statement, by metric and step, which is the table's own order. */
final class PointWriter implements AutoCloseable {
    private static final int MANY = 100;
    private static final String INTO =
            "insert or replace into point(stage, metric, attempt, step, value) select ?, ?, ?, column1, column2 from (values ";

    private final Connection connection;
    private final PreparedStatement many;
    private final PreparedStatement one;
    private final PreparedStatement delete;
    private final PreparedStatement extend;
    private final Map<String, Integer> names = new HashMap<>();

    PointWriter(Connection connection) throws SQLException {
        this.connection = connection;
        this.many = connection.prepareStatement(INTO + "(?, ?)" + ", (?, ?)".repeat(MANY - 1) + ")");
        this.one = connection.prepareStatement(INTO + "(?, ?))");
        this.delete = connection.prepareStatement("delete from point where stage = ? and metric = ? and step = ?");
        this.extend = connection.prepareStatement("""
                insert into extent(stage, metric, points, first_step, last_step, last, least, greatest) \
                values (?, ?, ?, ?, ?, ?, ?, ?) on conflict(stage, metric) do update set \
                points = points + excluded.points, last_step = excluded.last_step, last = excluded.last, \
                least = min(coalesce(least, excluded.least), coalesce(excluded.least, least)), \
                greatest = max(coalesce(greatest, excluded.greatest), coalesce(excluded.greatest, greatest))""");
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select name, id from metric_name")) {
            while (rows.next()) {
                names.put(rows.getString(1), rows.getInt(2));
            }
        }
    }

    /** A stage being written: what it holds already. */
    final class Target {
        private final long stage;
        private final Set<Integer> metrics = new LinkedHashSet<>();
        private long lastStep = Long.MIN_VALUE;
        private boolean replaced;

        private Target(long stage) {
            this.stage = stage;
        }

        /** Adds rows that come after all that were written; where they repeat a step, they replace the whole row. */
        void write(MetricChunk chunk) throws SQLException {
            if (chunk.rows() == 0) {
                return;
            }
            if (chunk.increasing() && chunk.step(0) > lastStep) {
                for (MetricChunk.Column column : chunk.columns()) {
                    append(chunk, column);
                }
                lastStep = chunk.step(chunk.rows() - 1);
                return;
            }
            replaced = true;
            int[] order = chunk.order();
            for (int row : order) {
                if (chunk.step(row) <= lastStep) {
                    clear(chunk.step(row));
                }
            }
            for (MetricChunk.Column column : chunk.columns()) {
                merge(chunk, column, order);
            }
            lastStep = Math.max(lastStep, chunk.step(order[order.length - 1]));
        }

        /** Brings the curves' ends up to date. */
        void finish() throws SQLException {
            if (replaced) {
                measure(stage);
            }
        }

        private void clear(long step) throws SQLException {
            for (int metric : metrics) {
                delete.setLong(1, stage);
                delete.setInt(2, metric);
                delete.setLong(3, step);
                delete.executeUpdate();
            }
        }

        private void append(MetricChunk chunk, MetricChunk.Column column) throws SQLException {
            if (column.size() == 0) {
                return;
            }
            int metric = metric(column.name());
            metrics.add(metric);
            int size = column.size();
            int i = 0;
            for (; i + MANY <= size; i += MANY) {
                head(many, stage, metric, chunk.attempt());
                for (int k = 0; k < MANY; k++) {
                    many.setLong(4 + 2 * k, chunk.step(column.row(i + k)));
                    many.setDouble(5 + 2 * k, column.value(i + k));
                }
                many.executeUpdate();
            }
            for (; i < size; i++) {
                single(stage, metric, chunk.attempt(), chunk.step(column.row(i)), column.value(i));
            }
            if (!replaced) {
                extend(metric, chunk, column);
            }
        }

        private void extend(int metric, MetricChunk chunk, MetricChunk.Column column) throws SQLException {
            double least = Double.NaN;
            double greatest = Double.NaN;
            int size = column.size();
            for (int i = 0; i < size; i++) {
                double value = column.value(i);
                least = least <= value ? least : Double.isNaN(value) ? least : value;
                greatest = greatest >= value ? greatest : Double.isNaN(value) ? greatest : value;
            }
            extend.setLong(1, stage);
            extend.setInt(2, metric);
            extend.setInt(3, size);
            extend.setLong(4, chunk.step(column.row(0)));
            extend.setLong(5, chunk.step(column.row(size - 1)));
            extend.setDouble(6, column.value(size - 1));
            extend.setDouble(7, least);
            extend.setDouble(8, greatest);
            extend.executeUpdate();
        }

        private void merge(MetricChunk chunk, MetricChunk.Column column, int[] order) throws SQLException {
            int metric = metric(column.name());
            metrics.add(metric);
            for (int row : order) {
                int found = column.find(row);
                if (found >= 0) {
                    single(stage, metric, chunk.attempt(), chunk.step(row), column.value(found));
                }
            }
        }
    }

    /** Goes on with a stage. */
    Target continued(long stage) throws SQLException {
        Target target = new Target(stage);
        try (PreparedStatement select =
                connection.prepareStatement("select metric, last_step from extent where stage = ?")) {
            select.setLong(1, stage);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    target.metrics.add(rows.getInt(1));
                    target.lastStep = Math.max(target.lastStep, rows.getLong(2));
                }
            }
        }
        return target;
    }

    /** Takes away what a stage holds. */
    void clear(long stage) throws SQLException {
        for (String table : List.of("point", "extent")) {
            try (PreparedStatement statement =
                    connection.prepareStatement("delete from " + table + " where stage = ?")) {
                statement.setLong(1, stage);
                statement.executeUpdate();
            }
        }
    }

    private void measure(long stage) throws SQLException {
        for (String sql : List.of("delete from extent where stage = ?1", """
                insert into extent(stage, metric, points, first_step, last_step, last, least, greatest) \
                select c.stage, c.metric, c.points, c.first_step, c.last_step, p.value, c.least, c.greatest from \
                (select stage, metric, count(*) as points, min(step) as first_step, max(step) as last_step, \
                min(value) as least, max(value) as greatest from point where stage = ?1 group by metric) c \
                join point p on p.stage = c.stage and p.metric = c.metric and p.step = c.last_step""")) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setLong(1, stage);
                statement.executeUpdate();
            }
        }
    }

    private void single(long stage, int metric, int attempt, long step, double value) throws SQLException {
        head(one, stage, metric, attempt);
        one.setLong(4, step);
        one.setDouble(5, value);
        one.executeUpdate();
    }

    private static void head(PreparedStatement statement, long stage, int metric, int attempt) throws SQLException {
        statement.setLong(1, stage);
        statement.setInt(2, metric);
        statement.setInt(3, attempt);
    }

    private int metric(String name) throws SQLException {
        Integer known = names.get(name);
        if (known != null) {
            return known;
        }
        int id = names.size() + 1;
        try (PreparedStatement insert =
                connection.prepareStatement("insert into metric_name(id, name) values (?, ?)")) {
            insert.setInt(1, id);
            insert.setString(2, name);
            insert.executeUpdate();
        }
        names.put(name, id);
        return id;
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : new ArrayList<>(List.of(many, one, delete, extend))) {
            statement.close();
        }
    }
}
