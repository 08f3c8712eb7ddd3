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
import org.ditlab.run.benchmark.Contest;
import org.ditlab.run.benchmark.StepContest;
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
 * /**
 * {@code ditlab benchmark}: training or sampling beside plain PyTorch, metrics beside numpy and scipy, training steps
 * beside what this machine's matrix products reach, or reading of data.
 */
@Command(
        name = "benchmark",
        description = "Measure a model's steps beside plain PyTorch or this machine's own matrix-product rate,"
                + " metrics beside numpy and scipy, or reading of data.",
        mixinStandardHelpOptions = true)
public final class BenchmarkVerb implements Verb {
    /** Runs of which the best counts. */
    private static final int REPEATS = 2;

    private static final int ROUNDS = 5;
    private static final int FEW_ROUNDS = 3;
    private static final int STEPS_MEASURED = 9;
    private static final int STEPS_SAMPLED = 50;
    private static final List<String> QUICK = List.of("DiT-S/4");
    private static final List<String> MODELS = List.of("DiT-S/2", "DiT-S/4", "U-DiT-T", "U-DiT-S");

    @Spec
    private CommandSpec spec;

    private enum What {
        step,
        training,
        sampling,
        evaluator,
        data
    }

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "WHAT",
            defaultValue = "step",
            description =
                    "training or sampling: beside plain PyTorch where it is installed; step: training steps beside"
                            + " the matrix product; evaluator: metrics beside numpy and scipy; data: reading of images"
                            + " (default: ${DEFAULT-VALUE}).")
    private What what;

    @Option(
            names = {"--models", "--model"},
            split = ",",
            paramLabel = "NAME",
            description = "Models of the zoo (default: DiT-S/4; training and sampling: DiT-S/2, DiT-S/4, U-DiT-T,"
                    + " U-DiT-S).")
    private @Nullable List<String> models;

    @Option(names = "--batch", defaultValue = "16", description = "Images per step (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--precision",
            split = ",",
            paramLabel = "fp32|bf16",
            description = "What our products compute in (default: both).")
    private List<Precision> precisions = List.of(Precision.values());

    @Option(
            names = "--steps",
            description = "step: steps measured, after eight to warm up (default: 9); sampling: steps of an image"
                    + " (default: 50).")
    private @Nullable Integer steps;

    @Option(names = "--guidance", defaultValue = "1.5", description = "sampling: scale (default: ${DEFAULT-VALUE}).")
    private double guidance;

    @Option(
            names = "--rounds",
            description =
                    "training, sampling: steps measured on either side (default: 5; with" + " sampling or --quick: 3).")
    private @Nullable Integer rounds;

    @Option(names = "--quick", description = "training, sampling: DiT-S/4 only, three rounds.")
    private boolean quick;

    @Option(
            names = "--images",
            defaultValue = "50000",
            description = "evaluator: images on either side of a whole FID (default: ${DEFAULT-VALUE}).")
    private int images;

    @Option(names = "--data", paramLabel = "PATH", description = "data: images, as a study's --data takes them.")
    private @Nullable Path data;

    @Option(
            names = "--size",
            defaultValue = "32",
            description = "data: the side that images are resized to (default: ${DEFAULT-VALUE}).")
    private int size;

    @Option(names = "--threads", description = "Threads (default: all processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--device", paramLabel = "cpu|cuda", description = "Default: the backend's best.")
    private @Nullable String device;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (batch < 1 || threads < 1 || (steps != null && steps < 1) || (rounds != null && rounds < 1)) {
            throw new StudyException("--batch, --steps, --rounds and --threads must be at least 1");
        }
        return switch (what) {
            case step -> step();
            case training -> contest(StepContest.Task.TRAINING);
            case sampling -> contest(StepContest.Task.SAMPLING);
            case evaluator -> evaluator();
            case data -> data();
        };
    }

    private int data() throws IOException {
        if (data == null) {
            throw new StudyException("benchmark data needs --data PATH, a folder or zip of images");
        }
        List<DataBenchmark.Row> rows = new DataBenchmark(data, size, Corrupt.REFUSE).rows();
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "%-40s %10s %12s %12s%n", "", "images", "seconds", "images/s");
        for (DataBenchmark.Row row : rows) {
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
        BackendChoice choice = Backends.installed().choose(null, device);
        out.printf(
                Locale.ROOT,
                "%s, %d threads; %s%nCPU features: %s%n",
                Provenance.cpu(),
                threads,
                choice.provider().build(),
                CpuFeatures.describe());
        out.flush();
        return choice;
    }

    private void progress(String next) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(next + " ...");
        err.flush();
    }

    /** The models asked for, or these. */
    private List<String> models(List<String> usual) {
        List<String> wanted = models == null ? usual : models;
        List<String> unknown = new ArrayList<>();
        for (String model : wanted) {
            if (ModelZoo.find(model).isEmpty()) {
                unknown.add("there is no model \"" + model + "\" in the zoo; "
                        + Spelling.remark(model, ModelZoo.names()) + " `ditlab models` lists all");
            }
        }
        if (!unknown.isEmpty()) {
            throw new StudyException(unknown);
        }
        return wanted;
    }

    private int contest(StepContest.Task task) throws IOException, InterruptedException {
        if (!(guidance >= 0 && guidance <= 100)) {
            throw new StudyException("--guidance must be between 0 and 100");
        }
        List<String> wanted = models(quick ? QUICK : MODELS);
        PrintWriter out = spec.commandLine().getOut();
        BackendChoice choice = choose(out);
        int sampled = steps == null ? STEPS_SAMPLED : steps;
        int usual = quick || task == StepContest.Task.SAMPLING ? FEW_ROUNDS : ROUNDS;
        StepContest.Options options = new StepContest.Options(
                task,
                precisions,
                batch,
                sampled,
                guidance,
                rounds == null ? usual : rounds,
                threads,
                Backends.word(choice.device()));
        try (StepContest contest = new StepContest(options, this::progress)) {
            out.println(contest.peer().orElse("PyTorch is not installed: ours alone"));
            out.println();
            out.flush();
            ContestTable table = new ContestTable(out);
            for (String model : wanted) {
                Contest found = contest.run(model);
                if (task == StepContest.Task.TRAINING) {
                    table.training(found, "batch " + batch);
                } else {
                    table.sampling(
                            found,
                            "%d steps, guidance %s, %d images at a time".formatted(sampled, guidance, found.images()),
                            sampled);
                }
            }
        }
        return 0;
    }

    private int evaluator() throws IOException, InterruptedException {
        if (images < MetricBenchmark.FEWEST_IMAGES) {
            throw new StudyException("--images must be at least " + MetricBenchmark.FEWEST_IMAGES);
        }
        PrintWriter out = spec.commandLine().getOut();
        BackendChoice choice = choose(out);
        out.println();
        try (Backend backend = choice.provider().open(choice.device(), threads)) {
            MetricBenchmark.Result result = new MetricBenchmark(backend, images, REPEATS).run(threads, this::progress);
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
            InceptionBenchmark inception = InceptionBenchmark.run(backend, ROUNDS, this::progress);
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
        List<String> wanted = models(QUICK);
        PrintWriter out = spec.commandLine().getOut();
        BackendChoice choice = choose(out);
        out.printf("%n%-40s %-5s %10s %10s %12s %10s%n", "", "", "median ms", "GFLOP/s", "% of product", "images/s");
        int measured = steps == null ? STEPS_MEASURED : steps;
        try (Backend backend = choice.provider().open(choice.device(), threads)) {
            StepBenchmark benchmark = new StepBenchmark(backend);
            for (Precision precision : precisions) {
                List<StepBenchmark.Row> rows = new ArrayList<>(benchmark.products(precision));
                double best = rows.stream()
                        .mapToDouble(StepBenchmark.Row::gflops)
                        .max()
                        .orElseThrow();
                for (String model : wanted) {
                    Settings settings = ModelZoo.find(model).orElseThrow();
                    rows.add(benchmark.step(model, settings, batch, measured, precision));
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
