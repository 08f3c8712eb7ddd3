package org.ditlab.train;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.ditlab.data.Batches;
import org.ditlab.data.Dataset;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;
import org.jspecify.annotations.Nullable;

/**
 * Prepares the batch of the next step (images, mirroring, labels, noise) in a thread of its own while a step runs. What a
 * batch holds is a function of the seed and the step alone, whichever thread made it. Two batches are kept at most; where
 * they would take much of the heap, each is made when it is asked for.
 */
final class BatchQueue implements AutoCloseable {
    /** Part of the heap that batches made ahead may take: one in so many. */
    private static final int HEAP = 4;

    private final Batches batches;
    private final RandomStream noise;
    private final int count;
    private final int length;
    private final long steps;
    private final @Nullable ExecutorService thread;
    private @Nullable PreparedBatch spare;
    private @Nullable PreparedBatch given;
    private @Nullable Future<PreparedBatch> next;
    private long ahead = -1;

    /**
     * A queue over a data set.
     *
     * @param count images of a batch
     * @param steps none is prepared from this one on
     */
    BatchQueue(Dataset data, boolean flip, Streams streams, int count, long steps) {
        batches = new Batches(data, flip, streams);
        noise = streams.stream("noise");
        this.count = count;
        this.steps = steps;
        length = data.channels() * data.height() * data.width();
        long bytes = 2L * 2 * Float.BYTES * count * length;
        thread = bytes > Runtime.getRuntime().maxMemory() / HEAP
                ? null
                : Executors.newSingleThreadExecutor(work -> {
                    Thread made = new Thread(work, "ditlab-batches");
                    made.setDaemon(true);
                    return made;
                });
    }

    /**
     * The batch of a step; it may be overwritten once the next is asked for. What went wrong while it was prepared is thrown
     * here as it was thrown there.
     */
    PreparedBatch batch(long step) {
        if (given != null && given.step() == step) {
            return given;
        }
        PreparedBatch batch;
        if (next != null && step == ahead) {
            PreparedBatch free = given;
            batch = await();
            spare = free;
        } else {
            spare = next == null ? given : await();
            batch = prepare(step);
        }
        given = batch;
        if (thread != null && step + 1 < steps) {
            ahead = step + 1;
            next = thread.submit(() -> prepare(step + 1));
        }
        return batch;
    }

    private PreparedBatch await() {
        Future<PreparedBatch> future = next;
        next = null;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    // Whoever runs the steps decides when they end.
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof RuntimeException cause) {
                        throw cause;
                    }
                    if (e.getCause() instanceof Error cause) {
                        throw cause;
                    }
                    throw new IllegalStateException(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Runs in one thread at a time: in the queue's while a step runs, else in the caller's. */
    private PreparedBatch prepare(long step) {
        PreparedBatch free = spare;
        spare = null;
        float[] images = free == null ? new float[count * length] : free.images();
        float[] noises = free == null ? new float[count * length] : free.noises();
        int[] labels = free == null ? new int[count] : free.labels();
        for (int i = 0; i < count; i++) {
            long position = step * count + i;
            labels[i] = batches.fill(position, images, i * length);
            noise.normal(position, 0, noises, i * length, length);
        }
        return new PreparedBatch(step, images, noises, labels);
    }

    /** Ends the thread, once it has done with its batch. */
    @Override
    public void close() {
        if (thread == null) {
            return;
        }
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("a batch is prepared without end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
