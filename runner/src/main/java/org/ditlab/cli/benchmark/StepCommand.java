package org.ditlab.cli.benchmark;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.ditlab.knob.Settings;
import org.ditlab.model.ModelZoo;
import org.ditlab.run.BackendChoice;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.train.PeakMemory;
import org.ditlab.train.Precision;
import org.ditlab.train.StepBenchmark;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ditlab benchmark step}. */
@Command(
        name = "step",
        description = "Training steps beside the matrix product, in this process.",
        mixinStandardHelpOptions = true)
final class StepCommand implements Callable<Integer> {
    private static final List<String> USUAL = List.of("DiT-S/4");

    @Spec
    private CommandSpec spec;

    @Mixin
    private Machine machine;

    @Mixin
    private ModelList models;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "9",
            description = "Steps measured, after eight to warm up (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Override
    public Integer call() {
        Machine.atLeastOne("--steps", steps);
        int batch = models.batch();
        List<String> wanted = models.or(USUAL);
        PrintWriter out = spec.commandLine().getOut();
        BackendChoice choice = machine.choose(out);
        out.printf("%n%-40s %-5s %10s %10s %12s %10s%n", "", "", "median ms", "GFLOP/s", "% of product", "images/s");
        try (Backend backend = choice.provider().open(choice.device(), machine.threads())) {
            StepBenchmark benchmark = new StepBenchmark(backend);
            for (Precision precision : models.precisions()) {
                List<StepBenchmark.Row> rows = new ArrayList<>(benchmark.products(precision));
                double best = rows.stream()
                        .mapToDouble(StepBenchmark.Row::gflops)
                        .max()
                        .orElseThrow();
                for (String model : wanted) {
                    Settings settings = ModelZoo.find(model).orElseThrow();
                    rows.add(benchmark.step(model, settings, batch, steps, precision));
                }
                rows.forEach(row -> print(out, row, best));
            }
        }
        if (PeakMemory.bytes() > 0) {
            out.printf(Locale.ROOT, "%npeak memory %.0f MB%n", PeakMemory.bytes() / 1e6);
        }
        return 0;
    }

    private static void print(PrintWriter out, StepBenchmark.Row row, double best) {
        String images = row.imagesPerSecond() > 0 ? String.format(Locale.ROOT, "%.1f", row.imagesPerSecond()) : "";
        out.printf(
                Locale.ROOT,
                "%-40s %-5s %10.2f %10.0f %11.0f%% %10s%n",
                row.what(),
                row.precision().name().toLowerCase(Locale.ROOT),
                row.seconds() * 1e3,
                row.gflops(),
                100 * row.gflops() / best,
                images);
        out.flush();
    }
}
