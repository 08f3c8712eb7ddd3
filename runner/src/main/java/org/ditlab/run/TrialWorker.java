package org.ditlab.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.ditlab.run.estimate.Engine;
import org.ditlab.run.estimate.Throughput;
import org.ditlab.run.estimate.ThroughputFile;
import org.ditlab.run.exec.WorkerMessage;
import org.ditlab.run.halving.Halving;
import org.ditlab.run.halving.StoppedEarly;
import org.ditlab.store.JsonFile;
import org.ditlab.store.StageDirectory;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.WriterLock;
import org.ditlab.store.WriterLockQueue;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.StageGraph;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.Trial;
import org.ditlab.tensor.OutOfMemoryException;

/**
 * Takes one trial to its result: stage after stage, leaving out what is done, waiting only where another process works on
 * what comes next.
 * Killed at any moment, it can simply be run again.
 */
public final class TrialWorker {
    private static final long LOCK_POLL_MILLIS = 100;

    private final StudyDirectory study;
    private final Map<StageKind, StageRunner> runners = new EnumMap<>(StageKind.class);
    private final Backends backends;
    private final WorkerSettings settings;
    private final StopSignal stop;
    private final Consumer<WorkerMessage> messages;

    public TrialWorker(
            StudyDirectory study,
            Iterable<StageRunner> runners,
            Backends backends,
            WorkerSettings settings,
            StopSignal stop,
            Consumer<WorkerMessage> messages) {
        this.study = study;
        this.backends = backends;
        this.settings = settings;
        this.stop = stop;
        this.messages = messages;
        runners.forEach(runner -> this.runners.put(runner.kind(), runner));
    }

    /**
     * Works until the trial has its result.
     *
     * @throws InterruptedException when a stop was requested; what was done is saved
     */
    public void run(Trial trial) throws IOException, InterruptedException {
        Path directory = study.trial(trial.hash()).path();
        try (WriterLock lock = await(directory, "trial-" + trial.id());
                LazyBackend backend = new LazyBackend(backends, settings)) {
            if (study.trial(trial.hash()).done()) {
                return;
            }
            Optional<StoppedEarly> stopped = stages(trial, backend);
            if (lock.held() && stopped.isPresent()) {
                TrialSummary.stopped(study, trial, stopped.get());
            } else if (lock.held()) {
                TrialSummary.write(study, trial);
            }
        }
    }

    /**
     * Does the stages in order; one that another process works on is put off for those that do not need it. Ends with the
     * training where that is stopped early.
     */
    private Optional<StoppedEarly> stages(Trial trial, LazyBackend backend) throws IOException, InterruptedException {
        StageGraph graph = StageGraph.of(List.of(trial));
        Set<String> done = new HashSet<>();
        for (List<Stage> ready = graph.ready(done); !ready.isEmpty(); ready = graph.ready(done)) {
            Stage next;
            try {
                next = next(trial, ready, backend);
            } catch (StoppedEarly stopped) {
                return Optional.of(stopped);
            }
            done.add(next.hash());
            messages.accept(WorkerMessage.stageDone(next.id()));
            if (TrialSummary.diverged(study, next)) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** Finishes the first of the ready stages that is free; waits for the first one where none is. */
    private Stage next(Trial trial, List<Stage> ready, LazyBackend backend)
            throws IOException, InterruptedException, StoppedEarly {
        for (Stage stage : ready) {
            if (study.stage(stage).done()) {
                return stage;
            }
        }
        for (Stage stage : ready) {
            Path directory = Files.createDirectories(study.stage(stage).path());
            Optional<WriterLock> free = new WriterLockQueue(directory).poll();
            if (free.isPresent()) {
                finish(trial, stage, backend, free.get());
                return stage;
            }
        }
        Stage first = ready.get(0);
        finish(trial, first, backend, await(study.stage(first).path(), first.id()));
        return first;
    }

    private void finish(Trial trial, Stage stage, LazyBackend backend, WriterLock free)
            throws IOException, InterruptedException, StoppedEarly {
        StageDirectory directory = study.stage(stage);
        try (WriterLock lock = free) {
            if (directory.done()) {
                return;
            }
            Optional<Halving> halving = Halving.of(study, trial, stage);
            if (halving.isPresent()) {
                halving.get().refuseStopped();
            }
            StageRunner runner = runners.get(stage.kind());
            if (runner == null) {
                throw new IllegalStateException(
                        "nothing installed runs stages of kind " + stage.kind().word());
            }
            directory.describe(stage);
            int attempt = directory.newAttempt();
            try (StageWork work =
                    new StageWork(study, trial, stage, attempt, settings, backend, stop, lock, messages)) {
                StageResult result = runner.run(work);
                if (!lock.held()) {
                    throw new InterruptedException("another process has taken over " + stage.id());
                }
                JsonFile.write(directory.resultFile(), json(stage, attempt, result));
                runner.finished(work);
                Optional<Engine> engine = backend.engine();
                if (engine.isPresent()) {
                    Throughput.of(engine.get(), trial, stage, directory, result.timing())
                            .ifPresent(ThroughputFile.standard()::append);
                }
            } catch (StudyException e) {
                throw new StudyException(e.problems().stream()
                        .map(problem -> problem + remedy(trial, stage, problem))
                        .toList());
            } catch (NoSuchFileException e) {
                String problem = StudyDirectory.reason(e);
                String remedy = remedy(trial, stage, problem);
                if (remedy.isEmpty()) {
                    throw e;
                }
                throw new StudyException(problem + remedy);
            } catch (OutOfMemoryException e) {
                throw e;
            } catch (RuntimeException | OutOfMemoryError e) {
                if (backend.outOfMemory(e)) {
                    throw shortage(stage, e);
                }
                throw e;
            }
        }
    }

    /**
     * Training makes its micro-batch smaller at a step and not elsewhere, where it is no cure; other stages compute in chunks of a
     * fixed size, on which the last bits of their results depend.
     */
    static OutOfMemoryException shortage(Stage stage, Throwable cause) {
        String problem = new OutOfMemoryException(cause).getMessage();
        String why = stage.kind() == StageKind.TRAIN
                ? "beside its steps, where a smaller micro-batch is no cure: weights, their averages and AdamW's moments"
                        + " need room; `ditlab plan` tells what a trial takes"
                : "its chunks are of a fixed size, so that results do not depend on the machine";
        return new OutOfMemoryException(
                stage.id() + " is out of memory: " + problem + "; " + why
                        + ": run fewer trials at once (--workers 1), or where there is more memory",
                cause);
    }

    /** What to do where a problem lies in the files of a finished stage that this one uses; else nothing. */
    private String remedy(Trial trial, Stage stage, String problem) {
        for (Stage used : trial.stages()) {
            Path path = study.stage(used).path();
            if (stage.uses().contains(used.hash()) && problem.contains(path.toString())) {
                return "; the outputs of " + used.id() + " are damaged: delete " + path
                        + " and run the study again, it is made anew";
            }
        }
        return "";
    }

    private WriterLock await(Path directory, String id) throws IOException, InterruptedException {
        WriterLockQueue queue = new WriterLockQueue(directory);
        while (true) {
            if (stop.requested()) {
                throw new InterruptedException("stopped before " + id);
            }
            Optional<WriterLock> lock = queue.poll();
            if (lock.isPresent()) {
                return lock.get();
            }
            String holder = WriterLock.holder(directory).orElse("another process");
            messages.accept(WorkerMessage.waiting(id, "waiting for " + holder));
            Thread.sleep(LOCK_POLL_MILLIS);
        }
    }

    private static Map<String, Object> json(Stage stage, int attempt, StageResult result) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("stage", stage.hash());
        json.put("kind", stage.kind().word());
        json.put("attempt", attempt);
        json.put("metrics", result.metrics());
        json.put("timing", result.timing());
        json.put("protocol", result.protocol());
        return json;
    }
}
