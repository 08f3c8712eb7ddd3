package org.ditlab.store.export;

import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ditlab.store.TrialStatus;
import org.ditlab.store.index.RowReader;
import org.ditlab.store.index.StudyIndex;
import org.jspecify.annotations.Nullable;

/** What exporters read from the index: trials, and the points of a stage that a target has not got yet. */
final class ExportSource {
    private static final List<String> VALUES = List.of("knob", "cost", "result", "timing", "protocol");

    private final StudyIndex index;

    ExportSource(StudyIndex index) {
        this.index = index;
    }

    /** Takes points by step. */
    interface Points {
        void point(long step, String name, double value, double wallSeconds) throws IOException;
    }

    /**
     * What is new of a stage.
     *
     * @param from the first step to send
     * @param repeats whether the target has steps from there on that no longer hold
     */
    record News(long from, boolean repeats) {}

    /** All trials, in the plan's order. */
    List<ExportTrial> trials() throws IOException {
        Map<String, Map<String, Map<String, @Nullable Object>>> values = new HashMap<>();
        for (String table : VALUES) {
            for (List<@Nullable Object> row : rows("select trial, name, value from " + table)) {
                values.computeIfAbsent(text(row, 0), key -> new HashMap<>())
                        .computeIfAbsent(table, key -> new LinkedHashMap<>())
                        .put(text(row, 1), row.get(2));
            }
        }
        Map<String, List<ExportTrial.Stage>> stages = stages();
        List<ExportTrial> trials = new ArrayList<>();
        for (List<@Nullable Object> row :
                rows("select trial, hash, variant, replicate, seed, status from trial order by position")) {
            String id = text(row, 0);
            trials.add(new ExportTrial(
                    id,
                    text(row, 1),
                    text(row, 2),
                    number(row, 3),
                    number(row, 4),
                    TrialStatus.ofWord(text(row, 5)),
                    values.getOrDefault(id, Map.of()),
                    stages.getOrDefault(id, List.of())));
        }
        return trials;
    }

    /** By trial. The extractor's training belongs to all trials, and is left out. */
    private Map<String, List<ExportTrial.Stage>> stages() throws IOException {
        Map<String, List<ExportTrial.Stage>> stages = new HashMap<>();
        for (List<@Nullable Object> row : rows("""
                select ts.trial, c.id, c.stage, c.kind, a.attempt, coalesce(a.started, ''), c.step, c.points \
                from trial_stage ts join (select s.id, s.stage, s.kind, max(e.last_step) as step, \
                sum(e.points) as points from stage s join extent e on e.stage = s.id where s.kind <> 'extractor' \
                group by s.id) c on c.stage = ts.stage join attempt a on a.stage = c.stage and a.attempt = \
                (select max(attempt) from attempt where stage = c.stage) order by ts.trial, ts.position""")) {
            stages.computeIfAbsent(text(row, 0), key -> new ArrayList<>())
                    .add(new ExportTrial.Stage(
                            number(row, 1),
                            text(row, 2),
                            text(row, 3),
                            new Mark((int) number(row, 4), text(row, 5), number(row, 6), number(row, 7))));
        }
        return stages;
    }

    /** What the target has not got; empty when it has all. */
    Optional<News> news(ExportTrial.Stage stage, Optional<Mark> mark) throws IOException {
        if (mark.isEmpty()) {
            return Optional.of(new News(Long.MIN_VALUE, false));
        }
        Mark then = mark.get();
        if (then.equals(stage.now())) {
            return Optional.empty();
        }
        List<List<@Nullable Object>> started = index.query(
                        "select coalesce(started, '') from attempt where stage = ? and attempt = ?",
                        stage.id(),
                        then.attempt())
                .rows();
        if (started.isEmpty() || !text(started.get(0), 0).equals(then.started())) {
            return Optional.of(new News(Long.MIN_VALUE, true));
        }
        List<@Nullable Object> found = index.query(
                        "select coalesce(min(iif(attempt > ?1, step, null)), 9223372036854775807),"
                                + " count(iif(step <= ?2, 1, null)) from point where stage = ?3",
                        then.attempt(),
                        then.step(),
                        stage.number())
                .rows()
                .get(0);
        if (number(found, 0) <= then.step()) {
            return Optional.of(new News(number(found, 0), true));
        }
        return Optional.of(
                number(found, 1) == then.points() ? new News(then.step() + 1, false) : new News(Long.MIN_VALUE, true));
    }

    /**
     * The points of a stage from a step on, by step. Logs have no clock: the time of a point lies between its attempt's
     * beginning and last write, in proportion to its step.
     *
     * @return how many
     */
    long points(ExportTrial.Stage stage, long from, Points points) throws IOException {
        Map<Long, double[]> clock = clock(stage);
        long[] count = {0};
        index.query(
                "select p.step, n.name, p.value, p.attempt from point p join metric_name n on n.id = p.metric"
                        + " where p.stage = ? and p.step >= ? order by p.step, p.metric",
                List.of(stage.number(), from),
                (RowReader) row -> {
                    long step = number(row, 0);
                    Object value = row.get(2);
                    double[] line = clock.getOrDefault(number(row, 3), new double[] {0, 1, 0, 0});
                    double part = line[1] > line[0] ? (step - line[0]) / (line[1] - line[0]) : 1;
                    points.point(
                            step,
                            text(row, 1),
                            value instanceof Number number ? number.doubleValue() : Double.NaN,
                            line[2] + part * (line[3] - line[2]));
                    count[0]++;
                    return true;
                });
        return count[0];
    }

    /** By attempt: first and last step, seconds of its beginning and of its last write. */
    private Map<Long, double[]> clock(ExportTrial.Stage stage) throws IOException {
        Map<Long, double[]> clock = new HashMap<>();
        for (List<@Nullable Object> row : index.query(
                        "select p.attempt, min(p.step), max(p.step), a.started, a.modified from point p"
                                + " left join attempt a on a.stage = ? and a.attempt = p.attempt where p.stage = ?"
                                + " group by p.attempt",
                        stage.id(),
                        stage.number())
                .rows()) {
            double end = seconds(text(row, 4), 0);
            double begin = Math.min(end, seconds(text(row, 3), end));
            clock.put(number(row, 0), new double[] {number(row, 1), number(row, 2), begin, end});
        }
        return clock;
    }

    private static double seconds(String time, double otherwise) {
        try {
            return Instant.parse(time).toEpochMilli() / 1000.0;
        } catch (DateTimeParseException e) {
            return otherwise;
        }
    }

    private List<List<@Nullable Object>> rows(String sql) throws IOException {
        return index.query(sql).rows();
    }

    private static String text(List<@Nullable Object> row, int column) {
        Object value = row.get(column);
        return value == null ? "" : value.toString();
    }

    private static long number(List<@Nullable Object> row, int column) {
        return row.get(column) instanceof Number number ? number.longValue() : 0;
    }
}
