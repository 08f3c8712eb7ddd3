package org.ditlab.notebook;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.ditlab.command.StudyReference;
import org.ditlab.run.Backends;
import org.ditlab.run.ProgressDisplay;
import org.ditlab.run.RunOptions;
import org.ditlab.run.RunOutcome;
import org.ditlab.run.RunnableTrial;
import org.ditlab.run.Runner;
import org.ditlab.run.Share;
import org.ditlab.run.StopSignal;
import org.ditlab.run.exec.Executor;
import org.ditlab.run.exec.Launch;
import org.ditlab.run.exec.LocalExecutorProvider;
import org.ditlab.run.exec.Resources;
import org.ditlab.run.halving.Halving;
import org.ditlab.store.RunCommand;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.PlanGroup;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.Planner;
import org.ditlab.study.spi.UserFiles;
import org.ditlab.tensor.Device;

/**
 * {@code ditlab run} from a cell: the same directory, the same worker processes. An interrupt of the cell asks the workers to
 * save; running the cell again goes on from there.
 */
final class StudyRun {
    private final StudyReference study;
    private final UserFiles files;
    private final Path out;

    StudyRun(StudyReference study, UserFiles files, Path out) {
        this.study = study;
        this.files = files;
        this.out = out;
    }

    /** What would run. */
    Plan plan() {
        return Planner.installed(files)
                .places(
                        study.file().places(),
                        study.file().parts(),
                        study.file().excerpts())
                .cached(StudyDirectory.at(study.directory()).cached())
                .plan(study.spec());
    }

    /** @throws InterruptedException when the cell was interrupted, once the workers have saved */
    RunOutcome run(ProgressDisplay display) throws IOException, InterruptedException {
        Plan plan = plan();
        if (!plan.missing().isEmpty()) {
            throw new StudyException(plan.missing());
        }
        plan.warnings().forEach(warning -> display.message("warning: " + warning));
        boolean gpu = Backends.installed().choose(null, null).device() == Device.CUDA;
        StudyDirectory directory = StudyDirectory.create(study.directory());
        directory.writeCommand(new RunCommand(
                List.of("run", plan.spec().name(), "--out", out.toAbsolutePath().toString()),
                Path.of("").toAbsolutePath()));
        Share share = Share.of(directory, plan.trials().size(), null, null, gpu, display::message);
        RunOptions options = new RunOptions(
                out, files, share.workers(), share.threads(), null, null, "local", null, false, RunOptions.RETRIES);
        StopSignal stop = new StopSignal();
        Runner runner = new Runner(directory, options, display, stop);
        Halving.write(directory, plan);
        List<RunnableTrial> trials = RunnableTrial.of(plan);
        runner.prepare(
                plan.spec().toTree(),
                trials,
                plan.groups().stream().map(PlanGroup::tree).toList());
        int outstanding = runner.outstanding(trials);
        display.message(plan.spec().name() + ": " + outstanding + " of " + trials.size() + " trials to do"
                + (outstanding == 0
                        ? ""
                        : ", " + share.workers() + " at a time with " + share.threads()
                                + (share.threads() == 1 ? " thread" : " threads")));
        Launch launch = new Launch(
                Launch.WORKER,
                directory.path(),
                files,
                share.workers(),
                Resources.threads(share.threads()),
                null,
                null,
                List.of());
        return await(
                () -> {
                    try (Executor executor = new LocalExecutorProvider().open(launch)) {
                        return runner.run(executor);
                    }
                },
                stop);
    }

    /**
     * Runs on a thread that does not belong to the cell: what ends a cell does not end the run before its workers have saved.
     */
    private static RunOutcome await(Callable<RunOutcome> work, StopSignal stop)
            throws IOException, InterruptedException {
        FutureTask<RunOutcome> task = new FutureTask<>(work);
        Thread thread = new Thread(root(), task, "study");
        thread.setContextClassLoader(StudyRun.class.getClassLoader());
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (InterruptedException e) {
            stop.request();
            try {
                task.get();
            } catch (ExecutionException failed) {
                throw failure(failed.getCause());
            }
            throw new InterruptedException("the workers have saved; run the cell again to go on");
        }
    }

    private static IOException failure(Throwable cause) throws InterruptedException {
        if (cause instanceof InterruptedException stopped) {
            throw stopped;
        }
        if (cause instanceof RuntimeException failed) {
            throw failed;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof IOException io ? io : new IOException(cause);
    }

    private static ThreadGroup root() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        return group;
    }
}
