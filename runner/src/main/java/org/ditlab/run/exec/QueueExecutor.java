package org.ditlab.run.exec;

import java.io.IOException;

/**
 * An executor whose trials go on without this process: a cluster's queue. {@link #poll} hands over what was accepted and
 * then watches it; {@link #cancel} and {@link #close} only let go of it, {@link ExecutorProvider#cancel} ends it.
 */
public interface QueueExecutor extends Executor {
    /** Hands over what was accepted so far, all that is not queued already. */
    Handover handOver() throws IOException, InterruptedException;

    /** Whether to end with a report made in the queue, since nobody waits here to make it. */
    void reportAtTheEnd(boolean wanted);
}
