package org.ditlab.cli.benchmark;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.ditlab.run.benchmark.Overhead;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ditlab benchmark overhead}. */
@Command(
        name = "overhead",
        description = "What a trial costs beside its stages: process, libraries, locks, polling.",
        mixinStandardHelpOptions = true)
final class OverheadCommand implements Callable<Integer> {
    private static final int TRIALS = 6;

    @Spec
    private CommandSpec spec;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of a worker (default: all processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Machine.atLeastOne("--threads", threads);
        Next.tell(spec, "a study of " + TRIALS + " trivial trials");
        Overhead overhead = Overhead.measure(TRIALS, threads);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "%-40s %10s %10s %10s%n", "", "seconds", "stages", "beside");
        out.printf(Locale.ROOT, "%-40s %10.2f%n", "command to the first result", overhead.first());
        for (Overhead.Trial trial : overhead.trials()) {
            double beside = trial.seconds() - trial.stages();
            out.printf(Locale.ROOT, "%-40s %10.2f %10.2f %10.2f%n", "trial", trial.seconds(), trial.stages(), beside);
        }
        out.printf(Locale.ROOT, "%-40s %32.2f%n", "median beside the stages", overhead.median());
        out.flush();
        return 0;
    }
}
