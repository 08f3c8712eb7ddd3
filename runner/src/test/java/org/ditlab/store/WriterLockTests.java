package org.ditlab.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriterLockTests {
    private static final ProcessIdentity SELF = ProcessIdentity.self();

    @TempDir
    private Path directory;

    @Test
    void oneWriterAtATime() throws IOException {
        try (WriterLock first = WriterLock.tryAcquire(directory).orElseThrow()) {
            assertThat(first.held()).isTrue();
            assertThat(WriterLock.tryAcquire(directory)).isEmpty();
            assertThat(WriterLock.holder(directory))
                    .hasValueSatisfying(holder -> assertThat(holder).contains("process " + SELF.pid()));
        }
        assertThat(WriterLock.holder(directory)).isEmpty();
        WriterLock.tryAcquire(directory).orElseThrow().close();
    }

    @Test
    void theLockOfADeadProcessIsTakenOverAtOnce() throws Exception {
        Process process = new ProcessBuilder("true").start();
        long pid = process.pid();
        process.waitFor();
        writeLock(new ProcessIdentity(SELF.host(), SELF.table(), pid, "12345"));

        assertThat(WriterLock.holder(directory)).isEmpty();
        try (WriterLock lock = WriterLock.tryAcquire(directory).orElseThrow()) {
            assertThat(lock.held()).isTrue();
        }
    }

    @Test
    void aReusedProcessIdIsNotTheHolder() throws IOException {
        writeLock(new ProcessIdentity(SELF.host(), SELF.table(), SELF.pid(), "1"));

        WriterLock.tryAcquire(directory).orElseThrow().close();
    }

    @Test
    void theLockOfALivingProcessStays() throws IOException {
        writeLock(SELF);

        assertThat(WriterLock.tryAcquire(directory)).isEmpty();
    }

    @Test
    void ofManyWhoFindADeadLockOneWins() throws Exception {
        int contenders = 8;
        for (int round = 0; round < 20; round++) {
            writeLock(new ProcessIdentity(SELF.host(), SELF.table(), SELF.pid(), "1"));
            CyclicBarrier start = new CyclicBarrier(contenders);
            Callable<Optional<WriterLock>> contend = () -> {
                start.await();
                return WriterLock.tryAcquire(directory);
            };
            ExecutorService threads = Executors.newFixedThreadPool(contenders);
            List<WriterLock> winners = new ArrayList<>();
            for (Future<Optional<WriterLock>> one :
                    threads.invokeAll(java.util.Collections.nCopies(contenders, contend))) {
                one.get().ifPresent(winners::add);
            }
            threads.shutdown();

            assertThat(winners).hasSize(1);
            assertThat(winners.get(0).held()).isTrue();
            winners.get(0).close();
        }
    }

    @Test
    void acrossHostsOnlyALapsedLeaseIsTakenOver() throws IOException {
        writeLock(new ProcessIdentity("elsewhere", "other boot", 1, "1"));
        AtomicLong clock = new AtomicLong();
        WriterLockQueue queue = new WriterLockQueue(directory, Duration.ofSeconds(90), clock::get);

        assertThat(queue.poll()).isEmpty();
        clock.addAndGet(Duration.ofSeconds(89).toNanos());
        assertThat(queue.poll()).isEmpty();
        // The holder renews: the lease begins anew.
        Files.setLastModifiedTime(directory.resolve("lock"), FileTime.fromMillis(1));
        assertThat(queue.poll()).isEmpty();
        clock.addAndGet(Duration.ofSeconds(89).toNanos());
        assertThat(queue.poll()).isEmpty();
        clock.addAndGet(Duration.ofSeconds(2).toNanos());
        try (WriterLock lock = queue.poll().orElseThrow()) {
            assertThat(lock.held()).isTrue();
        }
    }

    @Test
    void aHolderLearnsThatItsLockIsGone() throws IOException {
        WriterLock lock = WriterLock.tryAcquire(directory).orElseThrow();
        writeLock(new ProcessIdentity("elsewhere", "other boot", 1, "1"));

        assertThat(lock.held()).isFalse();
        lock.close();
        assertThat(directory.resolve("lock")).exists();
    }

    private void writeLock(ProcessIdentity owner) throws IOException {
        Map<String, Object> claim = new LinkedHashMap<>(owner.json());
        claim.put("token", "theirs");
        Files.writeString(directory.resolve("lock"), JsonFile.line(claim) + "\n");
    }
}
