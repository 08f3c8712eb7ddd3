package org.ditlab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import org.ditlab.store.benchmark.StoreBenchmark;
import org.ditlab.store.benchmark.SyntheticStudy;
import org.ditlab.study.StudyException;

/** The table of {@code ditlab benchmark store}. */
final class StoreReport {
    /** A step of the smallest model that is worth training. */
    private static final double SMALLEST_STEP = 0.020;

    private final PrintWriter out;

    StoreReport(PrintWriter out) {
        this.out = out;
    }

    int print(int trials, int points, int metrics) throws IOException {
        if (trials < 1 || points < 1 || metrics < 1) {
            throw new StudyException("--trials, --points and --metrics must be at least 1");
        }
        SyntheticStudy study = new SyntheticStudy(trials, points, metrics);
        line(
                "%,d trials x %,d logged rows x %,d metrics = %,d logged values%n%n",
                trials, points, metrics, study.values());
        line("%-42s %9s %14s %-11s %14s%n", "", "seconds", "", "", "per second");
        StoreBenchmark.Row last = null;
        for (StoreBenchmark.Row row : new StoreBenchmark(study).run()) {
            line(
                    "%-42s %9s %,14.0f %-11s %14s%n",
                    row.what(),
                    row.seconds() == 0 ? "" : String.format(Locale.ROOT, "%.3f", row.seconds()),
                    row.amount(),
                    row.unit(),
                    row.seconds() == 0 ? "" : String.format(Locale.ROOT, "%,.0f", row.amount() / row.seconds()));
            last = row;
        }
        if (last != null) {
            double each = last.seconds() / last.amount();
            line(
                    "%nA row of training's log costs %.1f us: %.3f %% of a step of 20 ms, were one written every step.%n",
                    1e6 * each, 100 * each / SMALLEST_STEP);
        }
        out.flush();
        return 0;
    }

    private void line(String format, Object... values) {
        out.printf(Locale.ROOT, format, values);
        out.flush();
    }
}
