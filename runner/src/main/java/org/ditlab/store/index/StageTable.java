package org.ditlab.store.index;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.ditlab.store.StudyDirectory;

/** The rows of the index about stages and attempts, and what is remembered of their files. */
final class StageTable {
    private static final List<String> FACTS = List.of("started", "host", "pid", "version", "code");

    private final Connection connection;
    private final SmallFiles small;

    StageTable(Connection connection, SmallFiles small) {
        this.connection = connection;
        this.small = small;
    }

    Map<String, StoredStage> load() throws SQLException {
        Map<String, StoredStage> stages = new HashMap<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery("select stage, id, done from stage")) {
                while (rows.next()) {
                    stages.put(
                            rows.getString(1),
                            new StoredStage(rows.getLong(2), rows.getInt(3) == 1, new ArrayList<>()));
                }
            }
            try (ResultSet rows = statement.executeQuery("""
                    select s.stage, s.attempt, s.size, s.modified, s.position, s.prefix, a.rows + a.skipped, s.facts \
                    from source s join attempt a on a.stage = s.stage and a.attempt = s.attempt \
                    order by s.stage, s.attempt""")) {
                while (rows.next()) {
                    StoredStage stage = stages.get(rows.getString(1));
                    if (stage != null) {
                        stage.attempts()
                                .add(new StoredStage.Attempt(
                                        rows.getInt(2),
                                        rows.getLong(3),
                                        rows.getLong(4),
                                        rows.getLong(5),
                                        rows.getLong(6),
                                        rows.getLong(7),
                                        rows.getString(8)));
                    }
                }
            }
        }
        return stages;
    }

    /** Makes the row of a new stage. */
    long add(StageFiles stage) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into stage(stage, kind, done) values (?, ?, ?) returning id")) {
            insert.setString(1, stage.id());
            insert.setString(2, stage.kind());
            insert.setInt(3, stage.done() ? 1 : 0);
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    void setDone(StageFiles stage) throws SQLException {
        execute("update stage set done = ? where stage = ?", stage.done() ? 1 : 0, stage.id());
    }

    /** Takes away the rows of a stage's attempts. */
    void clearAttempts(String stage) throws SQLException {
        execute("delete from attempt where stage = ?", stage);
        // '0' is the character after '/'.
        for (String table : List.of("source", "warning")) {
            execute(
                    "delete from " + table + " where path >= ? and path < ?",
                    "stages/" + stage + "/",
                    "stages/" + stage + "0");
        }
    }

    void delete(String stage) throws SQLException {
        clearAttempts(stage);
        execute("delete from stage where stage = ?", stage);
    }

    /** Notes how far an attempt was read. */
    void save(StageFiles stage, StageReading.Read read) throws SQLException {
        StoredStage.Attempt state = read.state();
        String path = path(stage.id(), state.number());
        execute(
                "insert or replace into source(path, stage, attempt, size, modified, position, prefix, facts)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?)",
                path,
                stage.id(),
                state.number(),
                state.size(),
                state.modified(),
                state.position(),
                state.prefix(),
                state.facts());
        execute(
                "insert into attempt(stage, attempt, modified, rows, skipped) values (?, ?, ?, ?, ?)"
                        + " on conflict(stage, attempt) do update set modified = excluded.modified,"
                        + (read.continued()
                                ? " rows = rows + excluded.rows, skipped = skipped + excluded.skipped"
                                : " rows = excluded.rows, skipped = excluded.skipped"),
                stage.id(),
                state.number(),
                state.modified() == 0 ? null : time(state.modified()),
                read.rows(),
                read.skipped());
        if (!read.continued()) {
            execute("delete from warning where path = ?", path + "/metrics.jsonl");
        }
        for (MetricReader.Bad bad : read.bad()) {
            execute(
                    "insert into warning(path, line, message) values (?, ?, ?)",
                    path + "/metrics.jsonl",
                    bad.line() == 0 ? null : bad.line(),
                    bad.message());
        }
    }

    /** Notes where and when an attempt ran. */
    void saveFacts(StageFiles stage, StageFiles.Attempt attempt) throws SQLException {
        String path = path(stage.id(), attempt.number());
        execute("update source set facts = ? where path = ?", attempt.facts(), path);
        if (attempt.facts().isEmpty()) {
            return;
        }
        try {
            Map<String, Object> facts = small.read(attempt.path().resolve("provenance.json"));
            List<Object> values = new ArrayList<>();
            for (String fact : FACTS) {
                Object value = facts.get(fact);
                values.add(value instanceof Map || value instanceof List ? null : value);
            }
            values.add(stage.id());
            values.add(attempt.number());
            execute(
                    "update attempt set started = ?, host = ?, pid = ?, version = ?, code = ?"
                            + " where stage = ? and attempt = ?",
                    values.toArray());
            execute("delete from warning where path = ?", path + "/provenance.json");
        } catch (IOException e) {
            execute("delete from warning where path = ?", path + "/provenance.json");
            execute(
                    "insert into warning(path, message) values (?, ?)",
                    path + "/provenance.json",
                    StudyDirectory.reason(e));
        }
    }

    private void execute(String sql, Object... values) throws SQLException {
        Sql.execute(connection, sql, values);
    }

    private static String path(String stage, int attempt) {
        return "stages/" + stage + "/attempt-" + attempt;
    }

    private static String time(long nanos) {
        return Instant.ofEpochSecond(0, TimeUnit.NANOSECONDS.toMillis(nanos) * 1_000_000L)
                .toString();
    }
}
