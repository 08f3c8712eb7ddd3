package org.ditlab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.ditlab.command.Verb;
import org.ditlab.metric.EvaluationInput;
import org.ditlab.metric.PrecisionRecall;
import org.ditlab.metric.evaluation.Evaluation;
import org.ditlab.metric.evaluation.EvaluationResult;
import org.ditlab.metric.evaluation.EvaluationText;
import org.ditlab.metric.evaluation.Metric;
import org.ditlab.metric.evaluation.MetricOptions;
import org.ditlab.metric.evaluation.SavedStatistics;
import org.ditlab.metric.evaluation.Suite;
import org.ditlab.model.inspect.Json;
import org.ditlab.run.ProgressDisplay;
import org.ditlab.run.StopSignal;
import org.ditlab.study.Spelling;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.spi.Backend;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ditlab evaluate REFERENCE SAMPLES}: the field's metrics, by the field's evaluators. */
@Command(
        name = "evaluate",
        description = "Inception Score, FID, sFID, precision, recall and KID of images against a reference.",
        mixinStandardHelpOptions = true)
public final class EvaluateVerb implements Verb {
    private static final Duration GRACE = Duration.ofSeconds(30);

    /** How the result is written. */
    enum Format {
        TEXT,
        JSON
    }

    /** How precision and recall compare distances. */
    enum Neighbours {
        EXACT,
        ADM_FP16
    }

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..2",
            paramLabel = "REFERENCE SAMPLES",
            hideParamSyntax = true,
            description = "What is compared with, and what is measured: each an .npz of images (arr_0), of statistics"
                    + " (mu, sigma) or of both, or a folder or zip of images. With --save-stats: the images alone.")
    private List<Path> paths = new ArrayList<>();

    @Option(names = "--reference", paramLabel = "PATH", description = "REFERENCE by name.")
    private @Nullable Path reference;

    @Option(names = "--samples", paramLabel = "PATH", description = "SAMPLES by name.")
    private @Nullable Path samples;

    @Option(
            names = "--suite",
            split = ",",
            paramLabel = "SUITE",
            description =
                    "The evaluators to agree with, a column each: adm, pytorch-fid, torch-fidelity, clean-fid, ditlab"
                            + " (float64 throughout). Default: adm; over a classifier: ditlab.")
    private List<String> suites = new ArrayList<>();

    @Option(
            names = "--metrics",
            split = ",",
            paramLabel = "METRIC",
            description =
                    "is, fid, sfid, precision-recall, kid, fid-infinity, density-coverage. Default: those that the"
                            + " suites have themselves.")
    private List<String> metrics = new ArrayList<>();

    @Mixin
    private ExtractorOptions extractors;

    @Option(
            names = "--precision-recall",
            paramLabel = "exact|adm-fp16",
            description = "How distances are compared. Default: as the suite does.")
    private @Nullable Neighbours neighbours;

    @Option(
            names = "--nearest",
            paramLabel = "K",
            defaultValue = "3",
            description = "Neighbour whose distance is the radius of precision and recall. Default: ${DEFAULT-VALUE}.")
    private int nearest;

    @Option(
            names = "--splits",
            paramLabel = "N",
            description = "Splits of the Inception Score. Default: as the suite has them.")
    private @Nullable Integer splits;

    @Option(names = "--per-class", description = "FID of each class too; both sides need labels.")
    private boolean perClass;

    @Option(
            names = "--bootstrap",
            paramLabel = "N",
            defaultValue = "0",
            description = "Resamples for 95 %% intervals of FID and sFID, 40 at least; 200 is usual. Default: none.")
    private int resamples;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the bootstrap and of FID-infinity. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--save-stats",
            paramLabel = "OUT.npz",
            description = "Write statistics of the images instead: a reference for DiTLab, pytorch-fid and ADM.")
    private @Nullable Path statistics;

    @Option(
            names = "--with-images",
            paramLabel = "N",
            defaultValue = "0",
            description = "With --save-stats: put so many of the images into the file, for precision and recall; ADM's"
                    + " have 10000.")
    private int withImages;

    @Option(
            names = "--format",
            paramLabel = "text|json",
            defaultValue = "text",
            description = "Default: ${DEFAULT-VALUE}.")
    private Format format;

    @Override
    public Integer call() throws IOException, InterruptedException {
        StopSignal stop = StopSignal.ofThisProcess(GRACE);
        try {
            run(stop);
            return 0;
        } catch (InterruptedException e) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("ditlab: " + e.getMessage() + "; the same command goes on from there");
            err.flush();
            return StopSignal.INTERRUPTED;
        } finally {
            stop.finished();
        }
    }

    private void run(StopSignal stop) throws IOException, InterruptedException {
        List<Path> inputs = inputs();
        List<Suite> chosen = suites();
        Set<Metric> wanted = metrics();
        checkNumbers();
        if (statistics != null) {
            OutputFile.check("--save-stats", statistics, inputs.get(0));
        }
        extractors.check();
        List<EvaluationInput> opened = EvaluationInput.openAll(inputs);
        try (Backend backend = extractors.backend();
                ProgressDisplay display = RunVerb.display("evaluate")) {
            EvaluationWatch watch = new EvaluationWatch(display, stop);
            if (statistics != null) {
                SavedStatistics.write(
                        backend,
                        opened.get(0),
                        chosen.get(0).preprocessing(),
                        extractors,
                        extractors.cache(),
                        withImages,
                        statistics,
                        watch);
                display.message(statistics + ": statistics of " + inputs.get(0) + " over "
                        + chosen.get(0).word() + "'s preprocessing");
                return;
            }
            Evaluation evaluation = new Evaluation(backend, opened.get(0), opened.get(1), chosen, wanted, options());
            EvaluationResult result = evaluation.run(extractors, extractors.cache(), watch);
            PrintWriter out = spec.commandLine().getOut();
            out.print(format == Format.JSON ? Json.text(result.tree()) : new EvaluationText(result).text());
            out.flush();
        } finally {
            for (EvaluationInput input : opened) {
                input.close();
            }
        }
    }

    private List<Path> inputs() {
        int wanted = statistics == null ? 2 : 1;
        List<Path> rest = new ArrayList<>(paths);
        if (statistics != null) {
            Optional<Path> named = Optional.ofNullable(reference != null ? reference : samples);
            named.ifPresent(rest::add);
        } else {
            if (reference != null) {
                rest.add(0, reference);
            }
            if (samples != null) {
                rest.add(Math.min(1, rest.size()), samples);
            }
        }
        if (rest.size() != wanted) {
            throw new ParameterException(
                    spec.commandLine(),
                    statistics == null
                            ? "give REFERENCE and SAMPLES, in this order or by --reference and --samples; found "
                                    + rest.size()
                            : "--save-stats takes one set of images; found " + rest.size());
        }
        return rest;
    }

    private List<Suite> suites() {
        if (suites.isEmpty()) {
            return List.of(extractors.classifier() ? Suite.DITLAB : Suite.ADM);
        }
        return new ArrayList<>(
                new LinkedHashSet<>(suites.stream().map(Suite::named).toList()));
    }

    private Set<Metric> metrics() {
        Set<Metric> wanted = EnumSet.noneOf(Metric.class);
        List<String> words = Arrays.stream(Metric.values()).map(Metric::word).toList();
        List<String> problems = new ArrayList<>();
        for (String word : metrics) {
            int index = words.indexOf(word.toLowerCase(Locale.ROOT));
            if (index < 0) {
                String near = Spelling.remark(word, words);
                problems.add("--metrics: there is no \"" + word + "\"; " + (near.isEmpty() ? "" : near + " ") + "all: "
                        + String.join(", ", words));
            } else {
                wanted.add(Metric.values()[index]);
            }
        }
        if (!problems.isEmpty()) {
            throw new StudyException(problems);
        }
        return wanted;
    }

    private void checkNumbers() {
        List<String> problems = new ArrayList<>();
        require(nearest >= 1, "--nearest " + nearest + ": expected 1 or more", problems);
        require(splits == null || splits >= 1, "--splits " + splits + ": expected 1 or more", problems);
        require(
                resamples == 0 || resamples >= MetricOptions.FEWEST_RESAMPLES,
                "--bootstrap " + resamples + ": expected " + MetricOptions.FEWEST_RESAMPLES
                        + " or more for a 95 % interval, or 0",
                problems);
        boolean distances = metrics.isEmpty()
                || metrics.stream().anyMatch(word -> word.equalsIgnoreCase("fid") || word.equalsIgnoreCase("sfid"));
        require(
                resamples == 0 || distances,
                "--bootstrap gives intervals of fid and sfid, which --metrics leaves out",
                problems);
        require(withImages >= 0, "--with-images " + withImages + ": expected 0 or more", problems);
        boolean measuring = !metrics.isEmpty() || suites.size() > 1 || resamples > 0 || perClass || splits != null;
        require(
                statistics == null || !measuring,
                "--save-stats measures nothing: leave out --metrics, --bootstrap, --per-class and --splits, and give one"
                        + " --suite, whose preprocessing it takes",
                problems);
        require(
                withImages == 0 || statistics != null,
                "--with-images is about the file that --save-stats writes; add --save-stats OUT.npz",
                problems);
        if (!problems.isEmpty()) {
            throw new StudyException(problems);
        }
    }

    private static void require(boolean fulfilled, String problem, List<String> problems) {
        if (!fulfilled) {
            problems.add(problem);
        }
    }

    private MetricOptions options() {
        PrecisionRecall.Form form = neighbours == null
                ? null
                : neighbours == Neighbours.EXACT ? PrecisionRecall.Form.EXACT : PrecisionRecall.Form.ADM_FLOAT16;
        return new MetricOptions(nearest, form, splits, resamples, seed, 0, perClass);
    }
}
