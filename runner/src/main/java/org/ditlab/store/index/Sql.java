package org.ditlab.store.index;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Statements with values. */
final class Sql {
    private Sql() {}

    static void execute(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, values);
            statement.executeUpdate();
        }
    }

    static void bind(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            if (value instanceof Boolean flag) {
                statement.setString(i + 1, flag.toString());
            } else if (value instanceof BigInteger large) {
                statement.setDouble(i + 1, large.doubleValue());
            } else if (value == null || value instanceof Number || value instanceof String) {
                statement.setObject(i + 1, value);
            } else {
                statement.setString(i + 1, value.toString());
            }
        }
    }
}
