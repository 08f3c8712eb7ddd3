package org.ditlab.run.exec;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Worker processes of this machine, at most {@link Launch#workers} at a time. They stay in this process's group, and each
 * ends when the pipe to its standard input closes, so that none outlives this process.
 */
final class LocalExecutor implements Executor {
    private final Launch launch;
    private final Queue<String> waiting = new ArrayDeque<>();
    private final Queue<Slot> free;
    private final Map<String, WorkerProcess> running = new HashMap<>();
    private final BlockingQueue<TrialEvent> events = new LinkedBlockingQueue<>();

    LocalExecutor(Launch launch) {
        this.launch = launch;
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
        for (TrialEvent event : happened) {
            @Nullable WorkerProcess ended = event instanceof TrialEvent.Ended ? running.remove(event.trial()) : null;
            if (ended != null) {
                free.add(ended.slot());
            }
        }
        fill();
        return happened;
    }

    @Override
    public void cancel() {
        waiting.clear();
        running.values().forEach(WorkerProcess::stop);
    }

    @Override
    public void close() {
        waiting.clear();
        running.values().forEach(WorkerProcess::kill);
    }

    private void fill() {
        while (!free.isEmpty() && !waiting.isEmpty()) {
            String trial = waiting.remove();
            Slot slot = free.remove();
            try {
                running.put(trial, WorkerProcess.start(launch, trial, slot, events::add));
            } catch (IOException e) {
                free.add(slot);
                events.add(
                        new TrialEvent.Ended(trial, -1, "the worker cannot be started: " + e.getMessage(), List.of()));
            }
        }
    }
}
