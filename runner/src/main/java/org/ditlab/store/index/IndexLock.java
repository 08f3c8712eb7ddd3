package org.ditlab.store.index;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** The right to build an index: one thread of one process of this host has it, others wait. Ends with the process. */
final class IndexLock implements AutoCloseable {
    /** A process cannot lock one file twice, so that its threads line up here first. */
    private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

    private final ReentrantLock threads;
    private final FileChannel channel;

    private IndexLock(ReentrantLock threads, FileChannel channel) {
        this.threads = threads;
        this.channel = channel;
    }

    static IndexLock acquire(IndexPlace place) throws IOException {
        Path file = place.lock().toAbsolutePath().normalize();
        ReentrantLock threads = THREADS.computeIfAbsent(file, key -> new ReentrantLock());
        threads.lock();
        try {
            FileChannel channel = IndexPlace.openLock(file);
            try {
                channel.lock();
            } catch (IOException e) {
                // A file system without locks: SQLite's own keep the file whole, only work may be done twice.
                return new IndexLock(threads, channel);
            }
            return new IndexLock(threads, channel);
        } catch (IOException e) {
            threads.unlock();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            // Gives the file's lock back too.
            channel.close();
        } finally {
            threads.unlock();
        }
    }
}
