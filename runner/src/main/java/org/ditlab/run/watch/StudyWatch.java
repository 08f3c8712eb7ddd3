package org.ditlab.run.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ditlab.run.ProgressDisplay;
import org.ditlab.run.Workload;
import org.ditlab.run.exec.Whereabouts;
import org.ditlab.store.JsonFile;
import org.ditlab.store.RunCommand;
import org.ditlab.store.RungPlace;
import org.ditlab.store.StageDirectory;
import org.ditlab.store.StageProgress;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.TrialDirectory;
import org.ditlab.store.TrialStatus;
import org.ditlab.study.Knobs;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a study's directory again and again; what cannot change any more is read once, so that a look at a thousand trials
 * takes milliseconds. Another process, or another machine, may be writing meanwhile. Used by one thread at a time.
 */
public final class StudyWatch {
    private final Path path;
    private final StudyDirectory study;
    private final Knobs knobs = Knobs.installed();
    private final Whereabouts whereabouts;
    private final Map<String, PlannedTrial> planned = new HashMap<>();
    private final Map<String, Result> results = new HashMap<>();

    private final Map<String, DoneStage> doneStages = new HashMap<>();

    /** What could not be read at the last look. */
    private final Set<String> problems = new LinkedHashSet<>();

    /** A trial's result and the time of its file. */
    private record Result(FileTime written, Map<String, Object> json) {}

    /** A stage's seconds, 0 where its result does not say, and the time of that file. */
    private record DoneStage(FileTime written, double seconds) {}

    /** A directory that {@code run} made, or will make. */
    public StudyWatch(Path path) {
        this.path = path;
        this.study = StudyDirectory.at(path);
        this.whereabouts = new Whereabouts(path);
    }

    /**
     * Looks.
     *
     * @throws StudyException when a file that everything else hangs on is damaged
     */
    public StudyState look() throws IOException {
        if (!StudyDirectory.isStudy(path)) {
            return new StudyState(name(), 0, null, "", List.of(), List.of());
        }
        problems.clear();
        List<PlannedTrial> trials = trials();
        Map<String, TrialStatus> statuses = new HashMap<>();
        Map<String, StageProgress> progress = new HashMap<>();
        Set<String> seen = new HashSet<>();
        for (PlannedTrial trial : trials) {
            TrialStatus status = TrialStatus.of(trial.directory(), result(trial));
            statuses.put(trial.hash(), status);
            if (!status.ended() || status == TrialStatus.STOPPED) {
                lookAtStages(trial, progress, seen);
            }
        }
        Workload workload = workload(trials, statuses, progress);
        List<TrialState> states = new ArrayList<>();
        int working = 0;
        for (PlannedTrial trial : trials) {
            TrialState state =
                    state(trial, statuses.getOrDefault(trial.hash(), TrialStatus.PLANNED), progress, workload);
            states.add(state);
            working += state.status() == TrialStatus.RUNNING && !state.stage().isEmpty() ? 1 : 0;
        }
        boolean runs = statuses.containsValue(TrialStatus.RUNNING);
        Double left = runs
                ? workload.remaining(Math.max(1, working))
                        .map(time -> time.toMillis() / 1000.0)
                        .orElse(null)
                : null;
        String command = study.command()
                .map(RunCommand::line)
                .map(ProgressDisplay::plain)
                .orElse("");
        return new StudyState(
                name(), trials.isEmpty() ? 0 : workload.fraction(), left, command, states, List.copyOf(problems));
    }

    /** The trial of this id, as the last look found it. */
    public Optional<TrialDirectory> trial(String id) {
        return Optional.ofNullable(planned.get(id)).map(PlannedTrial::directory);
    }

    /** The grid of samples of a trial, as the last look found it. */
    public Optional<Path> samples(String id) {
        PlannedTrial trial = planned.get(id);
        return trial == null ? Optional.empty() : samples(trial);
    }

    private Optional<Path> samples(PlannedTrial trial) {
        if (trial.samples().isEmpty()) {
            return Optional.empty();
        }
        // A link could lead anywhere.
        return Optional.of(study.stage(trial.samples()).path().resolve("samples.png"))
                .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS));
    }

    private String name() {
        return path.toAbsolutePath().normalize().getFileName().toString();
    }

    private List<PlannedTrial> trials() throws IOException {
        Path plan = path.resolve("plan.json");
        if (!Files.isRegularFile(plan) || !(JsonFile.read(plan).get("trials") instanceof List<?> hashes)) {
            return List.of();
        }
        List<PlannedTrial> trials = new ArrayList<>();
        for (Object item : hashes) {
            String hash = String.valueOf(item);
            if (StudyDirectory.isHash(hash)) {
                String id = hash.substring(0, 12);
                TrialDirectory directory = study.trial(hash);
                if (!planned.containsKey(id) && Files.isRegularFile(directory.trialFile())) {
                    readable(directory::trial)
                            .ifPresent(json -> planned.put(id, PlannedTrial.read(directory, json, knobs)));
                }
                Optional.ofNullable(planned.get(id)).ifPresent(trials::add);
            }
        }
        return trials;
    }

    /** A file's object; empty, and a problem, where it is damaged. */
    private Optional<Map<String, Object>> readable(Reading file) throws IOException {
        try {
            return Optional.of(file.read());
        } catch (StudyException damaged) {
            problems.addAll(damaged.problems());
            return Optional.empty();
        }
    }

    /** How a file is read. */
    private interface Reading {
        Map<String, Object> read() throws IOException;
    }

    /** Empty without one, or where it is damaged; read again only when it is another file. */
    private Map<String, Object> result(PlannedTrial trial) throws IOException {
        Path file = trial.directory().resultFile();
        Result known = results.get(trial.hash());
        FileTime written = written(file);
        if (written == null) {
            results.remove(trial.hash());
            return Map.of();
        }
        if (known == null || !known.written().equals(written)) {
            Optional<Map<String, Object>> json = readable(() -> JsonFile.read(file));
            if (json.isEmpty()) {
                results.remove(trial.hash());
                return Map.of();
            }
            known = new Result(written, json.get());
            results.put(trial.hash(), known);
        }
        return known.json();
    }

    /** A result that is gone or another file counts as such: a person may delete a stage to have it made anew. */
    private void lookAtStages(PlannedTrial trial, Map<String, StageProgress> progress, Set<String> seen)
            throws IOException {
        for (PlannedTrial.Item item : trial.items()) {
            if (!seen.add(item.id())) {
                continue;
            }
            StageDirectory directory = study.stage(item.id());
            FileTime written = written(directory.resultFile());
            DoneStage known = doneStages.get(item.id());
            if (written != null && known != null && known.written().equals(written)) {
                continue;
            }
            doneStages.remove(item.id());
            Optional<Map<String, Object>> result = written == null ? Optional.empty() : readable(directory::result);
            if (written != null && result.isPresent()) {
                double seconds = seconds(result.get(), item.kind().word() + ".seconds");
                doneStages.put(item.id(), new DoneStage(written, seconds));
            } else {
                StageProgress.read(directory).ifPresent(found -> progress.put(item.id(), found));
            }
        }
    }

    private Workload workload(
            List<PlannedTrial> trials, Map<String, TrialStatus> statuses, Map<String, StageProgress> progress)
            throws IOException {
        Workload workload = new Workload(System::nanoTime);
        for (PlannedTrial trial : trials) {
            if (statuses.get(trial.hash()) == TrialStatus.STOPPED) {
                continue;
            }
            Map<String, Object> result = result(trial);
            boolean diverged = statuses.get(trial.hash()) == TrialStatus.DIVERGED;
            for (PlannedTrial.Item item : trial.items()) {
                if (diverged && !item.id().equals(trial.training())) {
                    continue;
                }
                workload.add(item.id(), item.kind(), item.weight());
                DoneStage done = doneStages.get(item.id());
                Double took = done == null ? null : (Double) done.seconds();
                if (!result.isEmpty()) {
                    took = seconds(result, item.timing());
                }
                if (took != null) {
                    workload.measured(item.id(), took > 0 ? 0 : 1, 1, took);
                } else {
                    StageProgress at = progress.get(item.id());
                    if (at != null && at.total() > 0) {
                        workload.measured(item.id(), (double) at.begun() / at.total(), at.fraction(), at.seconds());
                    }
                }
            }
        }
        return workload;
    }

    private static double seconds(Map<String, Object> result, String key) {
        return result.get("timing") instanceof Map<?, ?> timing && timing.get(key) instanceof Number number
                ? number.doubleValue()
                : 0;
    }

    private TrialState state(
            PlannedTrial trial, TrialStatus status, Map<String, StageProgress> progress, Workload workload)
            throws IOException {
        boolean ended = status.ended();
        Map<String, Object> result = result(trial);
        PlannedTrial.Item current = ended ? null : current(trial, progress);
        StageProgress at = current == null ? null : progress.get(current.id());
        boolean running = status == TrialStatus.RUNNING;
        String note = "";
        if (status == TrialStatus.STOPPED) {
            note = RungPlace.ofResult(result).map(RungPlace::text).orElse("");
        } else if (status == TrialStatus.FAILED) {
            note = reason(trial.directory());
        } else if (running) {
            note = at == null ? waiting(trial) : ProgressDisplay.plain(at.text());
        }
        if (result.get("timing") instanceof Map<?, ?> timing && timing.containsKey("train.micro_batch")) {
            note = "memory ran out: micro-batch " + timing.get("train.micro_batch");
        }
        if (!ended && note.isEmpty() && (at == null || !running)) {
            note = whereabouts.look().getOrDefault(trial.hash(), "");
        }
        if (result.isEmpty() && trial.directory().done()) {
            note = "its result.json is damaged";
        }
        int done = ended && status != TrialStatus.STOPPED
                ? trial.items().size()
                : (int) trial.items().stream()
                        .filter(item -> doneStages.containsKey(item.id()))
                        .count();
        Map<String, Number> metrics = new LinkedHashMap<>();
        if (result.get("metrics") instanceof Map<?, ?> measured) {
            measured.forEach((key, value) -> {
                if (value instanceof Number number) {
                    metrics.put(String.valueOf(key), number);
                }
            });
        }
        Double left = running
                ? workload.remaining(trial.items().stream()
                                .map(PlannedTrial.Item::id)
                                .toList())
                        .map(time -> time.toMillis() / 1000.0)
                        .orElse(null)
                : null;
        return new TrialState(
                trial.hash(),
                ProgressDisplay.plain(trial.variant()),
                trial.replicate(),
                status,
                done,
                trial.items().size(),
                current == null || at == null ? "" : current.label(),
                at == null ? 0 : at.done(),
                at == null ? 0 : at.total(),
                at == null ? null : at.loss(),
                at == null || !running ? null : at.rate(),
                left,
                running && at != null ? ProgressDisplay.plain(at.host()) : "",
                running && current != null ? silence(current) : null,
                note,
                metrics,
                trial.training(),
                samples(trial).isPresent());
    }

    /** The first stage that is not done and that this trial's worker has begun. */
    private PlannedTrial.@Nullable Item current(PlannedTrial trial, Map<String, StageProgress> progress) {
        for (PlannedTrial.Item item : trial.items()) {
            StageProgress at = progress.get(item.id());
            if (at != null && at.trial().equals(trial.hash()) && !doneStages.containsKey(item.id())) {
                return item;
            }
        }
        return null;
    }

    private String waiting(PlannedTrial trial) {
        for (PlannedTrial.Item item : trial.items()) {
            if (!doneStages.containsKey(item.id())) {
                return Files.isDirectory(study.stage(item.id()).path()) ? "waiting for " + item.label() : "starting";
            }
        }
        return "";
    }

    private @Nullable Double silence(PlannedTrial.Item item) throws IOException {
        Optional<FileTime> written = StageProgress.written(study.stage(item.id()));
        return written.map(time -> Math.max(0, (System.currentTimeMillis() - time.toMillis()) / 1000.0))
                .orElse(null);
    }

    private static String reason(TrialDirectory directory) {
        try {
            return ProgressDisplay.plain(
                    String.valueOf(JsonFile.read(directory.failureFile()).get("reason")));
        } catch (IOException | StudyException damaged) {
            return "the reason cannot be read";
        }
    }

    private static @Nullable FileTime written(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException absent) {
            return null;
        }
    }
}
