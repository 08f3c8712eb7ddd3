package org.ditlab.store.index;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sqlite.ProgressHandler;

/** Ends the queries of a connection that take longer than they may: SQLite asks it now and then whether to go on. */
final class QueryClock implements AutoCloseable {
    /** Instructions of SQLite's between two questions: some milliseconds at most. */
    private static final int INSTRUCTIONS = 100_000;

    private final Connection connection;
    private long end;

    QueryClock(Connection connection, Duration limit) throws SQLException {
        this.connection = connection;
        this.end = System.nanoTime() + limit.toNanos();
        ProgressHandler.setHandler(connection, INSTRUCTIONS, new ProgressHandler() {
            @Override
            protected int progress() {
                return System.nanoTime() - end > 0 ? 1 : 0;
            }
        });
    }

    /** The same reader, during whose work the clock stands: a pager may keep it waiting. */
    RowReader pausing(RowReader reader) {
        return new RowReader() {
            @Override
            public void columns(List<String> names) throws IOException {
                reader.columns(names);
            }

            @Override
            public boolean again() {
                return reader.again();
            }

            @Override
            public boolean row(List<@Nullable Object> values) throws IOException {
                long begin = System.nanoTime();
                boolean more = reader.row(values);
                end += System.nanoTime() - begin;
                return more;
            }
        };
    }

    @Override
    public void close() throws SQLException {
        ProgressHandler.clearHandler(connection);
    }
}
