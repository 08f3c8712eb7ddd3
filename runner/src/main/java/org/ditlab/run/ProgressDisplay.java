package org.ditlab.run;

import java.time.Duration;
import java.util.Optional;

/** Where a run tells the person who waits how far it is; never standard output. */
public interface ProgressDisplay extends AutoCloseable {
    /**
     * The study has come so far.
     *
     * @param fraction of the estimated time, in [0, 1]
     * @param remaining the estimate, when there is one
     * @param text what is being done: {@code trial 3/8 wide seed 2, train 120/400, loss 0.21}
     */
    void update(double fraction, Optional<Duration> remaining, String text);

    /** A line that stays: a trial's end, a failure. */
    void message(String line);

    @Override
    void close();

    /** {@code 1:02:03} or {@code 2:03}. */
    static String clock(Duration time) {
        return time.toHours() > 0
                ? String.format("%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart())
                : String.format("%d:%02d", time.toMinutes(), time.toSecondsPart());
    }
}
