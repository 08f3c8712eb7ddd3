package org.ditlab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.ditlab.command.Reporter;
import org.ditlab.command.StudyReference;
import org.ditlab.command.Verb;
import org.ditlab.run.Backends;
import org.ditlab.run.BarDisplay;
import org.ditlab.run.LineDisplay;
import org.ditlab.run.ProgressDisplay;
import org.ditlab.run.RunOptions;
import org.ditlab.run.RunOutcome;
import org.ditlab.run.RunnableTrial;
import org.ditlab.run.Runner;
import org.ditlab.run.Share;
import org.ditlab.run.StopSignal;
import org.ditlab.run.exec.Executor;
import org.ditlab.run.exec.ExecutorProvider;
import org.ditlab.run.exec.Launch;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.PlanGroup;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.TrialJson;
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
            description = "Trials at a time. Default: the processors divided by the threads; 1 on a GPU.")
    private @Nullable Integer workers;

    @Option(
            names = "--threads",
            description = "Threads of one worker. Default: what the study was begun with, else as few as keep all "
                    + "processors busy. Results are the same to the bit for the same number only.")
    private @Nullable Integer threads;

    @Option(names = "--backend", description = "The backend that computes. Default: the best that works.")
    private @Nullable String backend;

    @Option(names = "--device", paramLabel = "cpu|cuda", description = "Default: the backend's best.")
    private @Nullable String device;

    @Option(
            names = "--executor",
            defaultValue = "local",
            description = "Who starts the workers. Default: ${DEFAULT-VALUE}, processes of this machine.")
    private String executor;

    @Option(names = "--max-hours", description = "Save and stop after so many hours.")
    private @Nullable Double maxHours;

    @Option(names = "--fail-fast", description = "Stop at the first trial that fails.")
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
        ExecutorProvider provider = provider(executor);
        Device computing = Backends.installed().choose(backend, device).device();
        StudyReference reference = study.find();
        Plan plan = PlanVerb.plan(reference, study);
        if (!plan.missing().isEmpty()) {
            throw new StudyException(plan.missing());
        }
        PrintWriter err = spec.commandLine().getErr();
        plan.warnings().forEach(warning -> err.println("ditlab: warning: " + warning));
        err.flush();
        StudyDirectory directory = StudyDirectory.create(reference.directory());
        RunOptions options = options(
                Share.of(directory, plan.trials().size(), workers, threads, computing == Device.CUDA, err::println));
        RunOutcome outcome;
        try (ProgressDisplay display = display(plan.spec().name())) {
            outcome = run(directory, plan, options, provider, display, stop);
        }
        PrintWriter out = spec.commandLine().getOut();
        err.println("ditlab: " + outcome.done() + " of " + plan.trials().size() + " trials done"
                + (outcome.failures().isEmpty() ? "" : ", " + outcome.failures().size() + " failed"));
        err.flush();
        if (outcome.exitCode() != StopSignal.INTERRUPTED && outcome.done() > 0) {
            for (Path page : report(directory.path())) {
                out.println(page);
            }
            out.flush();
        }
        return outcome.exitCode();
    }

    private static RunOutcome run(
            StudyDirectory directory,
            Plan plan,
            RunOptions options,
            ExecutorProvider provider,
            ProgressDisplay display,
            StopSignal stop)
            throws IOException, InterruptedException {
        Map<String, List<Map<String, Object>>> groups = plan.memberships();
        List<RunnableTrial> trials = plan.trials().stream()
                .map(trial -> new RunnableTrial(
                        trial,
                        TrialJson.tree(trial, plan.cost(trial), groups.getOrDefault(trial.variant(), List.of())),
                        plan.cost(trial).macs()))
                .toList();
        Runner runner = new Runner(directory, options, display, stop);
        runner.prepare(
                plan.spec().toTree(),
                trials,
                plan.groups().stream().map(PlanGroup::tree).toList());
        int outstanding = runner.outstanding(trials);
        display.message("ditlab: " + plan.spec().name() + ": " + outstanding + " of " + trials.size()
                + " trials to do, " + options.workers() + " at a time with " + options.threads()
                + (options.threads() == 1 ? " thread" : " threads"));
        Launch launch = new Launch(
                Launch.WORKER,
                directory.path(),
                options.files(),
                options.workers(),
                options.threads(),
                options.backend(),
                options.device());
        try (Executor executor = provider.open(launch)) {
            return runner.run(executor);
        }
    }

    private void checkOptions() {
        List<String> problems = new ArrayList<>();
        if (workers != null && workers < 1) {
            problems.add("--workers " + workers + ": expected a whole number from 1");
        }
        if (threads != null && threads < 1) {
            problems.add("--threads " + threads + ": expected a whole number from 1");
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
                study.out,
                study.files(),
                share.workers(),
                share.threads(),
                backend,
                device,
                executor,
                maxHours == null ? null : Duration.ofMillis(Math.round(maxHours * 3_600_000)),
                failFast);
    }

    private static ExecutorProvider provider(String name) {
        List<String> known = new ArrayList<>();
        for (ExecutorProvider provider : ServiceLoader.load(ExecutorProvider.class)) {
            if (provider.name().equals(name)) {
                return provider;
            }
            known.add(provider.name());
        }
        throw new StudyException(
                "--executor " + name + ": there is none of this name; known: " + String.join(", ", known));
    }

    /** The launcher tells the terminal's width when standard error is one. */
    static ProgressDisplay display(String name) {
        Integer columns = Integer.getInteger("ditlab.columns");
        return columns == null || columns < 40
                ? new LineDisplay(System.err)
                : new BarDisplay(System.err, name, columns);
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
