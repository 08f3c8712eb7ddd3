package org.ditlab.store.export;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ditlab.store.JsonFile;
import org.ditlab.store.index.StudyIndex;

/**
 * Event files for TensorBoard: a run, which is a directory, per trial; curves as scalars, results under {@code result/} at the
 * last step, knobs for the hparams tab. Files are appended to; where a resumed training has logged steps again, a restart
 * record makes TensorBoard forget the old ones.
 */
public final class TensorboardExport {
    private static final String FORMAT = "tensorboard";
    private static final String EVENTS = "events\\.out\\.tfevents\\.[0-9]+\\.[0-9a-f]+\\.v2";
    /** Trials after which the state is saved: what a killed export wrote beyond it is cut off by the next. */
    private static final int SAVED_EVERY = 50;

    private final ExportSource source;
    private final String study;
    private final Path target;

    /** @param index up to date */
    public TensorboardExport(StudyIndex index, String study, Path target) {
        this.source = new ExportSource(index);
        this.study = study;
        this.target = target;
    }

    /** Writes what is new. */
    public Exported run() throws IOException {
        Map<String, Object> state = ExportState.read(target, FORMAT, study);
        Map<String, Object> runs = ExportState.part(state, "runs");
        int changed = 0;
        long values = 0;
        List<ExportTrial> trials = source.trials();
        for (ExportTrial trial : trials) {
            long sent = run(trial, runs);
            if (sent >= 0) {
                values += sent;
                if (++changed % SAVED_EVERY == 0) {
                    ExportState.write(target, FORMAT, study, Map.of("runs", runs));
                }
            }
        }
        ExportState.write(target, FORMAT, study, Map.of("runs", runs));
        return new Exported(target.toString(), changed, values);
    }

    /** How many values were new; -1 when nothing was. */
    private long run(ExportTrial trial, Map<String, Object> runs) throws IOException {
        Map<String, Object> run = ExportState.part(runs, trial.id());
        Map<String, Object> marks = ExportState.part(run, "stages");
        String results = JsonFile.line(trial.of("result"));
        Map<ExportTrial.Stage, ExportSource.News> news = new LinkedHashMap<>();
        for (ExportTrial.Stage stage : trial.stages()) {
            Optional<Mark> mark = Optional.ofNullable(marks.get(stage.id())).flatMap(Mark::from);
            source.news(stage, mark).ifPresent(one -> news.put(stage, one));
        }
        if (news.isEmpty() && results.equals(run.getOrDefault("results", "{}"))) {
            return -1;
        }
        Path directory = Files.createDirectories(target.resolve(directory(trial)));
        long from = ExportState.number(run, "bytes");
        // The state lies beside the files, and may be somebody else's: it can name a file of this directory only.
        String named = String.valueOf(run.getOrDefault("file", ""));
        Path file = directory.resolve(named.matches(EVENTS) ? named : "none");
        boolean anew = from == 0
                || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                || Files.size(file) < from
                || news.values().stream().anyMatch(one -> one.repeats() && one.from() == Long.MIN_VALUE);
        if (anew) {
            clear(directory);
            // Readers take files by name and expect a time in it.
            file = directory.resolve("events.out.tfevents." + String.format("%010d", System.currentTimeMillis() / 1000)
                    + "." + trial.id() + ".v2");
            from = 0;
            trial.stages().forEach(stage -> news.put(stage, new ExportSource.News(Long.MIN_VALUE, false)));
        }
        double[] wall = {run.get("wall") instanceof Number last && !anew ? last.doubleValue() : 0};
        long count = 0;
        try (EventFile events = new EventFile(file, from, wall[0])) {
            if (anew) {
                events.hparams(wall[0], trial.variant(), trial.of("knob"));
            }
            for (Map.Entry<ExportTrial.Stage, ExportSource.News> one : news.entrySet()) {
                ExportTrial.Stage stage = one.getKey();
                if (one.getValue().repeats()) {
                    events.restart(wall[0], one.getValue().from());
                }
                count += source.points(stage, one.getValue().from(), (step, name, value, seconds) -> {
                    wall[0] = Math.max(wall[0], seconds);
                    events.scalar(wall[0], step, stage.tag(name), value);
                });
                marks.put(stage.id(), stage.now().json());
            }
            // A restart forgets the results too, for they stand at the last step.
            boolean tell = anew
                    || !results.equals(run.get("results"))
                    || news.values().stream().anyMatch(ExportSource.News::repeats);
            for (Map.Entry<String, ?> result : trial.of("result").entrySet()) {
                if (tell && result.getValue() instanceof Number number) {
                    events.scalar(wall[0], trial.lastStep(), "result/" + result.getKey(), number.doubleValue());
                }
            }
            run.put("file", file.getFileName().toString());
            run.put("bytes", events.size());
        }
        run.put("wall", wall[0]);
        run.put("results", results);
        run.put("stages", marks);
        runs.put(trial.id(), run);
        return count;
    }

    private static void clear(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "events.out.tfevents.*")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    /** {@code wide_s1_0123456789ab}: safe as a file's name everywhere. */
    private static String directory(ExportTrial trial) {
        String name = trial.variant().replaceAll("[^A-Za-z0-9+._=-]+", "_").replaceAll("^[._-]+", "");
        return (name.length() > 60 ? name.substring(0, 60) : name) + "_s" + trial.replicate() + "_" + trial.id();
    }
}
