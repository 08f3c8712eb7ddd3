package org.ditlab.cli;

import org.ditlab.run.BackendChoice;
import org.ditlab.run.Backends;
import org.ditlab.tensor.spi.Backend;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What computes, and with how many threads, where a verb computes in its own process. */
final class ComputeOptions {
    @Option(names = "--threads", paramLabel = "N", description = "Threads. Default: all processors.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description = "The backend that computes. Default: the best that works.")
    private @Nullable String backend;

    @Option(names = "--device", paramLabel = "cpu|cuda", description = "Default: the backend's best.")
    private @Nullable String device;

    /** As asked for; the verb checks it. */
    int threads() {
        return threads;
    }

    /** Opens the backend. */
    Backend open() {
        BackendChoice choice = Backends.installed().choose(backend, device);
        return choice.provider().open(choice.device(), threads);
    }
}
