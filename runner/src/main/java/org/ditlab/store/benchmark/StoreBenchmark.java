package org.ditlab.store.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ditlab.store.MetricLog;
import org.ditlab.store.StudyResults;
import org.ditlab.store.TrialResult;
import org.ditlab.store.index.StudyIndex;

/** Writes a synthetic study, builds its index and asks what status and reports ask; all in a directory that goes again. */
public final class StoreBenchmark {
    private static final int LOGGED = 5000;
    private static final int GROWN = 10;

    /** What a report wants to know of every variant. */
    private static final String REPORT = """
            select t.variant, count(*) as trials, avg(r.value) as fid, avg(e.last) as loss, min(e.least) as least \
            from trial t join result r on r.trial = t.trial and r.name = 'fid' \
            join curve_end e on e.trial = t.trial and e.name = 'loss' group by t.variant order by fid""";

    private final SyntheticStudy study;

    public StoreBenchmark(SyntheticStudy study) {
        this.study = study;
    }

    /**
     * One line of the table.
     *
     * @param amount how much was done, in {@code unit}; 0 where it is one thing
     */
    public record Row(String what, double seconds, double amount, String unit) {}

    private interface Work {
        double run() throws IOException;
    }

    /** Measures; the order matters, for each finds what the one before left. */
    public List<Row> run() throws IOException {
        Path root = Files.createTempDirectory("ditlab-store-");
        try {
            return measure(root.resolve("synthetic"));
        } finally {
            delete(root);
        }
    }

    private List<Row> measure(Path directory) throws IOException {
        List<Row> rows = new ArrayList<>();
        rows.add(timed("study written", "MB of logs", () -> study.write(directory) / 1e6));
        try (StudyIndex index = StudyIndex.open(directory)) {
            rows.add(timed("index built", "values", () -> index.refresh().values()));
        }
        rows.add(new Row("index on disk", 0, Files.size(directory.resolve(".index.sqlite")) / 1e6, "MB"));
        rows.add(timed("status: trials and stages read from files", "trials", () -> status(directory)));
        rows.add(timed("index opened and checked, nothing new", "trials", () -> check(directory)));
        try (StudyIndex index = StudyIndex.open(directory)) {
            index.refresh();
            rows.add(timed(
                    "report's query over all trials",
                    "rows",
                    () -> index.query(REPORT).rows().size()));
            String curve =
                    "select step, value from curve where trial = (select max(trial) from trial) and name = 'loss'";
            rows.add(
                    timed("one curve", "points", () -> index.query(curve).rows().size()));
            grow(directory);
            rows.add(timed(
                    "refresh after " + GROWN + " logs grew",
                    "values",
                    () -> index.refresh().values()));
        }
        rows.add(logging(directory.resolve("metrics.jsonl")));
        return rows;
    }

    /** A row as training writes it: the call returns when the operating system has it. */
    private Row logging(Path file) throws IOException {
        Map<String, Object> row = new LinkedHashMap<>();
        double best = Double.MAX_VALUE;
        for (int round = 0; round < 4; round++) {
            Files.deleteIfExists(file);
            try (MetricLog log = MetricLog.append(file)) {
                long begin = System.nanoTime();
                for (int i = 0; i < LOGGED; i++) {
                    row.put("step", i);
                    for (int metric = 0; metric < study.metrics(); metric++) {
                        row.put(SyntheticStudy.name(metric), 0.1 * i + metric);
                    }
                    log.write(row);
                }
                best = Math.min(best, (System.nanoTime() - begin) / 1e9);
            }
        }
        return new Row("training's log written", best, LOGGED, "rows");
    }

    private static double status(Path directory) throws IOException {
        StudyResults results = StudyResults.read(directory);
        long done = 0;
        for (TrialResult trial : results.trials()) {
            done += trial.stages().stream()
                    .filter(stage -> stage.directory().done())
                    .count();
        }
        return done > 0 ? results.trials().size() : 0;
    }

    private double check(Path directory) throws IOException {
        try (StudyIndex index = StudyIndex.open(directory)) {
            return index.refresh().changed() ? 0 : study.trials();
        }
    }

    private void grow(Path directory) throws IOException {
        try (Stream<Path> stages = Files.list(directory.resolve("stages"))) {
            for (Path stage : stages.filter(
                            path -> path.getFileName().toString().startsWith("train-"))
                    .limit(GROWN)
                    .toList()) {
                Files.writeString(
                        stage.resolve("attempt-1/metrics.jsonl"),
                        "{\"step\":" + (study.points() + 1) * 10L + ",\"loss\":0.5}\n",
                        StandardOpenOption.APPEND);
            }
        }
    }

    private static Row timed(String what, String unit, Work work) throws IOException {
        long begin = System.nanoTime();
        double amount = work.run();
        return new Row(what, (System.nanoTime() - begin) / 1e9, amount, unit);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
