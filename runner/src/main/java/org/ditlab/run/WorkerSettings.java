package org.ditlab.run;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a worker was told on its command line; none of it changes results beyond rounding.
 *
 * @param data the user's data, or null
 * @param threads threads of one operation
 * @param backend a backend's name, or null for the best that works
 * @param device {@code cpu}, {@code cuda}, or null for the backend's best
 */
public record WorkerSettings(
        @Nullable Path data,
        int threads,
        @Nullable String backend,
        @Nullable String device) {}
