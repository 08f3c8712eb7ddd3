package org.ditlab.store.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** The SQLite file: opened to be built or to be queried, checked, and made anew when it is damaged or of another version. */
final class IndexFile implements AutoCloseable {
    /** Much longer than a transaction of the builder. */
    private static final int BUSY_MILLIS = 60_000;

    private static final int LONGEST_VALUE = 1 << 26;

    private final IndexPlace place;
    private final Connection builder;
    private final Connection reader;
    private final @Nullable Object identity;

    private IndexFile(IndexPlace place, Connection builder, Connection reader) throws IOException {
        this.place = place;
        this.builder = builder;
        this.reader = reader;
        this.identity = identity(place.file());
    }

    /** Opens, or makes; for who holds the lock. */
    static IndexFile open(IndexPlace place) throws IOException, SQLException {
        for (Path file : place.files()) {
            if (Files.isSymbolicLink(file)) {
                Files.delete(file);
            }
        }
        try {
            return connect(place);
        } catch (SQLException e) {
            if (!damaged(e)) {
                throw e;
            }
            place.delete();
            return connect(place);
        }
    }

    private static IndexFile connect(IndexPlace place) throws IOException, SQLException {
        Connection builder = builder(place.file());
        try {
            if (!current(builder)) {
                builder.close();
                place.delete();
                builder = builder(place.file());
                create(builder);
            }
            return new IndexFile(place, builder, reader(place.file()));
        } catch (SQLException | IOException e) {
            builder.close();
            throw e;
        }
    }

    private static Connection builder(Path file) throws SQLException {
        SQLiteConfig config = common();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        // After a power cut it may be damaged; it is then built anew.
        config.setSynchronous(SQLiteConfig.SynchronousMode.OFF);
        config.setPragma(SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, "16384");
        return config.createConnection(url(file));
    }

    private static Connection reader(Path file) throws SQLException {
        SQLiteConfig config = common();
        config.setReadOnly(true);
        config.setPragma(SQLiteConfig.Pragma.LIMIT_ATTACHED, "0");
        config.setPragma(SQLiteConfig.Pragma.LIMIT_LENGTH, Integer.toString(LONGEST_VALUE));
        Connection connection = config.createConnection(url(file));
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma query_only = on");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** As a URI, so that no character of a directory's name means anything. */
    private static String url(Path file) {
        return "jdbc:sqlite:" + file.toAbsolutePath().toUri();
    }

    private static SQLiteConfig common() {
        SQLiteConfig config = new SQLiteConfig();
        config.enableLoadExtension(false);
        config.setBusyTimeout(BUSY_MILLIS);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setCacheSize(-65536);
        config.setPragma(SQLiteConfig.Pragma.MMAP_SIZE, "0");
        return config;
    }

    private static void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("begin immediate");
            for (String sql : IndexSchema.statements()) {
                statement.execute(sql);
            }
            statement.execute("pragma application_id = " + IndexSchema.APPLICATION);
            statement.execute("pragma user_version = " + IndexSchema.VERSION);
            statement.execute("commit");
        }
    }

    /** Whether the schema is exactly ours: a file that came with a study from elsewhere may hold anything. */
    private static boolean current(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (number(statement, "pragma application_id") != IndexSchema.APPLICATION
                    || number(statement, "pragma user_version") != IndexSchema.VERSION) {
                return false;
            }
            List<String> found = new ArrayList<>();
            try (ResultSet rows =
                    statement.executeQuery("select sql from sqlite_schema where sql is not null order by rowid")) {
                while (rows.next()) {
                    found.add(rows.getString(1).toLowerCase(Locale.ROOT));
                }
            }
            return found.equals(IndexSchema.statements().stream()
                    .map(sql -> sql.toLowerCase(Locale.ROOT))
                    .toList());
        }
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** Whether the file is no longer that of its name: somebody deleted it or made it anew. */
    boolean replaced() throws IOException {
        return identity == null || !Objects.equals(identity, identity(place.file()));
    }

    private static @Nullable Object identity(Path file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            Object key = attributes.fileKey();
            return key == null ? "no key on this system" : key;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    Connection builder() {
        return builder;
    }

    Connection reader() {
        return reader;
    }

    /** Whether the file itself is at fault. */
    static boolean damaged(SQLException e) {
        if (!(e instanceof SQLiteException sqlite)) {
            return false;
        }
        int code = sqlite.getResultCode().code & 0xff;
        return code == SQLiteErrorCode.SQLITE_CORRUPT.code
                || code == SQLiteErrorCode.SQLITE_NOTADB.code
                || code == SQLiteErrorCode.SQLITE_FORMAT.code;
    }

    @Override
    public void close() {
        for (Connection connection : List.of(reader, builder)) {
            try {
                connection.close();
            } catch (SQLException e) {
                // The file is a cache: what a failing close leaves behind is found out when it is opened again.
                continue;
            }
        }
    }
}
