package org.ditlab.run;

import java.io.IOException;
import java.nio.file.Files;
import java.util.function.Consumer;
import org.ditlab.run.exec.WorkerMessage;
import org.ditlab.store.JsonFile;
import org.ditlab.store.TrialDirectory;

/**
 * What a worker without a parent said last, for who waits for its trial: the trial's {@code message.json}, at most every other
 * second, since many workers share the file system. How far a stage is stands in its attempt's {@code progress.json}.
 */
final class MessageFile implements Consumer<WorkerMessage>, AutoCloseable {
    private static final long INTERVAL_NANOS = 2_000_000_000L;

    private final TrialDirectory trial;
    private long written = System.nanoTime() - INTERVAL_NANOS;
    private String problem = "";

    MessageFile(TrialDirectory trial) {
        this.trial = trial;
    }

    @Override
    public synchronized void accept(WorkerMessage message) {
        if (message.problem() != null) {
            problem = message.problem();
            return;
        }
        long now = System.nanoTime();
        if (message.finished() || now - written < INTERVAL_NANOS) {
            return;
        }
        written = now;
        try {
            JsonFile.write(trial.messageFile(), message.json());
        } catch (IOException e) {
            // A disk that is full will be noticed by what matters.
            return;
        }
    }

    /** What went wrong, in words; empty while nothing did. */
    synchronized String problem() {
        return problem;
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(trial.messageFile());
    }
}
