package org.ditlab.run.exec;

/**
 * What one worker gets.
 *
 * @param processes 1: a trial is one process. More is the place of training one trial in parallel, which is not built
 * @param threads of one operation
 * @param gpus devices of its own; 0 for those that are visible
 */
public record Resources(int processes, int threads, int gpus) {
    public Resources {
        if (processes != 1) {
            throw new IllegalArgumentException(processes + " processes of one trial: only one is built");
        }
        if (threads < 1 || gpus < 0) {
            throw new IllegalArgumentException(threads + " threads, " + gpus + " GPUs");
        }
    }

    /** One process that computes on what is visible. */
    public static Resources threads(int threads) {
        return new Resources(1, threads, 0);
    }
}
