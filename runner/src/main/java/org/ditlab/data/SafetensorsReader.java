package org.ditlab.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;

/** Reads safetensors files, trusting nothing in them: every number of the header is checked against the file. */
final class SafetensorsReader {
    private static final long LONGEST_HEADER = 100_000_000;
    private static final int LONGEST_MESSAGE = 500;

    private final Path path;
    private final FileChannel channel;
    private long dataStart;
    private long dataLength;

    private SafetensorsReader(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static Safetensors.File read(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new SafetensorsReader(path, channel).read();
        }
    }

    static Safetensors.Header describe(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new SafetensorsReader(path, channel).describe();
        }
    }

    private Safetensors.Header describe() throws IOException {
        SafetensorsHeader header = header();
        Map<String, Safetensors.Described> tensors = new LinkedHashMap<>();
        for (SafetensorsHeader.Entry entry : header.entries()) {
            tensors.put(entry.name(), new Safetensors.Described(entry.type(), entry.shape()));
        }
        return new Safetensors.Header(
                Collections.unmodifiableMap(tensors), Safetensors.withoutChecksum(header.metadata()));
    }

    private Safetensors.File read() throws IOException {
        SafetensorsHeader header = header();
        CRC32C checksum = new CRC32C();
        Map<String, Safetensors.Array> tensors = new TreeMap<>();
        for (SafetensorsHeader.Entry entry : header.entries()) {
            tensors.put(entry.name(), new Safetensors.Array(entry.shape(), values(entry, checksum)));
        }
        check(checksum, header.metadata().get(Safetensors.CHECKSUM));
        return new Safetensors.File(
                Collections.unmodifiableMap(tensors), Safetensors.withoutChecksum(header.metadata()));
    }

    static boolean verify(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new SafetensorsReader(path, channel).verify();
        }
    }

    private boolean verify() throws IOException {
        String expected = header().metadata().get(Safetensors.CHECKSUM);
        if (expected == null) {
            return false;
        }
        CRC32C checksum = new CRC32C();
        for (long from = 0; from < dataLength; from += Safetensors.CHUNK) {
            checksum.update(bytes(dataStart + from, (int) Math.min(Safetensors.CHUNK, dataLength - from)));
        }
        check(checksum, expected);
        return true;
    }

    private void check(CRC32C checksum, @Nullable String expected) {
        String found = String.format("%08x", checksum.getValue());
        if (expected != null && !expected.equals(found)) {
            throw bad("the checksum of the data is " + found + " but the header says " + expected);
        }
    }

    private SafetensorsHeader header() throws IOException {
        long size = channel.size();
        if (size < 8) {
            throw bad("the file has " + size + " bytes, too few for a header");
        }
        long length = bytes(0, 8).getLong();
        if (length < 2 || length > LONGEST_HEADER || length > size - 8) {
            throw bad("the header is said to have " + Long.toUnsignedString(length) + " bytes in a file of " + size);
        }
        dataStart = 8 + length;
        dataLength = size - dataStart;
        return SafetensorsHeader.parse(path, bytes(8, (int) length).array(), dataLength);
    }

    private float[] values(SafetensorsHeader.Entry entry, CRC32C checksum) throws IOException {
        float[] values = new float[entry.elements()];
        int step = Safetensors.CHUNK / entry.type().bytes();
        for (int from = 0; from < values.length; from += step) {
            int count = Math.min(step, values.length - from);
            long at = dataStart + entry.start() + (long) from * entry.type().bytes();
            ByteBuffer chunk = bytes(at, count * entry.type().bytes());
            checksum.update(chunk.array());
            decode(entry.type(), chunk, values, from, count);
        }
        return values;
    }

    private static void decode(ElementType type, ByteBuffer chunk, float[] values, int from, int count) {
        if (type == ElementType.F32) {
            chunk.asFloatBuffer().get(values, from, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            values[from + i] = type.at(chunk, i);
        }
    }

    private ByteBuffer bytes(long at, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, at + buffer.position()) < 0) {
                throw bad("the file ends early");
            }
        }
        return buffer.flip();
    }

    private StudyException bad(String problem) {
        return bad(path, problem);
    }

    /** Names from the file may be of any length and hold anything. */
    static StudyException bad(Path path, String problem) {
        String visible = problem.replaceAll("\\p{Cntrl}", "?");
        String shown = visible.length() <= LONGEST_MESSAGE ? visible : visible.substring(0, LONGEST_MESSAGE) + "...";
        return new StudyException(path + ": cannot be read as weights: not a readable safetensors file: " + shown
                + "; take an undamaged copy");
    }
}
