package org.ditlab.run;

import java.nio.file.Path;
import java.time.Duration;
import org.ditlab.study.spi.UserFiles;
import org.jspecify.annotations.Nullable;

/**
 * How a study is run; none of it is part of a hash.
 *
 * @param out the directory that holds studies' directories
 * @param files the user's files
 * @param workers trials at a time
 * @param threads threads of one worker
 * @param backend a backend's name, or null for the best that works
 * @param device {@code cpu}, {@code cuda}, or null for the backend's best
 * @param executor who starts the workers: {@code local}
 * @param budget when to stop in good order, or null for never
 * @param failFast whether the first trial that fails ends the run
 * @param retries how often a trial whose worker fails is tried again
 */
public record RunOptions(
        Path out,
        UserFiles files,
        int workers,
        int threads,
        @Nullable String backend,
        @Nullable String device,
        String executor,
        @Nullable Duration budget,
        boolean failFast,
        int retries) {
    /** How often a trial is tried again where nobody says. */
    public static final int RETRIES = 1;

    /** With {@link #RETRIES}. */
    public RunOptions(
            Path out,
            UserFiles files,
            int workers,
            int threads,
            @Nullable String backend,
            @Nullable String device,
            String executor,
            @Nullable Duration budget,
            boolean failFast) {
        this(out, files, workers, threads, backend, device, executor, budget, failFast, RETRIES);
    }
}
