package org.ditlab.run;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.ditlab.run.exec.WorkerMessage;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.TrialDirectory;
import org.ditlab.study.Knobs;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.TrialJson;

/**
 * The whole life of a worker process: standard output carries its messages to the parent, standard error its log, and the
 * end of standard input is the end of the parent.
 */
public final class WorkerSession {
    private static final Duration GRACE = Duration.ofSeconds(20);

    private WorkerSession() {}

    /**
     * Runs one trial of a study.
     *
     * @param trial its hash
     * @return the exit code: 0 done, 1 failed, 2 bad input, 130 stopped
     */
    public static int run(Path study, String trial, WorkerSettings settings, Iterable<StageRunner> runners) {
        PrintStream pipe = System.out;
        // What a library prints belongs to the log.
        System.setOut(System.err);
        Consumer<WorkerMessage> messages = message -> send(pipe, message);
        StopSignal stop = StopSignal.ofThisProcess(GRACE);
        ParentWatch.start(System.in, stop, GRACE);
        try {
            StudyDirectory directory = StudyDirectory.open(study);
            TrialWorker worker = new TrialWorker(directory, runners, Backends.installed(), settings, stop, messages);
            TrialDirectory files = directory.trial(trial);
            worker.run(TrialJson.read(files.trial(), files.trialFile().toString(), Knobs.installed()));
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
        } catch (RuntimeException | Error e) {
            e.printStackTrace(System.err);
            messages.accept(WorkerMessage.failed(e.toString()));
            return 1;
        } finally {
            stop.finished();
        }
    }

    private static void send(PrintStream pipe, WorkerMessage message) {
        synchronized (pipe) {
            pipe.println(message.line());
            pipe.flush();
        }
    }
}
