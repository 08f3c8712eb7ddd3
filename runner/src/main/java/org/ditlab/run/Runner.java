package org.ditlab.run;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.ditlab.run.exec.Executor;
import org.ditlab.run.exec.TrialEvent;
import org.ditlab.run.halving.Halving;
import org.ditlab.store.JsonFile;
import org.ditlab.store.RunCommand;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.TrialDirectory;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.Trial;

/**
 * Takes all trials of a plan to their results through an executor. A worker that crashes is tried again, {@link
 * RunOptions#retries} times; one that ran out of memory, with half the micro-batch, as often as that can be halved. A
 * failure is shown at once, and the other trials go on unless {@link RunOptions#failFast}. Not to be used twice.
 */
public final class Runner {
    private static final Duration PATIENCE = Duration.ofMillis(250);
    private static final Duration CANCEL_GRACE = Duration.ofSeconds(25);

    private final StudyDirectory study;
    private final RunOptions options;
    private final ProgressDisplay display;
    private final StopSignal stop;
    private final LongSupplier nanoTime;
    private final Supplier<OptionalLong> kills;
    private final Workload workload;
    private final Map<String, Trial> trials = new LinkedHashMap<>();
    private final RunBoard board;
    private final Set<String> open = new LinkedHashSet<>();
    private final Set<String> started = new LinkedHashSet<>();
    private final Map<String, Integer> tries = new HashMap<>();
    private final Map<String, OptionalLong> kernelKills = new HashMap<>();
    private final List<String> failures = new ArrayList<>();
    private int cancelled;
    private boolean badInput = true;

    public Runner(StudyDirectory study, RunOptions options, ProgressDisplay display, StopSignal stop) {
        this(study, options, display, stop, System::nanoTime, KernelKills::count);
    }

    /** @param kills processes that the kernel has killed for want of memory so far, where it tells */
    Runner(
            StudyDirectory study,
            RunOptions options,
            ProgressDisplay display,
            StopSignal stop,
            LongSupplier nanoTime,
            Supplier<OptionalLong> kills) {
        this.study = study;
        this.options = options;
        this.display = display;
        this.stop = stop;
        this.nanoTime = nanoTime;
        this.kills = kills;
        this.workload = new Workload(nanoTime);
        this.board = new RunBoard(workload, trials);
    }

    /** Writes what the plan says of each trial; afterwards {@code status} and workers know them. */
    public void prepare(Map<String, ?> spec, List<RunnableTrial> plan) throws IOException {
        prepare(spec, plan, List.of());
    }

    /** The same with the groups of variants. */
    public void prepare(Map<String, ?> spec, List<RunnableTrial> plan, List<Map<String, Object>> groups)
            throws IOException {
        for (RunnableTrial planned : plan) {
            TrialDirectory directory = study.trial(planned.trial().hash());
            Files.createDirectories(directory.path());
            JsonFile.refresh(directory.trialFile(), planned.json());
        }
        study.writePlan(
                spec, plan.stream().map(planned -> planned.trial().hash()).toList(), groups);
    }

    /** How many of these have no result yet; results whose stages are all there are put together on the way. */
    public int outstanding(List<RunnableTrial> plan) throws IOException {
        for (RunnableTrial planned : plan) {
            Trial trial = planned.trial();
            trials.put(trial.hash(), trial);
            TrialDirectory directory = study.trial(trial.hash());
            Halving.reopen(study, trial);
            if (directory.done() || TrialSummary.write(study, trial)) {
                continue;
            }
            Files.deleteIfExists(directory.failureFile());
            open.add(trial.hash());
            for (Stage stage : trial.stages()) {
                if (!study.stage(stage).done()) {
                    workload.add(stage.id(), stage.kind(), StageWeight.of(stage, trial.settings(), planned.macs()));
                }
            }
        }
        return open.size();
    }

    /** The trials that {@link #outstanding} found and that have no result yet. */
    public List<String> open() {
        return List.copyOf(open);
    }

    /** Runs what {@link #outstanding} found. */
    public RunOutcome run(Executor executor) throws IOException, InterruptedException {
        long begin = nanoTime.getAsLong();
        open.forEach(executor::submit);
        while (!open.isEmpty()) {
            if (stop.requested()) {
                return cancel(executor, RunOutcome.End.STOPPED);
            }
            if (options.budget() != null
                    && nanoTime.getAsLong() - begin > options.budget().toNanos()) {
                display.message("the time of --max-hours is used up: workers save their state; run again to go on");
                return cancel(executor, RunOutcome.End.OUT_OF_TIME);
            }
            for (TrialEvent event : executor.poll(PATIENCE)) {
                take(event, executor);
            }
            if (options.failFast() && !failures.isEmpty()) {
                return cancel(executor, RunOutcome.End.FAILED_FAST);
            }
            display.update(board.progress(open.size() + cancelled, failures.size(), options.workers()));
        }
        return outcome(RunOutcome.End.COMPLETE);
    }

    private void take(TrialEvent event, Executor executor) throws IOException {
        board.take(event);
        if (event instanceof TrialEvent.Started) {
            started.add(event.trial());
            kernelKills.put(event.trial(), kills.get());
        } else if (event instanceof TrialEvent.Note note) {
            display.message(name(note.trial()) + ": " + note.stage() + ": " + note.text());
        } else if (event instanceof TrialEvent.Ended ended) {
            started.remove(ended.trial());
            end(ended, name(ended.trial()), executor);
        } else if (event instanceof TrialEvent.PutAside aside) {
            started.remove(aside.trial());
        } else if (event instanceof TrialEvent.Cancelled left) {
            started.remove(left.trial());
            open.remove(left.trial());
            cancelled++;
            display.message(name(left.trial()) + ": cancelled; its state is kept, the same command goes on with it");
        }
    }

    private void end(TrialEvent.Ended ended, String name, Executor executor) throws IOException {
        TrialDirectory directory = study.trial(ended.trial());
        if (directory.done()) {
            open.remove(ended.trial());
            trials.get(ended.trial()).stages().forEach(stage -> workload.done(stage.id()));
            display.message(name + ": " + TrialLine.of(directory.result()));
            return;
        }
        TrialFailure said = TrialFailure.of(ended.trial(), ended.exitCode(), ended.problem(), ended.tail());
        boolean forMemory = !ended.recorded() && said.killed() && killedForMemory(ended.trial());
        Optional<MicroBatch> half = forMemory ? half(trials.get(ended.trial())) : Optional.empty();
        TrialFailure failure = forMemory ? said.forMemory(half) : said;
        String reason = failure.reason();
        if (!ended.recorded()) {
            write(() -> failure.append(directory));
        }
        boolean refused = failure.refused();
        if (!failure.certain() && again(ended.trial(), half.isPresent())) {
            display.message(name + ": " + reason + "; trying once more");
            executor.submit(ended.trial());
            return;
        }
        open.remove(ended.trial());
        badInput &= refused;
        StringBuilder message = new StringBuilder(name + ": failed: " + reason);
        if (!refused) {
            ended.tail()
                    .forEach(line -> message.append(System.lineSeparator())
                            .append("    ")
                            .append(line));
            message.append(System.lineSeparator()).append("    the whole log: ").append(directory.logFile());
        }
        study.command()
                .ifPresent(command -> message.append(System.lineSeparator())
                        .append("    ")
                        .append(refused ? RunCommand.AGAIN_ONCE_MENDED : RunCommand.AGAIN)
                        .append(command.line()));
        failures.add(message.toString());
        display.message(message.toString());
        write(() -> failure.giveUp(directory));
    }

    private boolean killedForMemory(String trial) {
        return KernelKills.between(kernelKills.getOrDefault(trial, OptionalLong.empty()), kills.get());
    }

    private Optional<MicroBatch> half(Trial trial) {
        try {
            return MicroBatch.afterKill(study, trial);
        } catch (IOException e) {
            display.message("the micro-batch cannot be halved: " + StudyDirectory.reason(e));
            return Optional.empty();
        }
    }

    /** Whether a trial is tried again; an attempt with half the micro-batch is none of those that are counted. */
    private boolean again(String trial, boolean halved) {
        return options.retries() > 0 && (halved || tries.merge(trial, 1, Integer::sum) <= options.retries());
    }

    private void write(Writing writing) {
        try {
            writing.write();
        } catch (IOException e) {
            display.message("cannot be written: " + StudyDirectory.reason(e));
        }
    }

    /** Something that is written into a trial's directory. */
    private interface Writing {
        void write() throws IOException;
    }

    /** Gives the workers time to save, and takes in what they still finish. */
    private RunOutcome cancel(Executor executor, RunOutcome.End end) throws IOException, InterruptedException {
        executor.cancel();
        long deadline = nanoTime.getAsLong() + CANCEL_GRACE.toNanos();
        while (!started.isEmpty() && nanoTime.getAsLong() < deadline) {
            for (TrialEvent event : executor.poll(PATIENCE)) {
                if (event instanceof TrialEvent.Started) {
                    started.add(event.trial());
                    executor.cancel();
                } else if (event instanceof TrialEvent.Cancelled || event instanceof TrialEvent.PutAside) {
                    started.remove(event.trial());
                } else if (event instanceof TrialEvent.Ended) {
                    started.remove(event.trial());
                    if (study.trial(event.trial()).done()) {
                        open.remove(event.trial());
                    }
                }
            }
        }
        return outcome(end);
    }

    private RunOutcome outcome(RunOutcome.End end) {
        int done = trials.size() - open.size() - failures.size() - cancelled;
        return new RunOutcome(end, done, List.copyOf(failures), cancelled, badInput);
    }

    private String name(String hash) {
        Trial trial = trials.get(hash);
        int number = List.copyOf(trials.keySet()).indexOf(hash) + 1;
        return "trial " + number + "/" + trials.size() + " " + trial.variant() + " seed " + trial.replicate();
    }
}
