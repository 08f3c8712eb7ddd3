package org.ditlab.cli.benchmark;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.ditlab.metric.benchmark.BenchmarkRow;
import org.ditlab.metric.benchmark.MetricBenchmark;
import org.ditlab.metric.inception.InceptionBenchmark;
import org.ditlab.run.BackendChoice;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.spi.Backend;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ditlab benchmark evaluator}. */
@Command(
        name = "evaluator",
        description = "Metrics beside numpy and scipy (where Python finds them), and the Inception network.",
        mixinStandardHelpOptions = true)
final class EvaluatorCommand implements Callable<Integer> {
    /** Runs of which the best counts. */
    private static final int REPEATS = 2;

    private static final int ROUNDS = 5;

    @Spec
    private CommandSpec spec;

    @Mixin
    private Machine machine;

    @Option(
            names = "--images",
            paramLabel = "N",
            defaultValue = "50000",
            description = "Images on either side of a whole FID (default: ${DEFAULT-VALUE}).")
    private int images;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (images < MetricBenchmark.FEWEST_IMAGES) {
            throw new StudyException(
                    "--images " + images + ": expected a whole number from " + MetricBenchmark.FEWEST_IMAGES);
        }
        PrintWriter out = spec.commandLine().getOut();
        BackendChoice choice = machine.choose(out);
        out.println();
        try (Backend backend = choice.provider().open(choice.device(), machine.threads())) {
            MetricBenchmark.Result result =
                    new MetricBenchmark(backend, images, REPEATS).run(machine.threads(), next -> Next.tell(spec, next));
            String peer = result.peerInstalled() ? "numpy s" : "numpy and scipy not installed";
            out.printf(Locale.ROOT, "%-56s %10s %10s %8s%n", "", "ours s", peer, "ratio");
            for (BenchmarkRow row : result.rows()) {
                out.printf(
                        Locale.ROOT,
                        "%-56s %10.3f %10s %8s%n",
                        row.what(),
                        row.seconds(),
                        number("%.3f", row.peer()),
                        number("%.1f", row.ratio()));
            }
            out.flush();
            InceptionBenchmark inception = InceptionBenchmark.run(backend, ROUNDS, next -> Next.tell(spec, next));
            out.printf(
                    Locale.ROOT,
                    "%nInception, 256x256 images, fp32: %.1f images/s, %.0f GFLOP/s, %.0f%% of the matrix product's %.0f%n",
                    inception.imagesPerSecond(),
                    inception.gflops(),
                    100 * inception.gflops() / inception.product(),
                    inception.product());
        }
        return 0;
    }

    private static String number(String format, OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, format, value.getAsDouble()) : "";
    }
}
