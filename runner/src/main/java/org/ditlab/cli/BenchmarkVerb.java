package org.ditlab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.ditlab.command.Verb;
import org.ditlab.data.Corrupt;
import org.ditlab.data.DataBenchmark;
import org.ditlab.knob.Settings;
import org.ditlab.metric.benchmark.BenchmarkRow;
import org.ditlab.metric.benchmark.MetricBenchmark;
import org.ditlab.metric.inception.InceptionBenchmark;
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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code ditlab benchmark}: training steps beside what this machine's matrix products reach, metrics beside numpy and
 * scipy, or reading of data.
 */
@Command(
        name = "benchmark",
        description = "Measure training steps of a model beside this machine's own matrix-product rate,"
                + " or metrics beside numpy and scipy, or reading of data.",
        mixinStandardHelpOptions = true)
public final class BenchmarkVerb implements Verb {
    /** Runs of which the best counts. */
    private static final int REPEATS = 2;

    private static final int ROUNDS = 5;

    @Spec
    private CommandSpec spec;

    private enum What {
        step,
        evaluator,
        data
    }

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "WHAT",
            defaultValue = "step",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private What what;

    @Option(
            names = "--images",
            defaultValue = "50000",
            description = "evaluator: images on either side of a whole FID (default: ${DEFAULT-VALUE}).")
    private int images;

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

    @Option(names = "--data", paramLabel = "PATH", description = "data: images, as a study's --data takes them.")
    private @Nullable Path data;

    @Option(
            names = "--size",
            defaultValue = "32",
            description = "data: the side that images are resized to (default: ${DEFAULT-VALUE}).")
    private int size;

    @Option(names = "--threads", description = "Threads (default: all processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (batch < 1 || steps < 1 || threads < 1) {
            throw new StudyException("--batch, --steps and --threads must be at least 1");
        }
        if (what == What.data) {
            return data();
        }
        return what == What.evaluator ? evaluator() : step();
    }

    private int data() throws IOException {
        if (data == null) {
            throw new StudyException("benchmark data needs --data PATH, a folder or zip of images");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "%-40s %10s %12s %12s%n", "", "images", "seconds", "images/s");
        for (DataBenchmark.Row row : new DataBenchmark(data, size, Corrupt.REFUSE).rows()) {
            out.printf(
                    Locale.ROOT,
                    "%-40s %10d %12.5f %12.0f%n",
                    row.what(),
                    row.images(),
                    row.seconds(),
                    row.imagesPerSecond());
        }
        out.flush();
        return 0;
    }

    private BackendChoice choose(PrintWriter out) {
        BackendChoice choice = Backends.installed().choose(null, null);
        out.printf(
                Locale.ROOT,
                "%s, %d threads; %s%nCPU features: %s%n%n",
                Provenance.cpu(),
                threads,
                choice.provider().build(),
                CpuFeatures.describe());
        out.flush();
        return choice;
    }

    private int evaluator() throws IOException, InterruptedException {
        if (images < MetricBenchmark.FEWEST_IMAGES) {
            throw new StudyException("--images must be at least " + MetricBenchmark.FEWEST_IMAGES);
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        BackendChoice choice = choose(out);
        try (Backend backend = choice.provider().open(choice.device(), threads)) {
            MetricBenchmark.Result result = new MetricBenchmark(backend, images, REPEATS).run(threads, next -> {
                err.println(next + " ...");
                err.flush();
            });
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
            InceptionBenchmark inception = InceptionBenchmark.run(backend, ROUNDS, next -> {
                err.println(next + " ...");
                err.flush();
            });
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

    private int step() {
        Settings settings = ModelZoo.find(model)
                .orElseThrow(() -> new StudyException("there is no model \"" + model + "\" in the zoo; "
                        + Spelling.remark(model, ModelZoo.names()) + " `ditlab models` lists all"));
        PrintWriter out = spec.commandLine().getOut();
        BackendChoice choice = choose(out);
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
