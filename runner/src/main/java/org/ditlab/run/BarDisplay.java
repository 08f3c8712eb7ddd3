package org.ditlab.run;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressState;

/** Progress on a terminal: one bar for the whole study, with the current trial's step beside it. */
public final class BarDisplay implements ProgressDisplay {
    private static final int UNITS = 1000;
    private static final int BAR = 20;

    private final PrintStream out;
    private final int columns;
    private final ProgressBar bar;
    private volatile Optional<Duration> remaining = Optional.empty();

    public BarDisplay(PrintStream out, String name, int columns) {
        this.out = out;
        this.columns = columns;
        this.bar = new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(UNITS)
                .setUpdateIntervalMillis(500)
                .setRenderer(this::render)
                // A consumer with a fixed width asks no terminal library, which would load native code.
                .setConsumer(new ConsoleProgressBarConsumer(out, columns - 1))
                .build();
    }

    @Override
    public void update(double fraction, Optional<Duration> left, String text) {
        remaining = left;
        bar.stepTo(Math.round(UNITS * fraction));
        bar.setExtraMessage(text);
    }

    /** {@code quickstart [=====>    ] 52 % 1:03 left  trial 3/9 base seed 2, train 120/400, loss 0.21}. */
    private String render(ProgressState state, int width) {
        double fraction = state.getNormalizedProgress();
        int done = (int) (BAR * fraction);
        String time =
                remaining.map(left -> ProgressDisplay.clock(left) + " left").orElse("");
        String line = String.format(
                "%s [%s%s] %d %% %s  %s",
                state.getTaskName(),
                "=".repeat(done),
                " ".repeat(BAR - done),
                Math.round(100 * fraction),
                time,
                state.getExtraMessage());
        return line.length() > width ? line.substring(0, width) : line + " ".repeat(width - line.length());
    }

    @Override
    public void message(String line) {
        // The bar's line is overwritten and drawn again below.
        out.println("\r" + line + " ".repeat(Math.max(0, columns - 1 - line.length())));
        bar.refresh();
    }

    @Override
    public void close() {
        bar.close();
    }
}
