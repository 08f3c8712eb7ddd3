package org.ditlab.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.ditlab.run.exec.Executor;
import org.ditlab.run.exec.Launch;
import org.ditlab.run.exec.LocalExecutorProvider;
import org.ditlab.run.exec.Resources;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.spi.UserFiles;

/** A process that runs a {@link FakePlan} with worker processes: study's directory, workers, steps, seeds. */
final class FakeRun {
    private FakeRun() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        StopSignal stop = StopSignal.ofThisProcess(Duration.ofSeconds(30));
        int code;
        try {
            code = run(
                    Path.of(arguments[0]),
                    Integer.parseInt(arguments[1]),
                    Integer.parseInt(arguments[2]),
                    LongStream.range(0, arguments.length - 3)
                            .map(i -> Long.parseLong(arguments[3 + (int) i]))
                            .toArray(),
                    stop);
        } finally {
            stop.finished();
        }
        System.exit(code);
    }

    private static int run(Path path, int workers, int steps, long[] seeds, StopSignal stop)
            throws IOException, InterruptedException {
        StudyDirectory study = StudyDirectory.create(path);
        List<RunnableTrial> plan = FakePlan.of(steps, seeds);
        RunOptions options = new RunOptions(path, UserFiles.NONE, workers, 1, null, null, "local", null, false);
        Launch launch = new Launch(
                List.of(FakeWorker.class.getName()),
                path,
                UserFiles.NONE,
                workers,
                Resources.threads(1),
                null,
                null,
                List.of());
        try (ProgressDisplay display = new LineDisplay(System.err);
                Executor executor = new LocalExecutorProvider().open(launch)) {
            Runner runner = new Runner(study, options, display, stop);
            runner.prepare(Map.of("study", "fake"), plan);
            System.err.println(runner.outstanding(plan) + " of " + plan.size() + " trials to do");
            return runner.run(executor).exitCode();
        }
    }

    /** Starts such a process; what it writes to standard error is the caller's to read or to leave. */
    static Process start(Path study, int workers, int steps, long... seeds) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                FakeRun.class.getName(),
                study.toString(),
                String.valueOf(workers),
                String.valueOf(steps)));
        for (long seed : seeds) {
            command.add(String.valueOf(seed));
        }
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
