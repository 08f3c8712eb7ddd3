package org.ditlab.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The JSON header of a safetensors file, read token by token: what is not of the format ends the reading where it stands, so
 * that a header of any size takes no more memory than its tensors do.
 *
 * @param entries in the order of the data, which they fill without gap or overlap
 * @param metadata with the checksum
 */
record SafetensorsHeader(List<Entry> entries, Map<String, String> metadata) {
    /** Tensors, and entries of the metadata; the largest models have some thousands. */
    private static final int MOST = 100_000;

    private static final int MOST_AXES = 64;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    /** Where one array lies. */
    record Entry(String name, ElementType type, int[] shape, int elements, long start, long end) {}

    /**
     * Reads a header.
     *
     * @param path the file, for messages
     * @param dataLength bytes of the file after the header
     * @throws org.ditlab.study.StudyException when it is damaged or hostile
     */
    static SafetensorsHeader parse(Path path, byte[] header, long dataLength) throws IOException {
        Reader text = new InputStreamReader(new ByteArrayInputStream(header), StandardCharsets.UTF_8);
        try (JsonParser parser = JSON.createParser(text)) {
            return new Parsing(path, parser, dataLength).header();
        } catch (JsonProcessingException e) {
            throw SafetensorsReader.bad(path, "the header is not valid JSON (" + e.getOriginalMessage() + ")");
        }
    }

    /** One pass over the tokens. */
    private record Parsing(Path path, JsonParser parser, long dataLength) {
        SafetensorsHeader header() throws IOException {
            expect(parser.nextToken() == JsonToken.START_OBJECT, "the header is not a JSON object");
            List<Entry> entries = new ArrayList<>();
            Map<String, String> metadata = Map.of();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                if (name.equals("__metadata__")) {
                    metadata = metadata();
                } else {
                    expect(entries.size() < MOST, "it has more than " + MOST + " tensors");
                    entries.add(entry(name));
                }
            }
            expect(parser.nextToken() == null, "the header goes on after its end");
            return new SafetensorsHeader(sorted(entries), metadata);
        }

        private Map<String, String> metadata() throws IOException {
            expect(parser.nextToken() == JsonToken.START_OBJECT, "__metadata__ is not an object");
            Map<String, String> metadata = new TreeMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                expect(metadata.size() < MOST, "__metadata__ has more than " + MOST + " entries");
                expect(parser.nextToken() == JsonToken.VALUE_STRING, "__metadata__." + key + " is not text");
                metadata.put(key, parser.getText());
            }
            return metadata;
        }

        private Entry entry(String name) throws IOException {
            expect(parser.nextToken() == JsonToken.START_OBJECT, "tensor " + name + " is not an object");
            String word = null;
            long[] extents = null;
            long[] offsets = null;
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "dtype" -> {
                        expect(parser.currentToken() == JsonToken.VALUE_STRING, "tensor " + name + " has no type");
                        word = parser.getText();
                    }
                    case "shape" -> extents = integers(name, field, MOST_AXES);
                    case "data_offsets" -> offsets = integers(name, field, 2);
                    default ->
                        throw SafetensorsReader.bad(
                                path,
                                "tensor " + name + " has a field " + field + " beside dtype, shape and data_offsets");
                }
            }
            if (word == null || extents == null || offsets == null || offsets.length != 2) {
                throw SafetensorsReader.bad(path, "tensor " + name + " lacks a dtype, a shape or two data_offsets");
            }
            return entry(name, word, extents, offsets);
        }

        private long[] integers(String name, String field, int most) throws IOException {
            String place = "tensor " + name + " has " + field + " that ";
            expect(parser.currentToken() == JsonToken.START_ARRAY, place + "are no list");
            long[] values = new long[most];
            int count = 0;
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                expect(
                        parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER,
                        place + "are not whole numbers of 64 bits");
                expect(count < most, place + "are more than " + most + " numbers");
                values[count++] = parser.getLongValue();
            }
            return Arrays.copyOf(values, count);
        }

        private Entry entry(String name, String word, long[] extents, long[] offsets) {
            ElementType type = ElementType.find(word)
                    .orElseThrow(() -> SafetensorsReader.bad(
                            path,
                            "tensor " + name + " has type " + word + "; " + Arrays.toString(ElementType.values())
                                    + " can be read"));
            int[] shape = new int[extents.length];
            long elements = 1;
            for (int i = 0; i < shape.length; i++) {
                shape[i] = (int) Math.max(-1, Math.min(Integer.MAX_VALUE, extents[i]));
                // Both factors are below 2^31, so that the product cannot overflow before it is checked.
                elements = shape[i] < 0 ? -1 : elements * shape[i];
                expect(
                        elements >= 0 && elements <= Integer.MAX_VALUE - 8,
                        "tensor " + name + " has the shape " + Arrays.toString(extents) + ", beyond what can be read");
            }
            long start = offsets[0];
            long end = offsets[1];
            expect(
                    start >= 0 && end >= start && end <= dataLength && end - start == elements * type.bytes(),
                    "tensor " + name + " of shape " + Arrays.toString(extents) + " and type " + type
                            + " cannot lie at bytes " + Arrays.toString(offsets) + " of " + dataLength);
            return new Entry(name, type, shape, (int) elements, start, end);
        }

        private List<Entry> sorted(List<Entry> entries) {
            entries.sort(Comparator.comparingLong(Entry::start).thenComparingLong(Entry::end));
            long end = 0;
            for (Entry entry : entries) {
                expect(
                        entry.start == end,
                        "tensor " + entry.name + " starts at byte " + entry.start + " of the data, expected " + end);
                end = entry.end;
            }
            expect(end == dataLength, "the tensors fill " + end + " bytes but " + dataLength + " follow the header");
            return entries;
        }

        private void expect(boolean holds, String problem) {
            if (!holds) {
                throw SafetensorsReader.bad(path, problem);
            }
        }
    }
}
