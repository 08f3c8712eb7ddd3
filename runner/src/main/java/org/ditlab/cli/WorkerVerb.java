package org.ditlab.cli;

import java.nio.file.Path;
import java.util.ServiceLoader;
import org.ditlab.command.Verb;
import org.ditlab.run.StageRunner;
import org.ditlab.run.WorkerSession;
import org.ditlab.run.WorkerSettings;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.spi.UserFiles;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ditlab worker}: what {@code run} starts for each trial. */
@Command(name = "worker", description = "Run one trial of a study.", hidden = true, mixinStandardHelpOptions = true)
public final class WorkerVerb implements Verb {
    @Option(names = "--study-directory", paramLabel = "DIR", required = true, description = "The study's directory.")
    private Path study;

    @Option(names = "--trial", paramLabel = "HASH", required = true, description = "The trial's hash.")
    private String trial;

    @Option(names = "--data", paramLabel = "PATH", description = "The user's data.")
    private @Nullable Path data;

    @Option(names = "--inception", paramLabel = "FILE", description = "Weights of the FID Inception network.")
    private @Nullable Path inception;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of one operation.", defaultValue = "1")
    private int threads;

    @Option(names = "--backend", paramLabel = "NAME", description = "A backend's name.")
    private @Nullable String backend;

    @Option(names = "--device", paramLabel = "cpu|cuda", description = "cpu or cuda.")
    private @Nullable String device;

    @Option(
            names = "--trial-file",
            paramLabel = "FILE",
            description = "The trial as it was submitted. Default: the one in its directory.")
    private @Nullable Path trialFile;

    @Option(names = "--detached", description = "No parent listens: write progress and failures to the directory.")
    private boolean detached;

    @Option(
            names = "--ended",
            paramLabel = "CODE",
            description = "Run nothing; record that a detached worker crashed with this exit code.")
    private @Nullable Integer ended;

    @Option(names = "--out-of-memory", description = "With --ended: the kernel killed a process for want of memory.")
    private boolean outOfMemory;

    @Override
    public Integer call() {
        if (ended != null) {
            return WorkerSession.ended(study, trial, ended, outOfMemory);
        }
        WorkerSettings settings = new WorkerSettings(new UserFiles(data, inception), threads, backend, device);
        if (detached) {
            Path file =
                    trialFile == null ? StudyDirectory.at(study).trial(trial).trialFile() : trialFile;
            return WorkerSession.detached(study, trial, file, settings, ServiceLoader.load(StageRunner.class));
        }
        return WorkerSession.run(study, trial, settings, ServiceLoader.load(StageRunner.class));
    }
}
