package org.ditlab.run;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The wish that a process ends: work asks {@link #requested} now and then, saves its state and returns. */
public final class StopSignal {
    /** Exit code of what was interrupted. */
    public static final int INTERRUPTED = 130;

    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean requested;

    /**
     * Answers SIGINT and SIGTERM: requests the stop, waits for {@link #finished} up to the grace period, and ends the process
     * with exit code 130. Does nothing at an end that comes after {@link #finished}.
     */
    public static StopSignal ofThisProcess(Duration grace) {
        StopSignal signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> signal.shutDown(grace), "stop signal"));
        return signal;
    }

    public void request() {
        requested = true;
    }

    public boolean requested() {
        return requested;
    }

    /** Says that the work has returned, so that the process may end. */
    public void finished() {
        finished.countDown();
    }

    /** Waits for {@link #finished}; false when the time is up. */
    boolean awaitFinished(Duration grace) throws InterruptedException {
        return finished.await(grace.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void shutDown(Duration grace) {
        if (finished.getCount() == 0) {
            return;
        }
        request();
        try {
            awaitFinished(grace);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // The exit code of a shutdown that has begun can only be set so.
        Runtime.getRuntime().halt(INTERRUPTED);
    }
}
