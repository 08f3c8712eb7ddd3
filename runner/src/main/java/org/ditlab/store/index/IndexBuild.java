package org.ditlab.store.index;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Brings an index up to date: looks at every file's size and time, reads what is new on several threads, and writes it on
 * one. Each transaction leaves whole stages, so that a build that was killed goes on where it was.
 */
final class IndexBuild {
    /** Values of a transaction: large enough for speed, small enough for the log beside the file. */
    private static final long TRANSACTION = 1_000_000;

    private static final int MOST_THREADS = 4;

    private final Path study;
    private final Connection connection;
    private final SmallFiles small = new SmallFiles();
    private final StageTable table;
    private long rows;
    private long values;
    private long pending;
    private int stages;

    IndexBuild(Path study, Connection connection) {
        this.study = study;
        this.connection = connection;
        this.table = new StageTable(connection, small);
    }

    Refreshed run() throws IOException, SQLException {
        connection.setAutoCommit(false);
        try {
            int trials = new TrialTable(connection, study, small).refresh();
            stages();
            List<String> warnings = warnings();
            connection.commit();
            return new Refreshed(trials, stages, rows, values, warnings);
        } catch (SQLException | IOException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private void stages() throws IOException, SQLException {
        Map<String, StoredStage> stored = new TreeMap<>(table.load());
        List<String> strange = new ArrayList<>();
        List<StageReading> open = new ArrayList<>();
        try (PointWriter writer = new PointWriter(connection)) {
            for (StageFiles files : StageFiles.all(study, strange)) {
                Optional<StoredStage> then = Optional.ofNullable(stored.remove(files.id()));
                if (then.isPresent() && then.get().sees(files)) {
                    unchanged(files, then.get());
                } else {
                    open.add(new StageReading(files, then));
                }
            }
            for (Map.Entry<String, StoredStage> gone : stored.entrySet()) {
                writer.clear(gone.getValue().id());
                table.delete(gone.getKey());
                stages++;
            }
            strange.forEach(small::warnStrange);
            read(open, writer);
        }
    }

    /** The logs are as they were; what stands beside them may not be. */
    private void unchanged(StageFiles files, StoredStage then) throws SQLException {
        boolean differs = false;
        if (then.done() != files.done()) {
            table.setDone(files);
            differs = true;
        }
        for (int i = 0; i < then.attempts().size(); i++) {
            StageFiles.Attempt attempt = files.attempts().get(i);
            if (!then.attempts().get(i).facts().equals(attempt.facts())) {
                table.saveFacts(files, attempt);
                differs = true;
            }
        }
        stages += differs ? 1 : 0;
    }

    private void read(List<StageReading> open, PointWriter writer) throws IOException, SQLException {
        int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
        if (open.size() < 2 || threads < 2) {
            for (StageReading reading : open) {
                try (reading) {
                    write(reading.begin(), writer);
                }
            }
            return;
        }
        ExecutorService readers = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "index reader");
            thread.setDaemon(true);
            return thread;
        });
        Deque<Future<StageReading>> ahead = new ArrayDeque<>();
        try {
            int next = 0;
            while (next < open.size() || !ahead.isEmpty()) {
                while (next < open.size() && ahead.size() < 2 * threads) {
                    ahead.add(readers.submit(open.get(next++)::begin));
                }
                try (StageReading reading = ahead.remove().get()) {
                    write(reading, writer);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped while the index was built", e);
        } catch (ExecutionException e) {
            throw new IOException("an index reader failed: " + e.getCause(), e.getCause());
        } finally {
            readers.shutdownNow();
            open.forEach(StageReading::close);
        }
    }

    private void write(StageReading reading, PointWriter writer) throws SQLException {
        StageFiles files = reading.files();
        long id = stage(files, reading.anew(), writer);
        PointWriter.Target target = writer.continued(id);
        for (MetricChunk chunk = reading.next(); chunk != null; chunk = reading.next()) {
            target.write(chunk);
            values += chunk.values();
            pending += chunk.values();
        }
        target.finish();
        for (StageReading.Read read : reading.reads()) {
            table.save(files, read);
            rows += read.rows();
        }
        for (StageFiles.Attempt attempt : files.attempts()) {
            table.saveFacts(files, attempt);
        }
        stages++;
        if (pending >= TRANSACTION) {
            connection.commit();
            pending = 0;
        }
    }

    private long stage(StageFiles files, boolean anew, PointWriter writer) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select id from stage where stage = ?")) {
            select.setString(1, files.id());
            try (ResultSet row = select.executeQuery()) {
                if (row.next()) {
                    long id = row.getLong(1);
                    if (anew) {
                        writer.clear(id);
                        table.clearAttempts(files.id());
                    }
                    table.setDone(files);
                    return id;
                }
            }
        }
        return table.add(files);
    }

    /** All warnings, those of files that are looked at every time brought up to date. */
    private List<String> warnings() throws SQLException {
        Map<String, String> seen = new TreeMap<>();
        List<String> all = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery(
                    "select path, message from warning where line is null and (path = 'plan.json' or message like 'is no regular%')")) {
                while (rows.next()) {
                    seen.put(rows.getString(1), rows.getString(2));
                }
            }
            if (!seen.equals(small.warnings())) {
                for (String path : seen.keySet()) {
                    Sql.execute(connection, "delete from warning where path = ? and line is null", path);
                }
                for (Map.Entry<String, String> one : small.warnings().entrySet()) {
                    Sql.execute(
                            connection,
                            "insert into warning(path, message) values (?, ?)",
                            one.getKey(),
                            one.getValue());
                }
            }
            try (ResultSet rows = statement.executeQuery(
                    "select path, line, message from warning order by path, line limit " + Refreshed.WARNINGS)) {
                while (rows.next()) {
                    String line = rows.getString(2);
                    all.add(rows.getString(1) + (line == null ? "" : ":" + line) + ": " + rows.getString(3));
                }
            }
            try (ResultSet rows = statement.executeQuery(
                    "select stage, attempt, skipped from attempt where skipped > 0 order by stage, attempt limit "
                            + Refreshed.WARNINGS)) {
                while (rows.next() && all.size() < Refreshed.WARNINGS) {
                    all.add("stages/" + rows.getString(1) + "/attempt-" + rows.getInt(2) + "/metrics.jsonl: "
                            + rows.getLong(3) + " lines passed over in all");
                }
            }
        }
        return all;
    }
}
