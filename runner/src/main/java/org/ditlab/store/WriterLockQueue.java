package org.ditlab.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One process waiting for the lock of a directory: {@link #poll} again and again. It also watches the lease of a holder on another
 * host, by this process's own clock, so that clocks of hosts need not agree.
 */
public final class WriterLockQueue {
    private final Path directory;
    private final Duration lease;
    private final LongSupplier nanoTime;
    private WriterLock.@Nullable Claim seen;
    private long seenAt;

    public WriterLockQueue(Path directory) {
        this(directory, Duration.ofSeconds(WriterLock.LEASE_SECONDS), System::nanoTime);
    }

    WriterLockQueue(Path directory, Duration lease, LongSupplier nanoTime) {
        this.directory = directory;
        this.lease = lease;
        this.nanoTime = nanoTime;
    }

    /** The lock, once it is free, its holder is dead, or its lease has run out. */
    public Optional<WriterLock> poll() throws IOException {
        Optional<WriterLock> lock = WriterLock.tryAcquire(directory);
        if (lock.isPresent()) {
            return lock;
        }
        WriterLock.Claim now = WriterLock.claim(directory).orElse(null);
        if (now == null || !now.equals(seen)) {
            seen = now;
            seenAt = nanoTime.getAsLong();
            return Optional.empty();
        }
        if (now.local() || nanoTime.getAsLong() - seenAt < lease.toNanos()) {
            return Optional.empty();
        }
        WriterLock.takeAwayLapsed(directory, now);
        return WriterLock.tryAcquire(directory);
    }
}
