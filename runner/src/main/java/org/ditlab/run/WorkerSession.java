package org.ditlab.run;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.ditlab.run.exec.WorkerMessage;
import org.ditlab.store.JsonFile;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.TrialDirectory;
import org.ditlab.study.Knobs;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.TrialJson;
import org.ditlab.tensor.OutOfMemoryException;
import org.jspecify.annotations.Nullable;

/**
 * The whole life of a worker process. One that {@code run} started has a parent: standard output carries its messages to it,
 * standard error its log, and the end of standard input is the end of the parent. A detached one writes what the parent
 * would have written.
 */
public final class WorkerSession {
    private static final Duration GRACE = Duration.ofSeconds(20);

    /** What ends a detached worker has a limit of its own, and a large checkpoint takes its time. */
    private static final Duration DETACHED_GRACE = Duration.ofSeconds(110);

    private WorkerSession() {}

    /**
     * Runs one trial of a study for the parent process.
     *
     * @param trial its hash
     * @return the exit code: 0 done, 1 failed, 2 bad input, 4 no memory for one image of training, 130 stopped
     */
    public static int run(Path study, String trial, WorkerSettings settings, Iterable<StageRunner> runners) {
        PrintStream pipe = System.out;
        // What a library prints belongs to the log.
        System.setOut(System.err);
        StopSignal stop = StopSignal.ofThisProcess(GRACE);
        ParentWatch.start(System.in, stop, GRACE);
        try {
            return work(study, trial, null, settings, runners, stop, message -> send(pipe, message));
        } finally {
            stop.finished();
        }
    }

    /**
     * Runs one trial of a study with nobody listening: progress goes to the trial's directory, and so does the reason of a
     * failure. What it prints is for the caller to lead to the trial's log.
     *
     * @param trialFile the trial as it was submitted
     * @return as of {@link #run}
     */
    public static int detached(
            Path study, String trial, Path trialFile, WorkerSettings settings, Iterable<StageRunner> runners) {
        System.setOut(System.err);
        StopSignal stop = StopSignal.ofThisProcess(DETACHED_GRACE);
        TrialDirectory directory = StudyDirectory.at(study).trial(trial);
        try (MessageFile last = new MessageFile(directory)) {
            int code = work(study, trial, trialFile, settings, runners, stop, last);
            if (TrialFailure.told(code)) {
                recordFailure(TrialFailure.withLog(trial, code, last.problem(), directory), directory);
            }
            return code;
        } catch (IOException e) {
            System.err.println(StudyDirectory.reason(e));
            return 1;
        } finally {
            stop.finished();
        }
    }

    /**
     * Records the end of a detached worker that could not do it itself: a crash of native code, a kill.
     *
     * @param forMemory whether the kernel has killed a process for want of memory meanwhile
     */
    public static int ended(Path study, String trial, int exitCode, boolean forMemory) {
        StudyDirectory opened = StudyDirectory.at(study);
        TrialDirectory directory = opened.trial(trial);
        try {
            if (!directory.done()) {
                TrialFailure failure = TrialFailure.withLog(trial, exitCode, "", directory);
                if (failure.killed() && forMemory) {
                    failure = failure.forMemory(MicroBatch.afterKill(
                            opened,
                            TrialJson.read(
                                    directory.trial(), directory.trialFile().toString(), Knobs.installed())));
                }
                recordFailure(failure, directory);
            }
            Files.deleteIfExists(directory.messageFile());
            return 0;
        } catch (IOException e) {
            System.err.println(StudyDirectory.reason(e));
            return 1;
        }
    }

    private static void recordFailure(TrialFailure failure, TrialDirectory directory) throws IOException {
        failure.append(directory);
        failure.giveUp(directory);
    }

    private static int work(
            Path study,
            String trial,
            @Nullable Path trialFile,
            WorkerSettings settings,
            Iterable<StageRunner> runners,
            StopSignal stop,
            Consumer<WorkerMessage> messages) {
        try {
            StudyDirectory directory = StudyDirectory.open(study);
            TrialWorker worker = new TrialWorker(directory, runners, Backends.installed(), settings, stop, messages);
            Path file = trialFile == null ? directory.trial(trial).trialFile() : trialFile;
            worker.run(TrialJson.read(JsonFile.read(file), file.toString(), Knobs.installed()));
            return 0;
        } catch (InterruptedException e) {
            System.err.println(e.getMessage());
            return StopSignal.INTERRUPTED;
        } catch (StudyException e) {
            e.problems().forEach(System.err::println);
            messages.accept(WorkerMessage.failed(e.getMessage()));
            return 2;
        } catch (IOException | UncheckedIOException e) {
            IOException cause = e instanceof UncheckedIOException unchecked ? unchecked.getCause() : (IOException) e;
            String reason = "in " + study + ": " + StudyDirectory.reason(cause);
            System.err.println(reason);
            messages.accept(WorkerMessage.failed(reason));
            return 1;
        } catch (OutOfMemoryException e) {
            e.printStackTrace(System.err);
            messages.accept(WorkerMessage.failed(e.getMessage()));
            return TrialFailure.exitCode(e);
        } catch (RuntimeException | Error e) {
            e.printStackTrace(System.err);
            messages.accept(WorkerMessage.failed(e.toString()));
            return 1;
        }
    }

    private static void send(PrintStream pipe, WorkerMessage message) {
        synchronized (pipe) {
            pipe.println(message.line());
            pipe.flush();
        }
    }
}
