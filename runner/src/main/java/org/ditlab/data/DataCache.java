package org.ditlab.data;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where data are kept as they are trained on, for all processes and studies: {@code $DITLAB_CACHE}, else
 * {@code $XDG_CACHE_HOME/ditlab}, else {@code ~/.cache/ditlab}; none where {@code DITLAB_CACHE} is {@code none}. Deletable at
 * any time. Files are named by the fingerprint of their data; beside them, in {@code sources}, stands which files they came
 * from.
 */
public final class DataCache {
    private static final String NONE = "none";
    private static final Duration ABANDONED = Duration.ofHours(6);
    /** Of classes, in a file's head. */
    private static final long LONGEST_NAMES = 1 << 20;

    private static final String KNOWN = "ditlab-source-1";

    private final @Nullable Path directory;

    private DataCache(@Nullable Path directory) {
        this.directory = directory;
    }

    /** The place that the environment names. */
    public static DataCache standard() {
        return of(System.getenv(), System.getProperty("user.home"));
    }

    static DataCache of(Map<String, String> environment, String home) {
        String said = environment.getOrDefault("DITLAB_CACHE", "");
        if (!said.isEmpty()) {
            return said.equals(NONE) ? none() : at(Path.of(said));
        }
        String user = environment.getOrDefault("XDG_CACHE_HOME", "");
        // As the XDG specification says, a relative path does not count.
        Path base = !user.isEmpty() && Path.of(user).isAbsolute() ? Path.of(user) : Path.of(home, ".cache");
        return at(base.resolve("ditlab"));
    }

    /** A cache in a directory, which is made when it is needed. */
    public static DataCache at(Path directory) {
        return new DataCache(directory.toAbsolutePath());
    }

    /** No cache: data are decoded by every process. */
    public static DataCache none() {
        return new DataCache(null);
    }

    /** Empty when there is no cache. */
    public Optional<Path> directory() {
        return Optional.ofNullable(directory);
    }

    /**
     * What is known of files that were read before.
     *
     * @param fingerprint of the data that came from them
     * @param skipped what was left out of them and why, one line each
     */
    record Known(String fingerprint, List<String> skipped) {}

    /** What was noted of a source; empty when it has changed since, or nothing was. */
    Optional<Known> known(String source, Optional<SourceStamp> stamp) {
        if (directory == null || stamp.isEmpty()) {
            return Optional.empty();
        }
        try {
            List<String> lines = Files.readAllLines(note(source), StandardCharsets.UTF_8);
            boolean same = lines.size() >= 3
                    && lines.get(0).equals(KNOWN)
                    && lines.get(1).equals(stamp.get().hash())
                    && lines.get(2).matches("[0-9a-f]{64}");
            return same
                    ? Optional.of(new Known(lines.get(2), List.copyOf(lines.subList(3, lines.size()))))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Notes what came from a source, where its stamp can be relied on. */
    void note(String source, Optional<SourceStamp> stamp, Known known) {
        if (directory == null || stamp.isEmpty() || !stamp.get().settled()) {
            return;
        }
        StringBuilder text = new StringBuilder();
        for (String line : List.of(KNOWN, stamp.get().hash(), known.fingerprint)) {
            text.append(line).append('\n');
        }
        known.skipped.forEach(line -> text.append(line.replaceAll("\\R", " ")).append('\n'));
        Path file = note(source);
        Path partial = file.resolveSibling(UUID.randomUUID() + RecordsWriter.PARTIAL);
        try {
            Files.createDirectories(file.getParent());
            try {
                Files.writeString(partial, text, StandardCharsets.UTF_8);
                Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            // The note saves time only: without it the files are read again.
            return;
        }
    }

    private Path note(String source) {
        return directory.resolve("sources").resolve(source + ".txt");
    }

    /** Where the records of data lie. */
    Path records(String fingerprint) {
        return directory.resolve(fingerprint + ".records");
    }

    /** Whether a file is as large as one of so many records is. */
    boolean mayHold(long count, int length) {
        if (directory == null) {
            return false;
        }
        long least = CachedRecords.START + count * length;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.records")) {
            for (Path file : files) {
                long beside = Files.size(file) - least - count * 2 * Integer.BYTES;
                if (beside >= 0 && beside <= LONGEST_NAMES) {
                    return true;
                }
            }
        } catch (IOException e) {
            return false;
        }
        return false;
    }

    /** Begins a file of the cache; removes what killed processes left. */
    RecordsWriter writer() throws IOException {
        Files.createDirectories(directory);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + RecordsWriter.PARTIAL)) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file)
                        .toInstant()
                        .isBefore(Instant.now().minus(ABANDONED))) {
                    Files.deleteIfExists(file);
                }
            }
        }
        return new RecordsWriter(directory);
    }

    /** Work on a source. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    /**
     * Does work while no other process does it with the same source. Where files cannot be locked it is done all the same: at
     * worst twice, by two processes that do not disturb each other.
     */
    <T> T alone(String source, Work<T> work) throws IOException {
        synchronized (DataCache.class) {
            if (directory == null) {
                return work.run();
            }
            FileChannel channel = null;
            try {
                Path file = directory.resolve("sources").resolve(source + ".lock");
                Files.createDirectories(file.getParent());
                channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                channel.lock();
            } catch (IOException e) {
                // Read-only directories and some network file systems.
            }
            try {
                return work.run();
            } finally {
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }
}
