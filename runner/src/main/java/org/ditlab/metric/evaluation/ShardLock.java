package org.ditlab.metric.evaluation;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second process from extracting the same features: whoever holds the lock writes, the others wait. It goes with its
 * process. Where the file system has no locks, all write, and each shard is one of theirs, whole.
 */
final class ShardLock implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 500;

    private final FileChannel channel;
    private final @Nullable FileLock lock;

    private ShardLock(FileChannel channel, @Nullable FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Waits for the lock of a folder.
     *
     * @param waits told once, when somebody else holds it
     * @throws InterruptedException when it was asked to stop
     */
    static ShardLock of(Path folder, Runnable waits, BooleanSupplier stop) throws IOException, InterruptedException {
        FileChannel channel =
                FileChannel.open(folder.resolve("writer.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            boolean told = false;
            while (true) {
                FileLock lock = attempt(channel);
                if (lock != null) {
                    return new ShardLock(channel, lock);
                }
                if (stop.getAsBoolean()) {
                    throw new InterruptedException("stopped while another process extracts these features");
                }
                if (!told) {
                    waits.run();
                    told = true;
                }
                Thread.sleep(PATIENCE_MILLIS);
            }
        } catch (InterruptedException | RuntimeException e) {
            channel.close();
            throw e;
        } catch (IOException unsupported) {
            return new ShardLock(channel, null);
        }
    }

    /** Null while another process, or another thread of this one, holds it. */
    private static @Nullable FileLock attempt(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException ours) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        if (lock != null) {
            lock.release();
        }
        channel.close();
    }
}
