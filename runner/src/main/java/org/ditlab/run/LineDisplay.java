package org.ditlab.run;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Progress where no terminal is: plain lines now and then, a study's with one more for each trial that runs. The interval grows
 * from 15 seconds to two minutes, so that the log of a long run stays readable.
 */
public final class LineDisplay implements ProgressDisplay {
    private static final long SHORTEST = Duration.ofSeconds(15).toNanos();
    private static final long LONGEST = Duration.ofMinutes(2).toNanos();

    /** The interval is this part of the time that has passed. */
    private static final int PART = 20;

    private final PrintStream out;
    private final LongSupplier nanoTime;
    private final long begin;
    private long last;

    public LineDisplay(PrintStream out) {
        this(out, System::nanoTime);
    }

    LineDisplay(PrintStream out, LongSupplier nanoTime) {
        this.out = out;
        this.nanoTime = nanoTime;
        this.begin = nanoTime.getAsLong();
        this.last = begin;
    }

    @Override
    public void update(double fraction, Optional<Duration> remaining, String text) {
        if (due()) {
            out.println(percent(fraction) + left(remaining) + ": " + text);
        }
    }

    @Override
    public void update(RunProgress progress) {
        if (!due()) {
            return;
        }
        StringBuilder lines =
                new StringBuilder(percent(progress.fraction()) + left(progress.remaining()) + ": " + progress.counts());
        for (RunProgress.Row row : progress.running()) {
            lines.append(System.lineSeparator()).append("    ").append(row.name());
            if (!row.stage().isEmpty()) {
                lines.append(", ").append(row.place());
            }
            if (!row.text().isEmpty()) {
                lines.append(", ").append(ProgressDisplay.plain(row.text()));
            }
            lines.append(left(row.remaining()));
        }
        out.println(lines);
    }

    private boolean due() {
        long now = nanoTime.getAsLong();
        if (now - last < Math.max(SHORTEST, Math.min(LONGEST, (now - begin) / PART))) {
            return false;
        }
        last = now;
        return true;
    }

    private static String percent(double fraction) {
        return Math.round(100 * fraction) + " %";
    }

    private static String left(Optional<Duration> remaining) {
        return remaining
                .map(time -> ", about " + ProgressDisplay.clock(time) + " left")
                .orElse("");
    }

    @Override
    public void message(String lines) {
        out.println(ProgressDisplay.plain(lines));
    }

    @Override
    public void close() {
        out.flush();
    }
}
