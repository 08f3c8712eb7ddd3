package org.ditlab.run.exec;

import java.nio.file.Path;
import java.util.List;
import org.ditlab.study.spi.UserFiles;
import org.jspecify.annotations.Nullable;

/**
 * How the workers of one study are to be started.
 *
 * @param program main class and first arguments of a worker; {@link #WORKER}
 * @param study the study's directory
 * @param files the user's files
 * @param workers how many trials run at a time
 * @param resources of one worker
 * @param backend a backend's name, or null for the best that works
 * @param device {@code cpu}, {@code cuda}, or null for the backend's best
 * @param options what only one executor understands: {@code gpus=2}, {@code partition=long}
 */
public record Launch(
        List<String> program,
        Path study,
        UserFiles files,
        int workers,
        Resources resources,
        @Nullable String backend,
        @Nullable String device,
        List<String> options) {
    /** The command line's hidden verb. */
    public static final List<String> WORKER = List.of("org.ditlab.cli.Main", "worker");
}
