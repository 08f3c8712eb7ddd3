package org.ditlab.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Tells who looks at the study directory how far an attempt is: {@code progress.json} beside its logs, at most every two
 * seconds. No result reads it, and what cannot be written is left out: progress must not stop work.
 */
public final class ProgressFile {
    /** The file's name in an attempt's directory. */
    static final String NAME = "progress.json";

    private static final long INTERVAL_NANOS = 2_000_000_000L;

    private final Path file;
    private final String trial;
    private final String stage;
    private final ProcessIdentity self = ProcessIdentity.self();
    private long written = System.nanoTime() - INTERVAL_NANOS;
    private long begun = -1;
    private long begin;

    public ProgressFile(Path attempt, String trial, String stage) {
        this.file = attempt.resolve(NAME);
        this.trial = trial;
        this.stage = stage;
    }

    /**
     * So far is the attempt.
     *
     * @param total 0 while it is not known
     * @param loss of the last step, or null
     * @param rate images per second, or null
     */
    public synchronized void report(long done, long total, @Nullable Double loss, @Nullable Double rate, String text) {
        long now = System.nanoTime();
        if (total > 0 && (begun < 0 || done < begun)) {
            // Where a resumed attempt goes on, what came before was not seen; or a second pass.
            begun = done;
            begin = now;
        } else if (now - written < INTERVAL_NANOS) {
            return;
        }
        written = now;
        double seconds = begun < 0 ? 0 : (now - begin) / 1e9;
        StageProgress progress = new StageProgress(
                trial, stage, done, total, Math.max(begun, 0), seconds, loss, rate, text, self.host(), self.pid());
        try {
            AtomicFile.replace(file, (JsonFile.line(progress.json()) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // A full disk is told by the logs that matter.
            return;
        }
    }
}
