package org.ditlab.run.exec;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.ditlab.store.StudyDirectory;

/** One running worker: its messages become events, everything else that it writes goes to the trial's log. */
final class WorkerProcess {
    static final int TAIL_LINES = 12;

    /** What a worker ends with that was asked to end, or that was asked before it could listen. */
    private static final Set<Integer> STOPPED = Set.of(130, 143);

    private final String trial;
    private final Slot slot;
    private final Process process;
    private final Path log;
    private final Consumer<TrialEvent> events;
    private final Deque<String> tail = new ArrayDeque<>();
    private volatile String problem = "";
    private boolean aside;

    private WorkerProcess(String trial, Slot slot, Process process, Path log, Consumer<TrialEvent> events) {
        this.trial = trial;
        this.slot = slot;
        this.process = process;
        this.log = log;
        this.events = events;
    }

    static WorkerProcess start(
            Launch launch, String trial, Slot slot, ClassArchive archive, Consumer<TrialEvent> events)
            throws IOException {
        Path log = StudyDirectory.open(launch.study()).trial(trial).logFile();
        Process process = slot.take(WorkerCommand.of(launch, trial, archive)).start();
        WorkerProcess worker = new WorkerProcess(trial, slot, process, log, events);
        events.accept(new TrialEvent.Started(trial));
        Thread errors = thread("log of " + trial, () -> worker.pump(worker.process.getErrorStream()));
        thread("messages of " + trial, () -> {
            worker.pump(worker.process.getInputStream());
            worker.finish(errors);
        });
        return worker;
    }

    Slot slot() {
        return slot;
    }

    /** Asks for an orderly end: the worker saves its state. */
    void stop() {
        process.destroy();
    }

    /** The same so that another trial can go first. */
    void putAside() {
        if (!aside) {
            aside = true;
            stop();
        }
    }

    /** Whether it was asked to make room and did, its trial not done. */
    boolean wasPutAside(TrialEvent.Ended ended) {
        return aside && STOPPED.contains(ended.exitCode());
    }

    void kill() {
        process.destroyForcibly();
    }

    private void finish(Thread errors) {
        try {
            errors.join();
            int code = process.waitFor();
            synchronized (tail) {
                events.accept(new TrialEvent.Ended(trial, code, problem, List.copyOf(tail)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pump(InputStream in) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                WorkerMessage message = WorkerMessage.parse(line);
                if (message == null) {
                    keep(line);
                } else if (message.problem() != null) {
                    problem = message.problem();
                } else {
                    events.accept(message.event(trial));
                }
            }
        } catch (IOException e) {
            keep("[the worker's output ended: " + e.getMessage() + "]");
        }
    }

    private void keep(String line) {
        synchronized (tail) {
            tail.addLast(line);
            if (tail.size() > TAIL_LINES) {
                tail.removeFirst();
            }
            try (OutputStream out = Files.newOutputStream(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // A full disk must not stop the reading: the tail in memory still tells what went wrong.
                return;
            }
        }
    }

    private static Thread thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
