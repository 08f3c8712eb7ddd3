package org.ditlab.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.Consumer;

/**
 * An append-only file of JSON lines with one writer. Each row reaches the operating system before {@link #write}
 * returns, so that killing the process loses no row; at worst the last line is torn, and readers stop at the last
 * newline.
 */
public final class MetricLog implements AutoCloseable {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .build();

    private final Path file;
    private final FileChannel channel;

    private MetricLog(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Opens for appending; a torn last line of an earlier writer is cut off. */
    public static MetricLog append(Path file) throws IOException {
        long whole = Files.exists(file) ? wholeBytes(Files.readAllBytes(file)) : 0;
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            channel.truncate(whole);
            channel.position(whole);
            return new MetricLog(file, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Appends one row; numbers that are not finite are written as the strings {@code "NaN"} and {@code "Infinity"}. */
    public synchronized void write(Map<String, ?> row) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap((JsonFile.line(row) + "\n").getBytes(StandardCharsets.UTF_8));
        long whole = channel.position();
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            // What follows a torn row would be lost with it.
            channel.truncate(whole);
            channel.position(whole);
            throw new IOException(file + ": cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        channel.force(true);
        channel.close();
    }

    /**
     * All whole rows; empty when there is no such file. {@code "NaN"} and infinities become numbers again.
     *
     * @throws IOException when a whole line is no JSON object; the message names file and line
     */
    public static List<Map<String, Object>> read(Path file) throws IOException {
        List<IOException> bad = new ArrayList<>();
        List<Map<String, Object>> rows = read(file, bad::add);
        if (!bad.isEmpty()) {
            throw bad.get(0);
        }
        return rows;
    }

    /**
     * All whole rows but those that are no JSON objects.
     *
     * @param bad takes what is wrong with a line; the message names file and line
     */
    public static List<Map<String, Object>> read(Path file, Consumer<IOException> bad) throws IOException {
        List<Map<String, Object>> rows = new ArrayList<>();
        if (!Files.exists(file)) {
            return rows;
        }
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, 0, wholeBytes(bytes), StandardCharsets.UTF_8);
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            try {
                Map<String, Object> row = JsonFile.parse(line, file + ":" + number);
                row.replaceAll((key, value) -> number(value));
                rows.add(row);
            } catch (IOException e) {
                bad.accept(e);
            }
        }
        return rows;
    }

    /**
     * One metric of all whole rows, by step, without keeping the rest: into a map that may hold earlier attempts, whose rows of
     * the same step it replaces. Only finite values are kept.
     *
     * @param bad takes what is wrong with a line; the message names file and line
     */
    static void read(Path file, String name, NavigableMap<Long, Double> into, Consumer<IOException> bad)
            throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        byte[] bytes = Files.readAllBytes(file);
        int whole = wholeBytes(bytes);
        int number = 0;
        for (int begin = 0; begin < whole; ) {
            int end = begin;
            while (bytes[end] != '\n') {
                end++;
            }
            number++;
            try (JsonParser row = JSON.createParser(bytes, begin, end - begin)) {
                point(row, name, into);
            } catch (IOException e) {
                bad.accept(new IOException(file + ":" + number + ": no valid JSON object", e));
            }
            begin = end + 1;
        }
    }

    private static void point(JsonParser row, String name, NavigableMap<Long, Double> into) throws IOException {
        if (row.nextToken() != JsonToken.START_OBJECT) {
            throw new IOException("expected a JSON object");
        }
        boolean placed = false;
        long step = 0;
        double value = Double.NaN;
        while (row.nextToken() == JsonToken.FIELD_NAME) {
            String field = row.currentName();
            boolean number = row.nextToken().isNumeric();
            if (field.equals("step")) {
                placed = number;
                step = number ? row.getValueAsLong() : 0;
            } else if (field.equals(name)) {
                value = number ? row.getDoubleValue() : Double.NaN;
            }
            row.skipChildren();
        }
        if (row.currentToken() != JsonToken.END_OBJECT) {
            throw new IOException("expected a whole JSON object");
        }
        if (placed && Double.isFinite(value)) {
            into.put(step, value);
        } else if (placed) {
            into.remove(step);
        }
    }

    private static Object number(Object value) {
        if ("NaN".equals(value) || "Infinity".equals(value) || "-Infinity".equals(value)) {
            return Double.valueOf((String) value);
        }
        return value;
    }

    private static int wholeBytes(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        return end;
    }
}
