package org.ditlab.cli.benchmark;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.ditlab.run.benchmark.PlanBenchmark;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.Planner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ditlab benchmark plan}. */
@Command(name = "plan", description = "Planning of a large study.", mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--trials",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Trials (default: ${DEFAULT-VALUE}).")
    private int trials;

    @Override
    public Integer call() {
        if (trials < 1 || trials > Planner.MOST_TRIALS) {
            throw new StudyException(
                    "--trials " + trials + ": expected a whole number from 1 to " + Planner.MOST_TRIALS);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "%-52s %10s %10s%n", "", "cold s", "warm s");
        for (PlanBenchmark.Row row : new PlanBenchmark(trials).rows()) {
            out.printf(Locale.ROOT, "%-52s %10.3f %10.3f%n", row.what(), row.cold(), row.warm());
        }
        out.flush();
        return 0;
    }
}
