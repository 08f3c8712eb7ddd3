package org.ditlab.cli;

import java.io.IOException;
import java.io.PrintStream;
import org.ditlab.command.Verb;
import org.ditlab.run.BackendChoice;
import org.ditlab.run.Backends;
import org.ditlab.run.benchmark.StepServer;
import org.ditlab.tensor.spi.Backend;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ditlab benchmark-worker}: what {@code benchmark} starts for each model and precision. */
@Command(
        name = "benchmark-worker",
        description = "Step a model on request.",
        hidden = true,
        mixinStandardHelpOptions = true)
public final class BenchmarkWorkerVerb implements Verb {
    @Option(names = "--threads", paramLabel = "N", description = "Threads of one operation.", defaultValue = "1")
    private int threads;

    @Option(names = "--device", paramLabel = "cpu|cuda", description = "cpu or cuda.")
    private @Nullable String device;

    @Override
    public Integer call() throws IOException {
        PrintStream pipe = System.out;
        // What a library prints is no answer.
        System.setOut(System.err);
        BackendChoice choice = Backends.installed().choose(null, device);
        try (Backend backend = choice.provider().open(choice.device(), threads)) {
            new StepServer(backend).serve(System.in, pipe);
        }
        return 0;
    }
}
