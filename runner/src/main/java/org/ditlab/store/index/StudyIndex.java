package org.ditlab.store.index;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * SQL over a study's directory.
 *
 * <pre>
 * try (StudyIndex index = StudyIndex.open(directory)) {
 *     index.refresh();
 *     QueryRows rows = index.query("select step, value from curve where trial = ? and name = 'loss'", id);
 * }
 * </pre>
 *
 * <p>What can be asked for stands in {@link IndexSchema#tables()}. {@link #refresh} reads what has been added to the study's
 * files since the last time, whoever asked then; without it a query sees the index as it was left. One process builds at a
 * time, others wait for it; queries never wait. The file may be deleted at any time; a damaged one is made anew. May be used
 * by several threads, one after the other.
 */
public final class StudyIndex implements AutoCloseable {
    private final Path study;
    private IndexPlace place;
    private IndexFile file;
    private boolean delivered;

    private StudyIndex(Path study, IndexPlace place, IndexFile file) {
        this.study = study;
        this.place = place;
        this.file = file;
    }

    /**
     * Opens the index of a study, or makes an empty one.
     *
     * @throws StudyException when this is no study's directory
     */
    public static StudyIndex open(Path studyDirectory) throws IOException {
        Path study = StudyDirectory.open(studyDirectory).path();
        return open(study, IndexPlace.of(study));
    }

    static StudyIndex open(Path study, IndexPlace place) throws IOException {
        try {
            return new StudyIndex(study, place, connect(place));
        } catch (SQLException e) {
            if (place.passing()) {
                throw failure(e, place);
            }
            // A directory where files can be made, but SQLite cannot work.
            IndexPlace passing = IndexPlace.forThisProcess();
            try {
                return new StudyIndex(study, passing, connect(passing));
            } catch (SQLException again) {
                again.addSuppressed(e);
                throw failure(again, passing);
            }
        }
    }

    private static IndexFile connect(IndexPlace place) throws IOException, SQLException {
        try (IndexLock lock = IndexLock.acquire(place)) {
            return IndexFile.open(place);
        }
    }

    /** Where the index lies. */
    public Path file() {
        return place.file();
    }

    /** Brings the index up to date with the study's files. */
    public synchronized Refreshed refresh() throws IOException {
        try (IndexLock lock = IndexLock.acquire(place)) {
            if (file.replaced()) {
                reopen(false);
            }
            try {
                return new IndexBuild(study, file.builder()).run();
            } catch (SQLException e) {
                if (!IndexFile.damaged(e)) {
                    throw e;
                }
                reopen(true);
                return new IndexBuild(study, file.builder()).run();
            }
        } catch (SQLException e) {
            throw failure(e, place);
        }
    }

    /**
     * Asks one question.
     *
     * @param sql one statement that reads; {@code ?} stands for the parameters
     * @throws StudyException when SQLite does not take it
     */
    public QueryRows query(String sql, @Nullable Object... parameters) throws IOException {
        List<String> columns = new ArrayList<>();
        List<List<@Nullable Object>> rows = new ArrayList<>();
        query(sql, Arrays.asList(parameters), new RowReader() {
            @Override
            public void columns(List<String> names) {
                columns.clear();
                rows.clear();
                columns.addAll(names);
            }

            @Override
            public boolean again() {
                return true;
            }

            @Override
            public boolean row(List<@Nullable Object> values) {
                rows.add(values);
                return true;
            }
        });
        return new QueryRows(List.copyOf(columns), rows);
    }

    /**
     * Asks one question whose rows need not fit into memory.
     *
     * @throws StudyException when SQLite does not take it
     */
    public void query(String sql, List<? extends @Nullable Object> parameters, RowReader reader) throws IOException {
        query(sql, parameters, reader, null);
    }

    /**
     * The same within a time, in which the reader's own does not count.
     *
     * @param limit null for none
     * @throws StudyException when SQLite does not take it, or the time is over
     */
    public synchronized void query(
            String sql, List<? extends @Nullable Object> parameters, RowReader reader, @Nullable Duration limit)
            throws IOException {
        SelectGuard.check(sql);
        if (limit == null) {
            ask(sql, parameters, reader);
            return;
        }
        try (QueryClock clock = new QueryClock(file.reader(), limit)) {
            ask(sql, parameters, clock.pausing(reader));
        } catch (SQLException e) {
            throw failure(e, place);
        }
    }

    private void ask(String sql, List<? extends @Nullable Object> parameters, RowReader reader) throws IOException {
        delivered = false;
        try {
            select(sql, parameters, reader);
        } catch (SQLException e) {
            if (!IndexFile.damaged(e)) {
                throw mistake(e);
            }
            rebuild();
            if (delivered && !reader.again()) {
                throw new StudyException(place.file() + ": the index was damaged and has been made anew; ask again");
            }
            try {
                select(sql, parameters, reader);
            } catch (SQLException again) {
                throw mistake(again);
            }
        }
    }

    private void rebuild() throws IOException {
        try (IndexLock lock = IndexLock.acquire(place)) {
            reopen(true);
        } catch (SQLException e) {
            throw failure(e, place);
        }
        refresh();
    }

    private void select(String sql, List<? extends @Nullable Object> parameters, RowReader reader)
            throws SQLException, IOException {
        try (PreparedStatement statement = file.reader().prepareStatement(sql)) {
            int wanted = statement.getParameterMetaData().getParameterCount();
            if (wanted != parameters.size()) {
                throw new StudyException("the query has " + wanted + " parameters (?), and " + parameters.size()
                        + " values were given; give one for each");
            }
            Sql.bind(statement, parameters.toArray());
            try (ResultSet rows = statement.executeQuery()) {
                ResultSetMetaData about = rows.getMetaData();
                int count = about.getColumnCount();
                List<String> names = new ArrayList<>();
                for (int i = 1; i <= count; i++) {
                    names.add(about.getColumnLabel(i));
                }
                reader.columns(names);
                while (rows.next()) {
                    List<@Nullable Object> values = new ArrayList<>(count);
                    for (int i = 1; i <= count; i++) {
                        values.add(plain(rows.getObject(i)));
                    }
                    delivered = true;
                    if (!reader.row(values)) {
                        return;
                    }
                }
            }
        }
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Integer number) {
            return number.longValue();
        }
        return value instanceof byte[] bytes ? bytes.length + " bytes" : value;
    }

    /** For who holds the lock. */
    private void reopen(boolean anew) throws IOException, SQLException {
        file.close();
        if (anew) {
            place.delete();
        }
        file = IndexFile.open(place);
    }

    private static StudyException mistake(SQLException e) {
        String message = reason(e);
        if (e instanceof SQLiteException sqlite && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_INTERRUPT) {
            return new StudyException("the query has taken longer than it may, and was ended; ask for less, as one name"
                    + " or one trial of curve, or give it longer by --timeout");
        }
        if (e instanceof SQLiteException sqlite
                && (sqlite.getResultCode().code & 0xff) == SQLiteErrorCode.SQLITE_READONLY.code) {
            return new StudyException("the query writes: " + message + "; the index is only read");
        }
        return new StudyException("the query cannot be answered: " + message
                + "; `ditlab query STUDY --schema` shows the tables and columns");
    }

    private static IOException failure(SQLException e, IndexPlace place) {
        return new IOException(
                place.file() + ": the index cannot be built: " + reason(e)
                        + "; make room there, or set DITLAB_CACHE to another directory",
                e);
    }

    /** The driver's message without its code. */
    private static String reason(SQLException e) {
        String message = String.valueOf(e.getMessage());
        int open = message.lastIndexOf('(');
        return message.startsWith("[SQLITE_") && open > 0 && message.endsWith(")")
                ? message.substring(open + 1, message.length() - 1)
                : message;
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
        place.leave();
    }
}
