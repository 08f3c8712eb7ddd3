package org.ditlab.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.ditlab.metric.evaluation.Evaluation;
import org.ditlab.run.ProgressDisplay;
import org.ditlab.run.StopSignal;

/** Shows how far an evaluation is. */
final class EvaluationWatch implements Evaluation.Watch {
    private static final int FEWEST = 32;

    private final ProgressDisplay display;
    private final StopSignal stop;
    private final long begin = System.nanoTime();

    EvaluationWatch(ProgressDisplay display, StopSignal stop) {
        this.display = display;
        this.stop = stop;
    }

    @Override
    public void images(long done, long total, long fresh) {
        double rate = fresh / ((System.nanoTime() - begin) / 1e9);
        Optional<Duration> remaining =
                fresh < FEWEST ? Optional.empty() : Optional.of(Duration.ofSeconds(Math.round((total - done) / rate)));
        String speed = fresh < FEWEST ? "" : String.format(Locale.ROOT, ", %.1f images/s", rate);
        display.update((double) done / total, remaining, "features of image " + done + "/" + total + speed);
    }

    @Override
    public void note(String remark) {
        display.message("note: " + remark);
    }

    @Override
    public void step(String text) {
        display.update(1, Optional.empty(), text);
    }

    @Override
    public boolean stop() {
        return stop.requested();
    }
}
