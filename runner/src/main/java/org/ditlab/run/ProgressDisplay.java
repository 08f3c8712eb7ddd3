package org.ditlab.run;

import java.time.Duration;
import java.util.Optional;

/** Where a run tells the person who waits how far it is; never standard output. */
public interface ProgressDisplay extends AutoCloseable {
    /**
     * Work of one piece has come so far.
     *
     * @param fraction of the estimated time, in [0, 1]
     * @param remaining the estimate, when there is one
     * @param text what is being done: {@code image 120/400}
     */
    void update(double fraction, Optional<Duration> remaining, String text);

    /** A study has come so far. */
    void update(RunProgress progress);

    /** A line that stays, or several: a trial's end, a failure. */
    void message(String lines);

    @Override
    void close();

    /** {@code 1:02:03} or {@code 2:03}; {@code 3 d 4 h} from two days on. */
    static String clock(Duration time) {
        if (time.toDays() >= 2) {
            return time.toDays() + " d " + time.toHoursPart() + " h";
        }
        return time.toHours() > 0
                ? String.format("%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart())
                : String.format("%d:%02d", time.toMinutes(), time.toSecondsPart());
    }

    /** What others wrote, without the control characters that move a terminal's cursor or change its colours. */
    static String plain(String text) {
        return text.replaceAll("\u001b\\[[0-9;?]*[ -/]*[@-~]", "")
                .replace("\t", "    ")
                .replaceAll("\r\n?", "\n")
                .replaceAll("[\\p{Cc}\\p{Cf}\u2028\u2029&&[^\n]]", "");
    }
}
