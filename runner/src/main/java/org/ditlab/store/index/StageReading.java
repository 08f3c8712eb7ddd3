package org.ditlab.store.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ditlab.store.StudyDirectory;
import org.jspecify.annotations.Nullable;

/** Reads what is new in a stage's logs, attempt after attempt; begun by one thread, ended by another. */
final class StageReading implements AutoCloseable {
    /** How far an attempt's log was read, and what was found on the way. */
    record Read(StoredStage.Attempt state, long rows, long skipped, boolean continued, List<MetricReader.Bad> bad) {}

    private final StageFiles files;
    private final List<Read> reads = new ArrayList<>();
    private List<StoredStage.Attempt> kept;
    private boolean anew;
    private int next;
    private @Nullable MetricReader reader;
    private boolean continues;
    private @Nullable MetricChunk first;

    /** @param stored what the index holds; empty for a stage it does not know */
    StageReading(StageFiles files, Optional<StoredStage> stored) {
        this.files = files;
        Optional<List<StoredStage.Attempt>> kept = stored.flatMap(one -> one.kept(files));
        this.kept = kept.orElse(List.of());
        this.anew = kept.isEmpty();
    }

    StageFiles files() {
        return files;
    }

    /** Whether what the index holds of the stage must go first; known after {@link #begin}. */
    boolean anew() {
        return anew;
    }

    /** Finds out where to begin and reads the first rows, for that is the long part of most. */
    StageReading begin() {
        // Only the last attempt that was read can have grown.
        if (!kept.isEmpty()) {
            StoredStage.Attempt last = kept.get(kept.size() - 1);
            StageFiles.Attempt now = files.attempts().get(kept.size() - 1);
            next = kept.size();
            if (!last.sees(now)) {
                next--;
                if (!open(now, last.position(), last.lines()) || !unchangedBefore(last)) {
                    closeReader();
                    reads.clear();
                    kept = List.of();
                    anew = true;
                    next = 0;
                } else {
                    continues = true;
                }
            }
        }
        first = read();
        return this;
    }

    /** The next rows, in the order of attempts; null at the end. */
    @Nullable
    MetricChunk next() {
        MetricChunk chunk = first;
        first = null;
        return chunk == null ? read() : chunk;
    }

    /** How far each attempt's log was read, of those that were read; complete at the end. */
    List<Read> reads() {
        return reads;
    }

    private @Nullable MetricChunk read() {
        while (true) {
            if (reader == null) {
                if (next >= files.attempts().size() || !open(files.attempts().get(next), 0, 0)) {
                    if (next >= files.attempts().size()) {
                        return null;
                    }
                    next++;
                    continue;
                }
            }
            MetricReader open = java.util.Objects.requireNonNull(reader);
            StageFiles.Attempt attempt = files.attempts().get(next);
            try {
                MetricChunk chunk = open.next();
                if (chunk != null) {
                    return chunk;
                }
                StageFiles.Stamp stamp = attempt.log().orElse(new StageFiles.Stamp(0, 0));
                reads.add(new Read(
                        new StoredStage.Attempt(
                                attempt.number(),
                                stamp.size(),
                                stamp.modified(),
                                open.position(),
                                open.prefix(open.position()),
                                open.lines(),
                                attempt.facts()),
                        open.rows(),
                        open.skipped(),
                        continues,
                        List.copyOf(open.bad())));
            } catch (IOException e) {
                unreadable(attempt, e);
            }
            closeReader();
            next++;
        }
    }

    /** False when there is nothing to read, which is noted. */
    private boolean open(StageFiles.Attempt attempt, long position, long lines) {
        continues = false;
        if (attempt.log().isEmpty()) {
            reads.add(new Read(
                    new StoredStage.Attempt(attempt.number(), 0, 0, 0, 0, 0, attempt.facts()), 0, 0, false, List.of()));
            return false;
        }
        try {
            reader = new MetricReader(attempt.logFile(), attempt.number(), position, lines);
            return true;
        } catch (IOException e) {
            unreadable(attempt, e);
            return false;
        }
    }

    private boolean unchangedBefore(StoredStage.Attempt last) {
        try {
            return reader != null && reader.prefix(last.position()) == last.prefix();
        } catch (IOException e) {
            return false;
        }
    }

    private void unreadable(StageFiles.Attempt attempt, IOException e) {
        reads.add(new Read(
                new StoredStage.Attempt(attempt.number(), -1, 0, 0, 0, 0, attempt.facts()),
                0,
                0,
                false,
                List.of(new MetricReader.Bad(0, "cannot be read: " + StudyDirectory.reason(e)))));
    }

    private void closeReader() {
        if (reader != null) {
            try {
                reader.close();
            } catch (IOException e) {
                // Nothing was written to it.
                reader = null;
            }
            reader = null;
        }
    }

    @Override
    public void close() {
        closeReader();
    }
}
