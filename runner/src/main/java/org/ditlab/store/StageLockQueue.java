package org.ditlab.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One process waiting for a stage's lock: {@link #poll} again and again. It also watches the lease of a holder on another
 * host, by this process's own clock, so that clocks of hosts need not agree.
 */
public final class StageLockQueue {
    private final Path directory;
    private final Duration lease;
    private final LongSupplier nanoTime;
    private StageLock.@Nullable Claim seen;
    private long seenAt;

    public StageLockQueue(Path directory) {
        this(directory, Duration.ofSeconds(StageLock.LEASE_SECONDS), System::nanoTime);
    }

    StageLockQueue(Path directory, Duration lease, LongSupplier nanoTime) {
        this.directory = directory;
        this.lease = lease;
        this.nanoTime = nanoTime;
    }

    /** The lock, once it is free, its holder is dead, or its lease has run out. */
    public Optional<StageLock> poll() throws IOException {
        Optional<StageLock> lock = StageLock.tryAcquire(directory);
        if (lock.isPresent()) {
            return lock;
        }
        StageLock.Claim now = StageLock.claim(directory).orElse(null);
        if (now == null || !now.equals(seen)) {
            seen = now;
            seenAt = nanoTime.getAsLong();
            return Optional.empty();
        }
        boolean local = now.owner().sharesTableWith(ProcessIdentity.self());
        if (local || nanoTime.getAsLong() - seenAt < lease.toNanos()) {
            return Optional.empty();
        }
        StageLock.takeAwayLapsed(directory, now);
        return StageLock.tryAcquire(directory);
    }
}
