package org.ditlab.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * Named float32 arrays in one file: an 8-byte little-endian header length, a JSON header, the data. Files are written
 * with sorted names, so that equal content gives equal bytes, and carry a CRC-32C of the data in their metadata.
 * Source: github.com/huggingface/safetensors, README, "Format".
 */
public final class Safetensors {
    /** The metadata key of the data's checksum, 8 hex digits. */
    static final String CHECKSUM = "ditlab.crc32c";

    static final int CHUNK = 1 << 20;

    private Safetensors() {}

    /**
     * One array.
     *
     * @param shape extents, outermost first
     * @param values row-major
     */
    public record Array(int[] shape, float[] values) {
        public Array {
            long elements = 1;
            for (int extent : shape) {
                elements = Math.multiplyExact(elements, (long) extent);
            }
            if (elements != values.length) {
                throw new IllegalArgumentException(
                        "shape " + Arrays.toString(shape) + " does not hold " + values.length + " values");
            }
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Array array
                    && Arrays.equals(shape, array.shape)
                    && Arrays.equals(values, array.values);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(shape) + Arrays.hashCode(values);
        }

        @Override
        public String toString() {
            return "F32 " + Arrays.toString(shape);
        }
    }

    /**
     * What a file holds.
     *
     * @param tensors by name, sorted
     * @param metadata without the checksum
     */
    public record File(Map<String, Array> tensors, Map<String, String> metadata) {}

    /**
     * One array without its values.
     *
     * @param type as it is stored
     * @param shape extents, outermost first
     */
    public record Described(ElementType type, int[] shape) {}

    /**
     * What a file says that it holds.
     *
     * @param tensors by name, in the order of the data
     * @param metadata without the checksum
     */
    public record Header(Map<String, Described> tensors, Map<String, String> metadata) {}

    /** Writes the file beside its place, forces it to the disk and renames it: a reader sees all of it or nothing. */
    public static void write(Path path, Map<String, Array> tensors, Map<String, String> metadata) throws IOException {
        Map<String, Array> sorted = new TreeMap<>(tensors);
        ByteBuffer header = header(sorted, metadata);
        WholeFile.write(path, channel -> {
            writeFully(channel, header);
            ByteBuffer chunk = buffer();
            for (Array array : sorted.values()) {
                for (int from = 0; from < array.values.length; from += CHUNK / 4) {
                    writeFully(channel, fill(chunk, array.values, from));
                }
            }
        });
    }

    /**
     * Reads a whole file; arrays of other types are converted to float32.
     *
     * @throws org.ditlab.study.StudyException when the file is damaged or is no safetensors file
     */
    public static File read(Path path) throws IOException {
        return SafetensorsReader.read(path);
    }

    /**
     * Reads and checks the header only.
     *
     * @throws org.ditlab.study.StudyException when it is damaged or the file is no safetensors file
     */
    public static Header describe(Path path) throws IOException {
        return SafetensorsReader.describe(path);
    }

    /**
     * Reads the data without keeping it, and compares its checksum.
     *
     * @return false when the file has no checksum, as files of other programs
     * @throws org.ditlab.study.StudyException when the file is damaged or no safetensors file
     */
    public static boolean verify(Path path) throws IOException {
        return SafetensorsReader.verify(path);
    }

    private static ByteBuffer header(Map<String, Array> sorted, Map<String, String> metadata) throws IOException {
        CRC32C checksum = new CRC32C();
        ByteBuffer chunk = buffer();
        ObjectNode root = new ObjectMapper().createObjectNode();
        ObjectNode described = root.putObject("__metadata__");
        long offset = 0;
        for (Map.Entry<String, Array> entry : sorted.entrySet()) {
            Array array = entry.getValue();
            if (entry.getKey().equals("__metadata__")) {
                throw new IllegalArgumentException("a tensor cannot be named __metadata__");
            }
            for (int from = 0; from < array.values.length; from += CHUNK / 4) {
                checksum.update(fill(chunk, array.values, from));
            }
            ObjectNode node = root.putObject(entry.getKey());
            node.put("dtype", "F32");
            node.putPOJO("shape", array.shape);
            long end = offset + 4L * array.values.length;
            node.putPOJO("data_offsets", new long[] {offset, end});
            offset = end;
        }
        Map<String, String> all = new TreeMap<>(metadata);
        all.put(CHECKSUM, String.format("%08x", checksum.getValue()));
        all.forEach(described::put);
        byte[] json = new ObjectMapper().writeValueAsBytes(root);
        int padded = (json.length + 7) / 8 * 8;
        ByteBuffer header = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(padded).put(json);
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        return header.flip();
    }

    private static ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The chunk's worth of values from an index on, ready to be read. */
    private static ByteBuffer fill(ByteBuffer chunk, float[] values, int from) {
        int count = Math.min(CHUNK / 4, values.length - from);
        chunk.clear().limit(4 * count);
        chunk.asFloatBuffer().put(values, from, count);
        return chunk;
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    static Map<String, String> withoutChecksum(Map<String, String> metadata) {
        Map<String, String> rest = new TreeMap<>(metadata);
        rest.remove(CHECKSUM);
        return Collections.unmodifiableMap(rest);
    }
}
