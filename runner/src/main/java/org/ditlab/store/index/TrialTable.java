package org.ditlab.store.index;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ditlab.store.RungPlace;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.TrialStatus;
import org.ditlab.store.WriterLock;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;

/** The rows of the index about trials: what {@code trial.json}, {@code result.json} and {@code failure.json} say. */
final class TrialTable {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** By what the file calls it: the table. */
    private static final Map<String, String> RESULTS =
            Map.of("metrics", "result", "timing", "timing", "protocol", "protocol");

    private final Connection connection;
    private final Path study;
    private final SmallFiles small;

    private record Stored(String signature, String status, int position) {}

    TrialTable(Connection connection, Path study, SmallFiles small) {
        this.connection = connection;
        this.study = study;
        this.small = small;
    }

    /** Brings all trials up to date; says how many changed. */
    int refresh() throws SQLException {
        Map<String, Stored> stored = load();
        Set<String> planned = new HashSet<>();
        int changed = 0;
        int position = 0;
        for (String id : plan()) {
            if (!planned.add(id)) {
                continue;
            }
            Path directory = study.resolve("trials").resolve(id);
            Optional<StageFiles.Stamp> trial = StageFiles.Stamp.of(directory.resolve("trial.json"));
            if (trial.isEmpty()) {
                planned.remove(id);
                continue;
            }
            Optional<StageFiles.Stamp> result = StageFiles.Stamp.of(directory.resolve("result.json"));
            Optional<StageFiles.Stamp> failure = StageFiles.Stamp.of(directory.resolve("failure.json"));
            String signature = StageFiles.Stamp.word(trial) + "|" + StageFiles.Stamp.word(result) + "|"
                    + StageFiles.Stamp.word(failure);
            Stored then = stored.get(id);
            if (then == null || !then.signature.equals(signature)) {
                changed++;
                if (then != null) {
                    delete(id);
                }
                write(id, directory, result.isPresent(), failure.isPresent(), position);
                Sql.execute(
                        connection,
                        "insert or replace into source(path, facts) values (?, ?)",
                        "trials/" + id,
                        signature);
            } else if (!then.status.isEmpty()) {
                String status = result.isPresent() ? then.status : waiting(directory, failure.isPresent());
                if (!status.equals(then.status) || position != then.position) {
                    changed++;
                    Sql.execute(
                            connection,
                            "update trial set status = ?, position = ? where trial = ?",
                            status,
                            position,
                            id);
                }
            }
            position++;
        }
        for (String id : stored.keySet()) {
            if (!planned.contains(id)) {
                changed++;
                delete(id);
                Sql.execute(connection, "delete from source where path = ?", "trials/" + id);
            }
        }
        return changed;
    }

    private Map<String, Stored> load() throws SQLException {
        Map<String, Stored> stored = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        select substr(s.path, 8), s.facts, coalesce(t.status, ''), coalesce(t.position, 0) \
                        from source s left join trial t on t.trial = substr(s.path, 8) where s.path like 'trials/%'""")) {
            while (rows.next()) {
                stored.put(rows.getString(1), new Stored(rows.getString(2), rows.getString(3), rows.getInt(4)));
            }
        }
        return stored;
    }

    /** The trials' directory names, in the plan's order. */
    private List<String> plan() {
        List<String> ids = new ArrayList<>();
        Path file = study.resolve("plan.json");
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return ids;
        }
        try {
            for (Object item : list(small.read(file).get("trials"))) {
                String hash = String.valueOf(item);
                if (StudyDirectory.isHash(hash)) {
                    ids.add(hash.substring(0, 12));
                } else {
                    small.warn("plan.json", new IOException("names a trial that is no hash; it is left out"));
                }
            }
        } catch (IOException e) {
            small.warn("plan.json", e);
        }
        return ids;
    }

    private void delete(String id) throws SQLException {
        List<String> tables = new ArrayList<>(IndexSchema.namedValues());
        tables.addAll(List.of("trial", "failure", "trial_stage"));
        for (String table : tables) {
            Sql.execute(connection, "delete from " + table + " where trial = ?", id);
        }
        // '0' is the character after '/'.
        Sql.execute(
                connection,
                "delete from warning where path >= ? and path < ?",
                "trials/" + id + "/",
                "trials/" + id + "0");
    }

    private void write(String id, Path directory, boolean result, boolean failure, int position) throws SQLException {
        Map<String, Object> trial = read(id, directory, "trial.json");
        if (trial.isEmpty()) {
            return;
        }
        Map<String, Object> done = result ? read(id, directory, "result.json") : Map.of();
        Map<String, Object> failed = failure ? read(id, directory, "failure.json") : Map.of();
        String status = done.isEmpty()
                ? waiting(directory, failure)
                : TrialStatus.ofResult(done).word();
        Sql.execute(
                connection,
                "insert into trial(trial, hash, variant, replicate, seed, status, position, note)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?)",
                id,
                text(trial.get("trial")),
                text(trial.get("variant")),
                number(trial.get("replicate")),
                number(trial.get("seed")),
                status,
                position,
                failed.isEmpty() ? stopped(done) : text(failed.get("reason")));
        named("knob", id, map(trial.get("settings")));
        named("cost", id, map(trial.get("cost")));
        for (Map.Entry<String, String> table : RESULTS.entrySet()) {
            named(table.getValue(), id, map(done.get(table.getKey())));
        }
        if (!failed.isEmpty()) {
            Sql.execute(
                    connection,
                    "insert into failure(trial, exit_code, reason) values (?, ?, ?)",
                    id,
                    number(failed.get("exit_code")),
                    text(failed.get("reason")));
        }
        int place = 0;
        for (Object stage : list(trial.get("stages"))) {
            Sql.execute(
                    connection,
                    "insert into trial_stage(trial, position, stage) values (?, ?, ?)",
                    id,
                    place++,
                    text(map(stage).get("id")));
        }
    }

    /** Where early stopping ended a trial; empty where it did not. */
    private static String stopped(Map<String, Object> result) {
        return RungPlace.ofResult(result)
                .map(place -> "stopped " + place.text())
                .orElse("");
    }

    /** Where a trial without a result stands. */
    private static String waiting(Path directory, boolean failed) {
        boolean locked = Files.exists(directory.resolve("lock"), LinkOption.NOFOLLOW_LINKS);
        if (locked && WriterLock.holder(directory).isPresent()) {
            return TrialStatus.RUNNING.word();
        }
        return (failed ? TrialStatus.FAILED : TrialStatus.PLANNED).word();
    }

    private Map<String, Object> read(String id, Path directory, String name) throws SQLException {
        String path = "trials/" + id + "/" + name;
        try {
            return small.read(directory.resolve(name));
        } catch (IOException | StudyException e) {
            // Kept until the file changes, unlike what is only seen while looking.
            Sql.execute(connection, "insert into warning(path, message) values (?, ?)", path, e.getMessage());
            return Map.of();
        }
    }

    private void named(String table, String id, Map<String, Object> values) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert or replace into " + table + "(trial, name, value) values (?, ?, ?)")) {
            for (Map.Entry<String, Object> entry : values.entrySet()) {
                Sql.bind(insert, id, entry.getKey(), value(entry.getValue()));
                insert.executeUpdate();
            }
        }
    }

    private static @Nullable Object value(@Nullable Object value) {
        if ("NaN".equals(value)) {
            return null;
        }
        if ("Infinity".equals(value) || "-Infinity".equals(value)) {
            return Double.valueOf((String) value);
        }
        return value instanceof Map || value instanceof List
                ? JSON.valueToTree(value).toString()
                : value;
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    private static @Nullable Long number(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : null;
    }

    private static Map<String, Object> map(@Nullable Object value) {
        Map<String, Object> map = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> found) {
            found.forEach((key, item) -> map.put(String.valueOf(key), item));
        }
        return map;
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }
}
