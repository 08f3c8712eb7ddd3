package org.ditlab.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ditlab.command.Verb;
import org.ditlab.knob.Settings;
import org.ditlab.model.ModelZoo;
import org.ditlab.run.BackendChoice;
import org.ditlab.run.Backends;
import org.ditlab.store.Provenance;
import org.ditlab.study.Spelling;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.train.PeakMemory;
import org.ditlab.train.Precision;
import org.ditlab.train.StepBenchmark;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ditlab benchmark}: training steps beside what this machine's matrix products reach. */
@Command(
        name = "benchmark",
        description = "Measure training steps of a model beside this machine's own matrix-product rate.",
        mixinStandardHelpOptions = true)
public final class BenchmarkVerb implements Verb {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            defaultValue = "DiT-S/4",
            description = "A model of the zoo (default: ${DEFAULT-VALUE}).")
    private String model;

    @Option(names = "--batch", defaultValue = "16", description = "Images per step (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--steps",
            defaultValue = "9",
            description = "Steps measured, after three to warm up (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(names = "--threads", description = "Threads (default: all processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Override
    public Integer call() {
        if (batch < 1 || steps < 1 || threads < 1) {
            throw new StudyException("--batch, --steps and --threads must be at least 1");
        }
        Settings settings = ModelZoo.find(model)
                .orElseThrow(() -> new StudyException("there is no model \"" + model + "\" in the zoo; "
                        + Spelling.remark(model, ModelZoo.names()) + " `ditlab models` lists all"));
        BackendChoice choice = Backends.installed().choose(null, null);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "%s, %d threads; %s%nCPU features: %s%n%n",
                Provenance.cpu(),
                threads,
                choice.provider().build(),
                CpuFeatures.describe());
        out.printf("%-40s %-5s %10s %10s %12s %10s%n", "", "", "median ms", "GFLOP/s", "% of product", "images/s");
        try (Backend backend = choice.provider().open(choice.device(), threads)) {
            StepBenchmark benchmark = new StepBenchmark(backend);
            for (Precision precision : Precision.values()) {
                List<StepBenchmark.Row> rows = new ArrayList<>(benchmark.products(precision));
                double best = rows.stream()
                        .mapToDouble(StepBenchmark.Row::gflops)
                        .max()
                        .orElseThrow();
                rows.add(benchmark.step(model, settings, batch, steps, precision));
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
