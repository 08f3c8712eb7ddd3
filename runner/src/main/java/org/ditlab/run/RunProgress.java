package org.ditlab.run;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How far a study is, for a display.
 *
 * @param fraction of the estimated time, in [0, 1]
 * @param remaining the estimate for all, when there is one
 * @param done trials with a result, diverged ones among them
 * @param failed trials that were given up
 * @param trials all of the study
 * @param running the trials that are worked on, in the order in which they began
 */
public record RunProgress(
        double fraction, Optional<Duration> remaining, int done, int failed, int trials, List<Row> running) {
    /**
     * A trial that is worked on.
     *
     * @param stage what it does, {@code train}; empty before it says so
     * @param done units of {@code total}
     * @param total 0 where none are counted
     * @param text loss, images per second, or what it waits for
     * @param remaining the estimate for the whole trial, when there is one
     */
    public record Row(
            String variant,
            int replicate,
            String stage,
            long done,
            long total,
            String text,
            Optional<Duration> remaining) {
        /** {@code base seed 1}. */
        public String name() {
            return ProgressDisplay.plain(variant) + " seed " + replicate;
        }

        /** {@code train 120/400}. */
        public String place() {
            return total == 0 ? stage : stage + " " + done + "/" + total;
        }
    }

    /** {@code 3 of 9 ended, 2 running, 1 failed}: those that ended have a result, whatever it is. */
    public String counts() {
        return done + " of " + trials + " ended"
                + (running.isEmpty() ? "" : ", " + running.size() + " running")
                + (failed == 0 ? "" : ", " + failed + " failed");
    }
}
