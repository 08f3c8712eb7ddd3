package org.ditlab.run.exec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;

/** Where trials of a study wait or run that were handed over; all executors are asked, now and then. Used by one thread. */
public final class Whereabouts {
    /** A queue serves many people: it is not asked every second. */
    private static final long INTERVAL_NANOS = 10_000_000_000L;

    private final Path study;
    private Map<String, String> known = Map.of();
    private long asked;
    private boolean fresh;

    public Whereabouts(Path study) {
        this.study = study;
    }

    /** By the trial's hash, {@code queued as 12_3}; at most ten seconds old. */
    public Map<String, String> look() throws IOException {
        if (fresh && System.nanoTime() - asked < INTERVAL_NANOS) {
            return known;
        }
        Map<String, String> found = new HashMap<>();
        try {
            for (ExecutorProvider provider : ServiceLoader.load(ExecutorProvider.class)) {
                found.putAll(provider.whereabouts(study));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return known;
        }
        known = Map.copyOf(found);
        asked = System.nanoTime();
        fresh = true;
        return known;
    }
}
