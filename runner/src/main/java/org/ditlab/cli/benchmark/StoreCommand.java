package org.ditlab.cli.benchmark;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.ditlab.store.benchmark.StoreBenchmark;
import org.ditlab.store.benchmark.SyntheticStudy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ditlab benchmark store}. */
@Command(
        name = "store",
        description = "The index of a synthetic study, queries over it, and what a row of a log costs.",
        mixinStandardHelpOptions = true)
final class StoreCommand implements Callable<Integer> {
    /** A step of the smallest model that is worth training. */
    private static final double SMALLEST_STEP = 0.020;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--trials",
            paramLabel = "N",
            defaultValue = "100",
            description = "Trials (default: ${DEFAULT-VALUE}).")
    private int trials;

    @Option(
            names = "--points",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Logged rows of each training (default: ${DEFAULT-VALUE}).")
    private int points;

    @Option(
            names = "--metrics",
            paramLabel = "N",
            defaultValue = "10",
            description = "Logged values of each row (default: ${DEFAULT-VALUE}).")
    private int metrics;

    @Override
    public Integer call() throws IOException {
        Machine.atLeastOne("--trials", trials);
        Machine.atLeastOne("--points", points);
        Machine.atLeastOne("--metrics", metrics);
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
        spec.commandLine().getOut().flush();
        return 0;
    }

    private void line(String format, Object... values) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, format, values);
        out.flush();
    }
}
