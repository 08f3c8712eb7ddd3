package org.ditlab.store.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexPlaceTests {
    @TempDir
    private Path study;

    /** A process that ends with 0 where it gets a file's lock at once, with 1 where another has it. */
    static final class Probe {
        private Probe() {}

        public static void main(String[] arguments) throws IOException {
            try (FileChannel channel = IndexPlace.openLock(Path.of(arguments[0]));
                    FileLock lock = channel.tryLock()) {
                System.exit(lock == null ? 1 : 0);
            }
        }
    }

    @Test
    void lookingForAPlaceLeavesTheLockOfAnotherThread() throws Exception {
        IndexPlace place = IndexPlace.of(study, Optional.empty(), false);
        assertThat(place).isEqualTo(new IndexPlace(study.resolve(IndexPlace.NAME), false));
        try (IndexLock lock = IndexLock.acquire(place)) {
            assertThat(lock).isNotNull();
            assertThat(IndexPlace.of(study, Optional.empty(), false)).isEqualTo(place);
            assertThat(probe(place)).as("still locked").isEqualTo(1);
        }
        assertThat(probe(place)).isZero();
    }

    @Test
    void aDirectoryInTheLocksPlaceIsNoPlace() throws IOException {
        Files.createDirectory(new IndexPlace(study.resolve(IndexPlace.NAME), false).lock());

        IndexPlace place = IndexPlace.of(study, Optional.empty(), false);
        assertThat(place.passing()).isTrue();
        place.leave();
    }

    private static int probe(IndexPlace place) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Probe.class.getName(),
                        place.lock().toString())
                .inheritIO()
                .start()
                .waitFor();
    }
}
