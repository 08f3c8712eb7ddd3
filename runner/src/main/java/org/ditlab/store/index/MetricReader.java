package org.ditlab.store.index;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads a metric log from a byte on, up to its last newline. A line that is no JSON object, or longer than
 * {@link #LONGEST_LINE}, is passed over, counted and named. Of a row the numbers count ({@code "NaN"} and infinities among
 * them); a row without a step stands in no curve.
 */
final class MetricReader implements AutoCloseable {
    static final int LONGEST_LINE = 1 << 20;
    static final int LONGEST_NAME = 200;
    static final int MOST_NAMES = 1000;
    /** Warnings kept of one file; the rest is counted. */
    static final int WARNINGS = 3;

    private static final int CHUNK_VALUES = 400_000;
    private static final int SAMPLE = 4096;
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    /** What is wrong with a line. */
    record Bad(long line, String message) {}

    private final FileChannel channel;
    private final int attempt;
    private final List<Bad> bad = new ArrayList<>();
    private byte[] buffer = new byte[1 << 18];
    private int begin;
    private int end;
    private long position;
    private long whole;
    private long line;
    private long rows;
    private long skipped;
    private boolean tooLong;

    /**
     * Opens a log.
     *
     * @param from the byte to begin at: the beginning of a line
     * @param line how many lines stand before it
     */
    MetricReader(Path file, int attempt, long from, long line) throws IOException {
        this.channel = FileChannel.open(file, StandardOpenOption.READ);
        this.attempt = attempt;
        this.position = from;
        this.whole = from;
        this.line = line;
    }

    /** The next rows; null at the last newline. */
    @Nullable
    MetricChunk next() throws IOException {
        MetricChunk chunk = new MetricChunk(attempt);
        while (chunk.values() + chunk.rows() < CHUNK_VALUES) {
            int newline = newline();
            if (newline < 0) {
                break;
            }
            line++;
            if (tooLong || newline - begin > LONGEST_LINE) {
                reject("is longer than " + LONGEST_LINE + " bytes");
                tooLong = false;
            } else {
                row(chunk, begin, newline - begin);
            }
            position += newline + 1 - begin;
            whole = position;
            begin = newline + 1;
        }
        return chunk.rows() == 0 ? null : chunk;
    }

    /** The byte after the last newline that was read. */
    long position() {
        return whole;
    }

    /** Lines so far, counted from the file's beginning. */
    long lines() {
        return line;
    }

    /** Rows that were read by this reader. */
    long rows() {
        return rows;
    }

    /** Lines that were not. */
    long skipped() {
        return skipped;
    }

    List<Bad> bad() {
        return bad;
    }

    /** Tells a file that was appended to from one that was written anew: a checksum over parts of its first bytes. */
    long prefix(long length) throws IOException {
        CRC32C checksum = new CRC32C();
        sample(checksum, 0, Math.min(SAMPLE, length));
        long tail = Math.max(SAMPLE, length - SAMPLE);
        sample(checksum, tail, length - tail);
        return checksum.getValue();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void sample(CRC32C checksum, long from, long length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.max(0, length));
        while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) > 0) {
            continue;
        }
        checksum.update(bytes.flip());
    }

    /** Index of the next newline in the buffer, reading on as needed; -1 when no whole line is left. */
    private int newline() throws IOException {
        int searched = begin;
        while (true) {
            for (int i = searched; i < end; i++) {
                if (buffer[i] == '\n') {
                    return i;
                }
            }
            if (end - begin > LONGEST_LINE) {
                // Of a line that is too long nothing but its length is kept.
                tooLong = true;
                position += end - begin;
                begin = end;
            }
            makeRoom();
            searched = end;
            int read = channel.read(ByteBuffer.wrap(buffer, end, buffer.length - end), position + (end - begin));
            if (read <= 0) {
                return -1;
            }
            end += read;
        }
    }

    private void makeRoom() {
        if (begin > 0) {
            System.arraycopy(buffer, begin, buffer, 0, end - begin);
            end -= begin;
            begin = 0;
        }
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
    }

    private void row(MetricChunk chunk, int from, int length) {
        try (JsonParser json = JSON.createParser(buffer, from, length)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                reject("is no JSON object");
                return;
            }
            if (object(chunk, json)) {
                rows++;
            }
        } catch (IOException e) {
            chunk.abandonRow();
            reject("is no JSON object");
        }
    }

    private boolean object(MetricChunk chunk, JsonParser json) throws IOException {
        boolean stepped = false;
        long step = 0;
        int guess = 0;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken token = json.nextToken();
            if (name.equals("step")) {
                stepped = token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT;
                step = stepped ? json.getNumberValue().longValue() : 0;
                json.skipChildren();
                continue;
            }
            if (isNumber(json, token)) {
                int column = column(chunk, name, guess);
                if (column >= 0) {
                    chunk.put(column, value(json, token));
                    guess = column + 1;
                }
            } else {
                json.skipChildren();
            }
        }
        if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
            chunk.abandonRow();
            reject("holds more than one JSON object");
            return false;
        }
        if (stepped) {
            chunk.endRow(step);
        } else {
            chunk.abandonRow();
        }
        return true;
    }

    private int column(MetricChunk chunk, String name, int guess) {
        int column = chunk.column(name, guess);
        if (column >= 0) {
            return column;
        }
        if (name.length() > LONGEST_NAME) {
            warn("has a metric's name of more than " + LONGEST_NAME + " characters; the value is left out");
            return -1;
        }
        if (chunk.columns().size() >= MOST_NAMES) {
            warn("has more than " + MOST_NAMES + " metrics; the rest is left out");
            return -1;
        }
        return chunk.addColumn(name);
    }

    private static boolean isNumber(JsonParser json, JsonToken token) throws IOException {
        return switch (token) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE -> true;
            case VALUE_STRING -> {
                String text = json.getText();
                yield text.equals("NaN") || text.equals("Infinity") || text.equals("-Infinity");
            }
            default -> false;
        };
    }

    private static double value(JsonParser json, JsonToken token) throws IOException {
        return switch (token) {
            case VALUE_TRUE -> 1;
            case VALUE_FALSE -> 0;
            case VALUE_STRING -> Double.parseDouble(json.getText());
            default -> json.getDoubleValue();
        };
    }

    private void reject(String message) {
        skipped++;
        warn(message + "; it is passed over");
    }

    private void warn(String message) {
        if (bad.size() < WARNINGS) {
            bad.add(new Bad(line, message));
        }
    }
}
