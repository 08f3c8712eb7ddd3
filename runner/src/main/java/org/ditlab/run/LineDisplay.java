package org.ditlab.run;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Progress where no terminal is: a plain line now and then. */
public final class LineDisplay implements ProgressDisplay {
    private static final Duration INTERVAL = Duration.ofSeconds(15);

    private final PrintStream out;
    private final LongSupplier nanoTime;
    private long last;

    public LineDisplay(PrintStream out) {
        this(out, System::nanoTime);
    }

    LineDisplay(PrintStream out, LongSupplier nanoTime) {
        this.out = out;
        this.nanoTime = nanoTime;
        this.last = nanoTime.getAsLong();
    }

    @Override
    public void update(double fraction, Optional<Duration> remaining, String text) {
        if (nanoTime.getAsLong() - last < INTERVAL.toNanos()) {
            return;
        }
        last = nanoTime.getAsLong();
        String eta = remaining
                .map(time -> ", about " + ProgressDisplay.clock(time) + " left")
                .orElse("");
        out.println(Math.round(100 * fraction) + " %" + eta + ": " + text);
    }

    @Override
    public void message(String line) {
        out.println(line);
    }

    @Override
    public void close() {
        out.flush();
    }
}
