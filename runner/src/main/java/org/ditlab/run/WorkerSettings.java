package org.ditlab.run;

import org.ditlab.study.spi.UserFiles;
import org.jspecify.annotations.Nullable;

/**
 * What a worker was told on its command line; none of it changes results beyond rounding.
 *
 * @param files the user's files
 * @param threads threads of one operation
 * @param backend a backend's name, or null for the best that works
 * @param device {@code cpu}, {@code cuda}, or null for the backend's best
 */
public record WorkerSettings(
        UserFiles files,
        int threads,
        @Nullable String backend,
        @Nullable String device) {}
