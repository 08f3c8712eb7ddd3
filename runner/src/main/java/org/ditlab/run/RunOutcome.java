package org.ditlab.run;

import java.util.List;

/**
 * How a run ended.
 *
 * @param end why it ended
 * @param done trials that have a result now, diverged ones among them
 * @param failures one message for each trial that was given up
 * @param cancelled trials that somebody has taken out of the queue
 * @param badInput whether every failure is the input's fault
 */
public record RunOutcome(End end, int done, List<String> failures, int cancelled, boolean badInput) {
    /** Why a run ended. */
    public enum End {
        /** Nothing is left to do. */
        COMPLETE("complete"),
        /** A trial failed, and {@code --fail-fast} was given. */
        FAILED_FAST("stopped at the first failure"),
        /** The time that {@code --max-hours} allows is used up. */
        OUT_OF_TIME("out of time"),
        /** Somebody asked the process to end. */
        STOPPED("interrupted");

        private final String words;

        End(String words) {
            this.words = words;
        }

        /** For a person. */
        public String words() {
            return words;
        }
    }

    /** 0 done, 1 some trial failed or was cancelled, 2 bad input, 130 interrupted. */
    public int exitCode() {
        if (end == End.STOPPED || end == End.OUT_OF_TIME) {
            return StopSignal.INTERRUPTED;
        }
        if (failures.isEmpty() && cancelled == 0) {
            return 0;
        }
        return badInput && cancelled == 0 ? 2 : 1;
    }
}
