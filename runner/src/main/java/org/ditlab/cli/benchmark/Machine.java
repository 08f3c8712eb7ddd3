package org.ditlab.cli.benchmark;

import java.io.PrintWriter;
import java.util.Locale;
import org.ditlab.cli.CpuFeatures;
import org.ditlab.run.BackendChoice;
import org.ditlab.run.Backends;
import org.ditlab.store.Provenance;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a benchmark computes on. */
final class Machine {
    @Option(names = "--threads", paramLabel = "N", description = "Threads (default: all processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--device", paramLabel = "cpu|cuda", description = "Default: the backend's best.")
    private @Nullable String device;

    int threads() {
        return atLeastOne("--threads", threads);
    }

    /** Chooses the backend and prints what it is and what the processor has. */
    BackendChoice choose(PrintWriter out) {
        BackendChoice choice = Backends.installed().choose(null, device);
        out.printf(
                Locale.ROOT,
                "%s, %d threads; %s%nCPU features: %s%n",
                Provenance.cpu(),
                threads(),
                choice.provider().build(),
                CpuFeatures.describe());
        out.flush();
        return choice;
    }

    /**
     * The number itself.
     *
     * @throws StudyException when it is below 1
     */
    static int atLeastOne(String option, int number) {
        if (number < 1) {
            throw new StudyException(option + " " + number + ": expected a whole number from 1");
        }
        return number;
    }
}
