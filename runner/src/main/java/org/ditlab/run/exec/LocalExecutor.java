package org.ditlab.run.exec;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.ditlab.data.DataCache;
import org.ditlab.store.StudyDirectory;
import org.jspecify.annotations.Nullable;

/**
 * Worker processes of this machine, at most {@link Launch#workers} at a time. They stay in this process's group, and each
 * ends when the pipe to its standard input closes, so that none outlives this process. A trial that another process holds
 * makes room for those that nobody holds, so that several runs of a study share its work.
 */
final class LocalExecutor implements Executor {
    private final Launch launch;
    private final WaitingTrials waiting;
    private final Queue<Slot> free;
    private final Map<String, WorkerProcess> running = new HashMap<>();
    private final ClassArchive archive = new ClassArchive(DataCache.standard(), WorkerCommand.classPath());
    private final BlockingQueue<TrialEvent> events = new LinkedBlockingQueue<>();
    private boolean cancelled;

    LocalExecutor(Launch launch) {
        this.launch = launch;
        this.waiting = new WaitingTrials(StudyDirectory.at(launch.study()));
        this.free = new ArrayDeque<>(Slot.of(launch));
    }

    @Override
    public void submit(String trial) {
        waiting.add(trial);
        fill();
    }

    @Override
    public List<TrialEvent> poll(Duration patience) throws InterruptedException {
        List<TrialEvent> happened = new ArrayList<>();
        @Nullable TrialEvent first = events.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
            happened.add(first);
            events.drainTo(happened);
        }
        happened.replaceAll(this::seen);
        fill();
        return happened;
    }

    /** What an event of a worker is to the caller. */
    private TrialEvent seen(TrialEvent event) {
        @Nullable WorkerProcess worker = running.get(event.trial());
        if (worker == null) {
            return event;
        }
        if (event instanceof TrialEvent.Waiting && !cancelled && waiting.anyFree(running.keySet())) {
            worker.putAside();
        }
        if (event instanceof TrialEvent.StageDone) {
            waiting.changed();
        }
        if (event instanceof TrialEvent.Ended ended) {
            running.remove(event.trial());
            waiting.changed();
            free.add(worker.slot());
            archive.ended(ended.trial(), ended.exitCode() == 0);
            if (!cancelled && worker.wasPutAside(ended)) {
                waiting.addAside(event.trial());
                return new TrialEvent.PutAside(event.trial());
            }
        }
        return event;
    }

    @Override
    public void cancel() {
        cancelled = true;
        waiting.clear();
        running.values().forEach(WorkerProcess::stop);
    }

    @Override
    public void close() {
        waiting.clear();
        running.values().forEach(WorkerProcess::kill);
        archive.close();
    }

    private void fill() {
        while (!free.isEmpty()) {
            // Where others hold all of them, one worker waits in line, by whose clock their leases are watched.
            Optional<String> next = waiting.free(running.keySet(), this::doneElsewhere)
                    .or(() -> running.isEmpty() ? waiting.first() : Optional.empty());
            if (next.isEmpty()) {
                return;
            }
            start(next.get());
        }
    }

    private void doneElsewhere(String trial) {
        events.add(new TrialEvent.Ended(trial, 0, "", List.of(), true));
    }

    private void start(String trial) {
        Slot slot = free.remove();
        try {
            running.put(trial, WorkerProcess.start(launch, trial, slot, archive, events::add));
        } catch (IOException e) {
            free.add(slot);
            events.add(new TrialEvent.Ended(trial, -1, "the worker cannot be started: " + e.getMessage(), List.of()));
        }
    }
}
