package org.ditlab.run.exec;

import java.time.Duration;
import java.util.List;

/** Runs trials, each in a process of its own. Used by one thread. */
public interface Executor extends AutoCloseable {
    /** Accepts a trial, by its hash; it starts when there is room. The same trial may come again after it has ended. */
    void submit(String trial);

    /** What has happened since the last call, in order; waits up to {@code patience} when nothing has. */
    List<TrialEvent> poll(Duration patience) throws InterruptedException;

    /**
     * Drops what has not started and asks what runs to save its state and end; {@link TrialEvent.Ended} follows for each
     * trial that was started.
     */
    void cancel();

    /** Ends what still runs, at once. */
    @Override
    void close();
}
