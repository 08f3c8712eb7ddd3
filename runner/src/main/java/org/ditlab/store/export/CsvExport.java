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
import java.util.TreeSet;
import org.ditlab.store.AtomicFile;
import org.ditlab.store.index.StudyIndex;
import org.jspecify.annotations.Nullable;

/**
 * {@code trials.csv}, a row per trial with all it has, and {@code curves.csv}, a row per logged value. The latter is appended
 * to; it is written anew where a resumed training has logged again what stands in it.
 */
public final class CsvExport {
    private static final String FORMAT = "csv";
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
        List<ExportTrial> trials = source.trials();
        trials(trials);
        Map<String, Object> marks = ExportState.part(state, "stages");
        Path curves = target.resolve("curves.csv");
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
        Exported exported = curves(trials, marks, file, append ? bytes : 0);
        if (!append) {
            Files.move(file, curves, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        Map<String, Object> now = new LinkedHashMap<>();
        now.put("bytes", Files.size(curves));
        now.put("stages", marks);
        ExportState.write(target, FORMAT, study, now);
        return exported;
    }

    private Exported curves(List<ExportTrial> trials, Map<String, Object> marks, Path file, long from)
            throws IOException {
        int changed = 0;
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
                boolean any = false;
                for (ExportTrial.Stage stage : trial.stages()) {
                    Optional<ExportSource.News> news = source.news(stage, mark(marks, trial, stage));
                    if (news.isPresent()) {
                        any = true;
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
                changed += any ? 1 : 0;
            }
            out.flush();
            channel.force(true);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return new Exported(target.toString(), changed, values);
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
        Path file = target.resolve("trials.csv");
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
