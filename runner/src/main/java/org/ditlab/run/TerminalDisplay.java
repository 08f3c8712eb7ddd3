package org.ditlab.run;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jline.terminal.Size;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.jline.utils.Display;
import org.jline.utils.Signals;

/**
 * Progress on a terminal: a line for each trial that runs and one for the study below, drawn again in place; what stays
 * scrolls above them. Lines are cut at the terminal's width, and trials that do not fit are counted.
 */
public final class TerminalDisplay implements ProgressDisplay {
    private static final int BAR = 20;
    private static final int WIDEST_NAME = 28;
    private static final long INTERVAL_NANOS = 100_000_000L;
    private static final String RESIZED = "WINCH";

    private final PrintStream out;
    private final String name;
    private final LongSupplier nanoTime;
    private final boolean colours;
    private final Supplier<Optional<TerminalSize>> measure;
    private final LineDisciplineTerminal terminal;
    private final Display display;
    private final Object handler;
    private TerminalSize size;
    private volatile boolean resized;
    private List<AttributedString> lines = List.of();
    private long last;

    /** On standard error, which is a terminal of this size. Without colours where {@code NO_COLOR} is set. */
    public TerminalDisplay(PrintStream out, String name, TerminalSize size) {
        this(out, name, size, TerminalSize::now, System.getenv("NO_COLOR") == null, System::nanoTime);
    }

    TerminalDisplay(
            PrintStream out,
            String name,
            TerminalSize size,
            Supplier<Optional<TerminalSize>> measure,
            boolean colours,
            LongSupplier nanoTime) {
        this.out = out;
        this.name = name;
        this.size = size;
        this.measure = measure;
        this.colours = colours;
        this.nanoTime = nanoTime;
        this.last = nanoTime.getAsLong() - INTERVAL_NANOS;
        try {
            // A terminal that is only written to: nothing native is loaded, and the modes of the real one stay as they
            // are.
            this.terminal = new LineDisciplineTerminal("ditlab", "xterm", out, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.display = new Display(terminal, false);
        resize(size);
        this.handler = Signals.register(RESIZED, () -> resized = true);
    }

    /** The window has another size: the next drawing asks for it. */
    void resized() {
        resized = true;
    }

    @Override
    public synchronized void update(double fraction, Optional<Duration> remaining, String text) {
        lines = List.of(study(fraction, remaining, text));
        draw(false);
    }

    @Override
    public synchronized void update(RunProgress progress) {
        List<AttributedString> drawn = new ArrayList<>();
        int room = Math.max(1, size.rows() - 3);
        List<RunProgress.Row> rows = progress.running();
        int shown = rows.size() > room ? room - 1 : rows.size();
        int widest = rows.stream()
                .mapToInt(row -> new AttributedString(row.name()).columnLength())
                .max()
                .orElse(0);
        int place = rows.stream().mapToInt(row -> row.place().length()).max().orElse(0);
        for (RunProgress.Row row : rows.subList(0, shown)) {
            drawn.add(trial(row, Math.min(widest, WIDEST_NAME), place));
        }
        if (shown < rows.size()) {
            drawn.add(new AttributedString("  and " + (rows.size() - shown) + " more"));
        }
        drawn.add(study(progress.fraction(), progress.remaining(), progress.counts()));
        lines = drawn;
        draw(false);
    }

    /** {@code   base seed 1    train 120/400  loss 0.2134, 512 images/s, 0:41 left}. */
    private static AttributedString trial(RunProgress.Row row, int width, int place) {
        String left = row.remaining()
                .map(time -> ", " + ProgressDisplay.clock(time) + " left")
                .orElse("");
        return new AttributedStringBuilder()
                .append("  ")
                .append(padded(row.name(), width))
                .append("  ")
                .append(padded(row.place(), place))
                .append("  ")
                .append(ProgressDisplay.plain(row.text()))
                .append(left)
                .toAttributedString();
    }

    /** {@code quickstart [=====>    ] 52 %  1:03 left  3 of 9 ended, 2 running}. */
    private AttributedString study(double fraction, Optional<Duration> remaining, String text) {
        int done = (int) (BAR * Math.max(0, Math.min(1, fraction)));
        String left = remaining
                .map(time -> "  " + ProgressDisplay.clock(time) + " left")
                .orElse("");
        return new AttributedStringBuilder()
                .append(name)
                .append(" [")
                .append("=".repeat(done), AttributedStyle.DEFAULT.foreground(AttributedStyle.GREEN))
                .append(" ".repeat(BAR - done))
                .append("] " + Math.round(100 * fraction) + " %" + left + "  ")
                .append(ProgressDisplay.plain(text))
                .toAttributedString();
    }

    private static AttributedString padded(String text, int width) {
        AttributedString cut = new AttributedString(text).columnSubSequence(0, width);
        return new AttributedStringBuilder()
                .append(cut)
                .append(" ".repeat(Math.max(0, width - cut.columnLength())))
                .toAttributedString();
    }

    private void draw(boolean now) {
        if (!now && nanoTime.getAsLong() - last < INTERVAL_NANOS) {
            return;
        }
        last = nanoTime.getAsLong();
        if (resized) {
            resized = false;
            measure.get().ifPresent(this::resize);
        }
        AttributedStringBuilder text = new AttributedStringBuilder();
        for (AttributedString line : lines) {
            // One column stays free, where a cursor behind a full line would wrap.
            AttributedString cut = line.columnSubSequence(0, size.columns() - 1);
            text.append(text.length() == 0 ? "" : "\n").append(colours ? cut : new AttributedString(cut.toString()));
        }
        show(text.toAttributedString().columnSplitLength(size.columns(), true, display.delayLineWrap()));
    }

    private void show(List<AttributedString> drawn) {
        int end = drawn.isEmpty() ? 0 : drawn.get(drawn.size() - 1).columnLength();
        display.update(drawn, terminal.getSize().cursorPos(Math.max(0, drawn.size() - 1), end));
        terminal.flush();
        out.flush();
    }

    private void resize(TerminalSize wanted) {
        size = wanted;
        terminal.setSize(Size.of(wanted.columns(), wanted.rows()));
        display.resize(wanted.rows(), wanted.columns());
    }

    @Override
    public synchronized void message(String text) {
        display.update(List.of(), 0);
        terminal.flush();
        out.println(ProgressDisplay.plain(text));
        draw(true);
    }

    /** Leaves the study's line. */
    @Override
    public synchronized void close() {
        Signals.unregister(RESIZED, handler);
        lines = lines.isEmpty() ? lines : lines.subList(lines.size() - 1, lines.size());
        draw(true);
        if (!lines.isEmpty()) {
            out.println();
        }
        out.flush();
    }
}
