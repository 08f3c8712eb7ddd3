package org.ditlab.store.export;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.ditlab.store.AtomicFile;
import org.ditlab.store.index.StudyIndex;
import org.ditlab.study.CanonicalJson;
import org.jspecify.annotations.Nullable;

/**
 * {@code trials.csv}, a row per trial with all it has, and {@code curves.csv}, a row per logged value. The latter is appended
 * to; it is written anew where a resumed training has logged again what stands in it.
 */
public final class CsvExport {
    private static final String FORMAT = "csv";
    private static final String TRIALS = "trials.csv";
    private static final String CURVES = "curves.csv";
    /** Hex digits that tell whether a row has changed. */
    private static final int ROW = 12;

    private static final List<String> TABLES = List.of("knob", "result", "timing", "protocol", "cost");

    private final ExportSource source;
    private final String study;
    private final Path target;

    /** @param index up to date */
    public CsvExport(StudyIndex index, String study, Path target) {
        this.source = new ExportSource(index);
        this.study = study;
        this.target = target;
    }

    /** Writes what is new. */
    public Exported run() throws IOException {
        Map<String, Object> state = ExportState.read(target, FORMAT, study);
        ExportState.claim(target, FORMAT, study, List.of(TRIALS, CURVES));
        List<ExportTrial> trials = source.trials();
        trials(trials);
        Set<String> changed = new HashSet<>();
        Map<String, Object> rows = rows(trials, ExportState.part(state, "rows"), changed);
        Map<String, Object> marks = ExportState.part(state, "stages");
        Path curves = target.resolve(CURVES);
        long bytes = ExportState.number(state, "bytes");
        boolean append = bytes > 0 && Files.exists(curves) && Files.size(curves) >= bytes;
        Set<String> keys = new HashSet<>();
        for (ExportTrial trial : trials) {
            for (ExportTrial.Stage stage : trial.stages()) {
                keys.add(key(trial, stage));
                append &= source.news(stage, mark(marks, trial, stage))
                        .map(news -> !news.repeats())
                        .orElse(true);
            }
        }
        append &= keys.containsAll(marks.keySet());
        if (!append) {
            marks.clear();
        }
        Path file = append ? curves : target.resolve("curves.csv.partial");
        long values = curves(trials, marks, file, append ? bytes : 0, changed);
        if (!append) {
            Files.move(file, curves, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        Map<String, Object> now = new LinkedHashMap<>();
        now.put("bytes", Files.size(curves));
        now.put("stages", marks);
        now.put("rows", rows);
        ExportState.write(target, FORMAT, study, now);
        return new Exported(target.toString(), changed.size(), values);
    }

    /** What the rows of {@code trials.csv} say, by trial; those that said something else, or nothing, are {@code changed}. */
    private static Map<String, Object> rows(List<ExportTrial> trials, Map<String, Object> before, Set<String> changed) {
        Map<String, Object> rows = new LinkedHashMap<>();
        for (ExportTrial trial : trials) {
            StringBuilder said = new StringBuilder(trial.status().word());
            TABLES.forEach(table -> said.append(new TreeMap<>(trial.of(table))));
            String row = CanonicalJson.hashOf(said.toString()).substring(0, ROW);
            rows.put(trial.id(), row);
            if (!row.equals(before.get(trial.id()))) {
                changed.add(trial.id());
            }
        }
        return rows;
    }

    /** How many values were written; trials of which some were are added to {@code changed}. */
    private long curves(List<ExportTrial> trials, Map<String, Object> marks, Path file, long from, Set<String> changed)
            throws IOException {
        long values = 0;
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            // What an export that was killed left behind goes.
            channel.truncate(from).position(from);
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
            if (from == 0) {
                write(out, Csv.line(List.of("trial", "variant", "replicate", "kind", "step", "name", "value")));
            }
            for (ExportTrial trial : trials) {
                for (ExportTrial.Stage stage : trial.stages()) {
                    Optional<ExportSource.News> news = source.news(stage, mark(marks, trial, stage));
                    if (news.isPresent()) {
                        changed.add(trial.id());
                        values += source.points(
                                stage,
                                news.get().from(),
                                (step, name, value, wall) -> write(
                                        out,
                                        Csv.line(List.of(
                                                trial.id(),
                                                trial.variant(),
                                                trial.replicate(),
                                                stage.kind(),
                                                step,
                                                name,
                                                value))));
                        marks.put(key(trial, stage), stage.now().json());
                    }
                }
            }
            out.flush();
            channel.force(true);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return values;
    }

    private void trials(List<ExportTrial> trials) throws IOException {
        List<String> head = new ArrayList<>(List.of("trial", "hash", "variant", "replicate", "seed", "status"));
        for (String table : TABLES) {
            Set<String> names = new TreeSet<>();
            trials.forEach(trial -> names.addAll(trial.of(table).keySet()));
            names.forEach(name -> head.add(table + "." + name));
        }
        StringBuilder text = new StringBuilder(Csv.line(head));
        for (ExportTrial trial : trials) {
            List<@Nullable Object> row = new ArrayList<>(Arrays.asList(
                    trial.id(),
                    trial.hash(),
                    trial.variant(),
                    trial.replicate(),
                    trial.seed(),
                    trial.status().word()));
            for (String column : head.subList(row.size(), head.size())) {
                int dot = column.indexOf('.');
                Map<String, @Nullable Object> values = trial.of(column.substring(0, dot));
                String name = column.substring(dot + 1);
                Object value = values.get(name);
                row.add(value == null && values.containsKey(name) ? "NaN" : value);
            }
            text.append(Csv.line(row));
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        Path file = target.resolve(TRIALS);
        if (!Files.exists(file) || !Arrays.equals(bytes, Files.readAllBytes(file))) {
            AtomicFile.write(file, bytes);
        }
    }

    private static Optional<Mark> mark(Map<String, Object> marks, ExportTrial trial, ExportTrial.Stage stage) {
        return Optional.ofNullable(marks.get(key(trial, stage))).flatMap(Mark::from);
    }

    private static String key(ExportTrial trial, ExportTrial.Stage stage) {
        return trial.id() + "/" + stage.id();
    }

    private static void write(OutputStream out, String line) throws IOException {
        out.write(line.getBytes(StandardCharsets.UTF_8));
    }
}
