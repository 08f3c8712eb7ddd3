package org.ditlab.run.estimate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ditlab.data.DataCache;
import org.ditlab.store.AtomicFile;
import org.ditlab.store.JsonFile;
import org.jspecify.annotations.Nullable;

/**
 * {@code throughput.jsonl} in the data cache: what pieces of work took on this machine, the newest last, one JSON object per
 * line. It only helps to estimate: deletable at any time, lines that are none are passed over, and once it is long the
 * older half goes.
 */
public final class ThroughputFile {
    private static final String NAME = "throughput.jsonl";
    private static final int MOST_BYTES = 1 << 19;
    private static final int LONGEST_LINE = 4096;

    private final @Nullable Path file;

    private ThroughputFile(@Nullable Path file) {
        this.file = file;
    }

    /** That of the cache which the environment names. */
    public static ThroughputFile standard() {
        return in(DataCache.standard());
    }

    /** That of a cache; where there is none, nothing is kept. */
    static ThroughputFile in(DataCache cache) {
        return new ThroughputFile(
                cache.directory().map(directory -> directory.resolve(NAME)).orElse(null));
    }

    /** Where it lies; empty where nothing is kept. */
    public Optional<Path> path() {
        return Optional.ofNullable(file);
    }

    /** What stands in it, the newest last; empty where there is none or it cannot be read. */
    public List<Throughput> read() {
        List<Throughput> rows = new ArrayList<>();
        if (file != null) {
            for (String line : tail(file, 2 * MOST_BYTES).split("\n")) {
                parse(line).ifPresent(rows::add);
            }
        }
        return rows;
    }

    /** Adds a row; where it cannot be written nothing happens. */
    public void append(Throughput row) {
        if (file == null) {
            return;
        }
        try {
            Files.createDirectories(file.getParent());
            if (Files.exists(file) && Files.size(file) > MOST_BYTES) {
                String newer = tail(file, MOST_BYTES / 2);
                AtomicFile.write(file, newer.substring(newer.indexOf('\n') + 1).getBytes(StandardCharsets.UTF_8));
            }
            // Begun with an end of line, so that a torn one before it costs only itself; one write, as others append
            // too.
            byte[] line = ("\n" + JsonFile.line(row.json()) + "\n").getBytes(StandardCharsets.UTF_8);
            Files.write(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            // What it would help to estimate is worth no trial.
            return;
        }
    }

    private static Optional<Throughput> parse(String line) {
        if (line.isBlank() || line.length() > LONGEST_LINE) {
            return Optional.empty();
        }
        try {
            return Throughput.of(JsonFile.parse(line, NAME));
        } catch (IOException damaged) {
            return Optional.empty();
        }
    }

    private static String tail(Path file, int most) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            int length = (int) Math.min(most, channel.size());
            ByteBuffer bytes = ByteBuffer.allocate(length);
            channel.position(channel.size() - length);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                continue;
            }
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
