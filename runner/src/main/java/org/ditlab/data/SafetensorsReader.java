package org.ditlab.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;

/** Reads safetensors files, trusting nothing in them: every number of the header is checked against the file. */
final class SafetensorsReader {
    private static final long LONGEST_HEADER = 100_000_000;
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Path path;
    private final FileChannel channel;
    private long dataStart;
    private long dataLength;

    private SafetensorsReader(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Where one array lies. */
    private record Entry(String name, ElementType type, int[] shape, int elements, long start, long end) {}

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
        JsonNode header = header();
        Map<String, String> metadata = metadata(header.get("__metadata__"));
        Map<String, Safetensors.Described> tensors = new LinkedHashMap<>();
        for (Entry entry : entries(header)) {
            tensors.put(entry.name, new Safetensors.Described(entry.type, entry.shape));
        }
        return new Safetensors.Header(Collections.unmodifiableMap(tensors), Safetensors.withoutChecksum(metadata));
    }

    private Safetensors.File read() throws IOException {
        JsonNode header = header();
        Map<String, String> metadata = metadata(header.get("__metadata__"));
        List<Entry> entries = entries(header);
        CRC32C checksum = new CRC32C();
        Map<String, Safetensors.Array> tensors = new TreeMap<>();
        for (Entry entry : entries) {
            tensors.put(entry.name, new Safetensors.Array(entry.shape, values(entry, checksum)));
        }
        check(checksum, metadata.get(Safetensors.CHECKSUM));
        return new Safetensors.File(Collections.unmodifiableMap(tensors), Safetensors.withoutChecksum(metadata));
    }

    static boolean verify(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new SafetensorsReader(path, channel).verify();
        }
    }

    private boolean verify() throws IOException {
        JsonNode header = header();
        String expected = metadata(header.get("__metadata__")).get(Safetensors.CHECKSUM);
        entries(header);
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

    private JsonNode header() throws IOException {
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
        try {
            JsonNode header = JSON.readTree(new String(bytes(8, (int) length).array(), StandardCharsets.UTF_8));
            if (!header.isObject()) {
                throw bad("the header is not a JSON object");
            }
            return header;
        } catch (JsonProcessingException e) {
            throw bad("the header is not valid JSON (" + e.getOriginalMessage() + ")");
        }
    }

    private Map<String, String> metadata(JsonNode node) {
        Map<String, String> metadata = new TreeMap<>();
        if (node == null) {
            return metadata;
        }
        if (!node.isObject()) {
            throw bad("__metadata__ is not an object");
        }
        node.fields().forEachRemaining(field -> {
            if (!field.getValue().isTextual()) {
                throw bad("__metadata__." + field.getKey() + " is not text");
            }
            metadata.put(field.getKey(), field.getValue().textValue());
        });
        return metadata;
    }

    /** In the order of the data, which they fill without gap or overlap. */
    private List<Entry> entries(JsonNode header) {
        List<Entry> entries = new ArrayList<>();
        header.fields().forEachRemaining(field -> {
            if (!field.getKey().equals("__metadata__")) {
                entries.add(entry(field.getKey(), field.getValue()));
            }
        });
        entries.sort(Comparator.comparingLong(Entry::start).thenComparingLong(Entry::end));
        long end = 0;
        for (Entry entry : entries) {
            if (entry.start != end) {
                throw bad("tensor " + entry.name + " starts at byte " + entry.start + " of the data, expected " + end);
            }
            end = entry.end;
        }
        if (end != dataLength) {
            throw bad("the tensors fill " + end + " bytes but " + dataLength + " follow the header");
        }
        return entries;
    }

    private Entry entry(String name, JsonNode node) {
        JsonNode shapeNode = node.path("shape");
        JsonNode offsets = node.path("data_offsets");
        if (!shapeNode.isArray() || offsets.size() != 2 || !integers(shapeNode) || !integers(offsets)) {
            throw bad("tensor " + name + " lacks a shape or data_offsets of whole numbers");
        }
        String word = node.path("dtype").asText();
        ElementType type = ElementType.find(word)
                .orElseThrow(() -> bad("tensor " + name + " has type " + word + "; "
                        + Arrays.toString(ElementType.values()) + " can be read"));
        int[] shape = new int[shapeNode.size()];
        long elements = 1;
        for (int i = 0; i < shape.length; i++) {
            shape[i] = (int)
                    Math.max(-1, Math.min(Integer.MAX_VALUE, shapeNode.get(i).longValue()));
            // Both factors are below 2^31, so that the product cannot overflow before it is checked.
            elements = shape[i] < 0 ? -1 : elements * shape[i];
            if (elements < 0 || elements > Integer.MAX_VALUE - 8) {
                throw bad("tensor " + name + " has the shape " + shapeNode + ", beyond what can be read");
            }
        }
        long start = offsets.get(0).longValue();
        long end = offsets.get(1).longValue();
        if (start < 0 || end < start || end > dataLength || end - start != elements * type.bytes()) {
            throw bad("tensor " + name + " of shape " + shapeNode + " and type " + type + " cannot lie at bytes "
                    + offsets + " of " + dataLength);
        }
        return new Entry(name, type, shape, (int) elements, start, end);
    }

    private static boolean integers(JsonNode array) {
        for (JsonNode element : array) {
            if (!element.isIntegralNumber() || !element.canConvertToLong()) {
                return false;
            }
        }
        return true;
    }

    private float[] values(Entry entry, CRC32C checksum) throws IOException {
        float[] values = new float[entry.elements];
        int step = Safetensors.CHUNK / entry.type.bytes();
        for (int from = 0; from < values.length; from += step) {
            int count = Math.min(step, values.length - from);
            long at = dataStart + entry.start + (long) from * entry.type.bytes();
            ByteBuffer chunk = bytes(at, count * entry.type.bytes());
            checksum.update(chunk.array());
            decode(entry.type, chunk, values, from, count);
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
        return new StudyException(
                path + ": not a readable safetensors file: " + problem + "; delete it or take an undamaged copy");
    }
}
