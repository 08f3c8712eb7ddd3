package org.ditlab.notebook;

import io.github.spencerpark.jupyter.kernel.BaseKernel;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.ditlab.run.ProgressDisplay;
import org.ditlab.run.RunProgress;
import org.jspecify.annotations.Nullable;

/** Progress that is drawn again in its place in the notebook, twice a second at most; what stays are the messages. */
final class LiveProgress implements ProgressDisplay {
    private static final long INTERVAL = Duration.ofMillis(500).toNanos();
    private static final int MESSAGES = 60;

    private final @Nullable BaseKernel kernel;
    private final LongSupplier nanoTime;
    private final String id = UUID.randomUUID().toString();
    private final List<String> messages = new ArrayList<>();
    private final long begin;
    private long last;
    private boolean shown;
    private String state = "";

    LiveProgress(Optional<BaseKernel> kernel) {
        this(kernel, System::nanoTime);
    }

    LiveProgress(Optional<BaseKernel> kernel, LongSupplier nanoTime) {
        this.kernel = kernel.orElse(null);
        this.nanoTime = nanoTime;
        this.begin = nanoTime.getAsLong();
        this.last = begin - INTERVAL;
    }

    @Override
    public synchronized void update(double fraction, Optional<Duration> remaining, String text) {
        state = percent(fraction) + left(remaining) + ": " + text;
        drawSometimes();
    }

    @Override
    public synchronized void update(RunProgress progress) {
        StringBuilder lines =
                new StringBuilder(percent(progress.fraction()) + left(progress.remaining()) + ": " + progress.counts());
        for (RunProgress.Row row : progress.running()) {
            lines.append("\n    ").append(row.name());
            if (!row.stage().isEmpty()) {
                lines.append(", ").append(row.place());
            }
            if (!row.text().isEmpty()) {
                lines.append(", ").append(ProgressDisplay.plain(row.text()));
            }
        }
        state = lines.toString();
        drawSometimes();
    }

    @Override
    public synchronized void message(String lines) {
        messages.add(ProgressDisplay.plain(lines));
        draw();
    }

    /** The state is of no more use at the end; how long it took is. */
    @Override
    public synchronized void close() {
        state = "took " + ProgressDisplay.clock(Duration.ofNanos(nanoTime.getAsLong() - begin));
        draw();
    }

    private void drawSometimes() {
        if (nanoTime.getAsLong() - last >= INTERVAL) {
            draw();
        }
    }

    private void draw() {
        last = nanoTime.getAsLong();
        if (kernel == null) {
            return;
        }
        DisplayData data = Notebook.of(HtmlGrid.preformatted(text()), text());
        data.setDisplayId(id);
        if (shown) {
            kernel.getIO().display.updateDisplay(id, data);
        } else {
            kernel.display(data);
            shown = true;
        }
    }

    /** All that is shown. */
    synchronized String text() {
        int from = Math.max(0, messages.size() - MESSAGES);
        String earlier = from == 0 ? "" : "... " + from + " earlier lines\n";
        return earlier + String.join("\n", messages.subList(from, messages.size())) + "\n" + state;
    }

    private static String percent(double fraction) {
        return Math.round(100 * fraction) + " %";
    }

    private static String left(Optional<Duration> remaining) {
        return remaining
                .map(time -> ", about " + ProgressDisplay.clock(time) + " left")
                .orElse("");
    }
}
