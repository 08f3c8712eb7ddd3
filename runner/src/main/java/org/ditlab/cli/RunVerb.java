package org.ditlab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.ditlab.command.Reporter;
import org.ditlab.command.StudyReference;
import org.ditlab.command.Verb;
import org.ditlab.run.Backends;
import org.ditlab.run.LineDisplay;
import org.ditlab.run.ProgressDisplay;
import org.ditlab.run.RunOptions;
import org.ditlab.run.RunOutcome;
import org.ditlab.run.RunnableTrial;
import org.ditlab.run.Runner;
import org.ditlab.run.Share;
import org.ditlab.run.StopSignal;
import org.ditlab.run.TerminalDisplay;
import org.ditlab.run.TerminalSize;
import org.ditlab.run.exec.Executor;
import org.ditlab.run.exec.ExecutorProvider;
import org.ditlab.run.exec.Launch;
import org.ditlab.run.exec.QueueExecutor;
import org.ditlab.run.exec.Resources;
import org.ditlab.run.halving.Halving;
import org.ditlab.store.RunCommand;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.StudyResults;
import org.ditlab.store.TrialStatus;
import org.ditlab.study.PlanGroup;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.Plan;
import org.ditlab.tensor.Device;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ditlab run STUDY}: plan, train, sample, measure, report. Killed at any time, it is simply run again. */
@Command(
        name = "run",
        description = "Train, sample, measure and report a study; go on where an earlier run was stopped.",
        mixinStandardHelpOptions = true)
public final class RunVerb implements Verb {
    /** A little longer than workers get, so that their ends are seen. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    @Spec
    private CommandSpec spec;

    @Mixin
    private StudyOptions study;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Trials at a time. Default: the processors divided by the threads; 1 on a GPU.")
    private @Nullable Integer workers;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads of one worker. Default: what the study was begun with, else as few as keep all "
                    + "processors busy. Results are the same to the bit for the same number only.")
    private @Nullable Integer threads;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description = "The backend that computes. Default: the best that works.")
    private @Nullable String backend;

    @Option(names = "--device", paramLabel = "cpu|cuda", description = "Default: the backend's best.")
    private @Nullable String device;

    @Mixin
    private ExecutorOptions executor;

    @Option(
            names = "--max-hours",
            paramLabel = "HOURS",
            description =
                    "Hours of wall time: where what is left is estimated to take longer, nothing is started; where it "
                            + "takes longer all the same, save and stop.")
    private @Nullable Double maxHours;

    @Option(
            names = "--retries",
            paramLabel = "N",
            description =
                    "How often a trial whose worker fails is tried again; bad input and a full Java heap are not. "
                            + "Default: " + RunOptions.RETRIES + ".")
    private @Nullable Integer retries;

    @Option(names = "--fail-fast", description = "Stop at the first trial that fails. Default: the others go on.")
    private boolean failFast;

    @Override
    public Integer call() throws IOException, InterruptedException {
        StopSignal stop = StopSignal.ofThisProcess(GRACE);
        try {
            return run(stop);
        } finally {
            stop.finished();
        }
    }

    private int run(StopSignal stop) throws IOException, InterruptedException {
        checkOptions();
        ExecutorProvider provider = executor.provider();
        // Another machine's devices are not known here.
        boolean gpu = provider.computesHere()
                && Backends.installed().choose(backend, device).device() == Device.CUDA;
        executor.check(gpu, maxHours != null, failFast, retries != null);
        int threadsElsewhere = provider.threads(executor.options());
        StudyReference reference = study.find();
        provider.check(reference.directory(), executor.options());
        Plan plan = PlanVerb.plan(reference, study);
        if (!plan.missing().isEmpty()) {
            throw new StudyException(plan.missing());
        }
        PrintWriter err = spec.commandLine().getErr();
        plan.warnings().forEach(warning -> err.println("ditlab: warning: " + warning));
        err.flush();
        if (maxHours != null && provider.computesHere()) {
            checkTime(plan, StudyDirectory.at(reference.directory()), gpu);
        }
        StudyDirectory directory = StudyDirectory.create(reference.directory());
        directory.writeCommand(new RunCommand(
                spec.root().commandLine().getParseResult().originalArgs(),
                Path.of("").toAbsolutePath()));
        RunOptions options = options(
                provider.computesHere()
                        ? Share.of(
                                directory, plan.trials().size(), executor.workers(workers), threads, gpu, err::println)
                        : Share.elsewhere(directory, workers, threads, threadsElsewhere, err::println));
        RunOutcome outcome;
        try (ProgressDisplay display = display(plan.spec().name())) {
            Runner runner = new Runner(directory, options, display, stop);
            Halving.write(directory, plan);
            int outstanding = prepare(runner, plan, options, display);
            try (Executor started = provider.open(launch(directory, options))) {
                if (started instanceof QueueExecutor queue && !executor.wait && outstanding > 0) {
                    runner.open().forEach(queue::submit);
                    return new HandoverText(spec.commandLine(), directory.path()).handOver(queue);
                }
                outcome = runner.run(started);
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        StudyResults results = StudyResults.read(directory.path());
        RunSummary.of(results, directory).print(err);
        err.println("ditlab: " + TrialStatus.counts(results::count)
                + (outcome.cancelled() == 0 ? "" : ", " + outcome.cancelled() + " cancelled"));
        if (outcome.end() != RunOutcome.End.COMPLETE && provider.computesHere()) {
            err.println("ditlab: " + outcome.end().words()
                    + ": finished stages and the newest states of trainings are kept in " + directory.path()
                    + "; the same command goes on from there");
        }
        err.flush();
        if (outcome.exitCode() == StopSignal.INTERRUPTED && !provider.computesHere()) {
            err.println("ditlab: the jobs stay in the queue; `ditlab cancel " + directory.path() + "` ends them");
            err.flush();
        }
        if (outcome.exitCode() != StopSignal.INTERRUPTED && outcome.done() > 0) {
            for (Path page : report(directory.path())) {
                out.println(page);
            }
            out.flush();
        }
        return outcome.exitCode();
    }

    /** Refuses what is estimated to take longer than it may. */
    private void checkTime(Plan plan, StudyDirectory directory, boolean gpu) throws IOException {
        Share share = Share.foreseen(directory, plan.trials().size(), executor.workers(workers), threads, gpu);
        new TimeBudget(plan, directory, spec.commandLine().getErr())
                .check(maxHours, Backends.installed().choose(backend, device), share);
    }

    /** Writes what the plan says of the trials; gives the number of those to do. */
    private static int prepare(Runner runner, Plan plan, RunOptions options, ProgressDisplay display)
            throws IOException {
        List<RunnableTrial> trials = RunnableTrial.of(plan);
        runner.prepare(
                plan.spec().toTree(),
                trials,
                plan.groups().stream().map(PlanGroup::tree).toList());
        int outstanding = runner.outstanding(trials);
        String share = options.workers() == 0 ? "" : ", " + options.workers() + " at a time";
        display.message("ditlab: " + plan.spec().name() + ": " + outstanding + " of " + trials.size() + " trials to do"
                + share + " with " + options.threads() + (options.threads() == 1 ? " thread" : " threads"));
        return outstanding;
    }

    private Launch launch(StudyDirectory directory, RunOptions options) {
        return new Launch(
                Launch.WORKER,
                directory.path(),
                options.files(),
                options.workers(),
                Resources.threads(options.threads()),
                options.backend(),
                options.device(),
                executor.options());
    }

    private void checkOptions() {
        List<String> problems = new ArrayList<>();
        if (workers != null && workers < 1) {
            problems.add("--workers " + workers + ": expected a whole number from 1");
        }
        if (threads != null && threads < 1) {
            problems.add("--threads " + threads + ": expected a whole number from 1");
        }
        if (retries != null && (retries < 0 || retries > 1000)) {
            problems.add("--retries " + retries + ": expected a whole number from 0 to 1000");
        }
        if (maxHours != null && !(maxHours > 0 && maxHours < 1e6)) {
            problems.add("--max-hours " + maxHours + ": expected a number above 0");
        }
        if (!problems.isEmpty()) {
            throw new StudyException(problems);
        }
    }

    private RunOptions options(Share share) {
        return new RunOptions(
                study.study.out,
                study.files(),
                share.workers(),
                share.threads(),
                backend,
                device,
                executor.name,
                maxHours == null ? null : Duration.ofMillis(Math.round(maxHours * 3_600_000)),
                failFast,
                retries == null ? RunOptions.RETRIES : retries);
    }

    /** The launcher tells the terminal's size when standard error is one. */
    static ProgressDisplay display(String name) {
        return TerminalSize.atStart()
                .<ProgressDisplay>map(size -> new TerminalDisplay(System.err, name, size))
                .orElseGet(() -> new LineDisplay(System.err));
    }

    private static List<Path> report(Path directory) throws IOException {
        List<Path> pages = new ArrayList<>();
        for (Reporter reporter : ServiceLoader.load(Reporter.class)) {
            List<Path> written = reporter.report(directory);
            if (!written.isEmpty()) {
                pages.add(written.get(0));
            }
        }
        return pages;
    }
}
