package org.ditlab.run;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Ends a worker with its parent, however that ended: its end of the pipe to the worker's standard input closes. */
public final class ParentWatch {
    private ParentWatch() {}

    /** Requests a stop when the stream ends, and ends the process when the work has not returned within the grace period. */
    public static void start(InputStream fromParent, StopSignal stop, Duration grace) {
        Thread watch = new Thread(() -> watch(fromParent, stop, grace), "parent watch");
        watch.setDaemon(true);
        watch.start();
    }

    private static void watch(InputStream fromParent, StopSignal stop, Duration grace) {
        try {
            readToEnd(fromParent);
            stop.request();
            if (!stop.awaitFinished(grace)) {
                Runtime.getRuntime().halt(StopSignal.INTERRUPTED);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void readToEnd(InputStream in) {
        try {
            while (in.read() >= 0) {
                continue;
            }
        } catch (IOException e) {
            // A broken pipe says the same as a closed one.
            return;
        }
    }
}
