package org.ditlab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.ditlab.study.StudyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTests {
    @TempDir
    Path folder;

    @Test
    void readsBackWhatItWrote() throws IOException {
        float[] large = new float[600_000];
        for (int i = 0; i < large.length; i++) {
            large[i] = i * 0.37f - 1000;
        }
        Map<String, Safetensors.Array> tensors = Map.of(
                "z.weight", new Safetensors.Array(new int[] {600, 1000}, large),
                "a.bias", new Safetensors.Array(new int[] {2}, new float[] {Float.MIN_VALUE, -0f}),
                "scalar", new Safetensors.Array(new int[] {}, new float[] {3}),
                "empty", new Safetensors.Array(new int[] {0, 4}, new float[0]));
        Path path = folder.resolve("model.safetensors");

        Safetensors.write(path, tensors, Map.of("step", "7", "quote", "\"\n"));
        Safetensors.File file = Safetensors.read(path);

        assertThat(file.tensors()).isEqualTo(tensors);
        assertThat(file.metadata()).isEqualTo(Map.of("step", "7", "quote", "\"\n"));
        assertThat(folder).isDirectoryNotContaining("glob:**.partial");
    }

    @Test
    void equalContentGivesEqualBytes() throws IOException {
        Safetensors.Array one = new Safetensors.Array(new int[] {1}, new float[] {1});
        Safetensors.Array two = new Safetensors.Array(new int[] {2}, new float[] {1, 2});
        Safetensors.write(folder.resolve("x"), new java.util.LinkedHashMap<>(Map.of("a", one, "b", two)), Map.of());
        Map<String, Safetensors.Array> reversed = new java.util.LinkedHashMap<>();
        reversed.put("b", two);
        reversed.put("a", one);
        Safetensors.write(folder.resolve("y"), reversed, Map.of());

        assertThat(folder.resolve("y")).hasSameBinaryContentAs(folder.resolve("x"));
    }

    @Test
    void aFlippedBitIsNoticed() throws IOException {
        Path path = folder.resolve("model.safetensors");
        Safetensors.write(path, Map.of("a", new Safetensors.Array(new int[] {3}, new float[] {1, 2, 3})), Map.of());
        byte[] bytes = Files.readAllBytes(path);
        bytes[bytes.length - 3] ^= 1;
        Files.write(path, bytes);

        assertThatThrownBy(() -> Safetensors.read(path))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("checksum");
    }

    @Test
    void everyTruncationIsAnError() throws IOException {
        Path path = folder.resolve("model.safetensors");
        Safetensors.write(path, Map.of("a", new Safetensors.Array(new int[] {3}, new float[] {1, 2, 3})), Map.of());
        byte[] bytes = Files.readAllBytes(path);
        for (int length = 0; length < bytes.length; length++) {
            Files.write(path, java.util.Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> Safetensors.read(path))
                    .as("length %d", length)
                    .isInstanceOf(StudyException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[65536,65536,65536,65536],\"data_offsets\":[0,0]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1,-2],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[0.5],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F4\",\"shape\":[8],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                        + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                "{\"a\":1}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"a\":{}}",
                "{\"__metadata__\":{\"k\":1},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"more\":1}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[[2]],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}",
                "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":{},\"shape\":[2],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}{}",
                "[]",
                "{\"a\":"
            })
    void hostileHeadersAreErrors(String header) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + 8).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(json.length).put(json);
        Path path = folder.resolve("hostile.safetensors");
        Files.write(path, file.array());

        assertThatThrownBy(() -> Safetensors.read(path))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("hostile.safetensors");
    }

    /** The tokens of the junk, kept as objects, would take some gigabytes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{\"a\":[; [],; tensor a is not an object",
                "{\"a\":{\"shape\":[; 0,; more than 64 numbers",
                "{\"a\":{\"more\":[; [],; a field more beside",
                "{\"__metadata__\":{\"k\":[; {},; is not text"
            })
    void junkOfAnySizeIsRefusedWhereItStands(String start, String junk, String problem) throws IOException {
        ByteBuffer file = ByteBuffer.allocate(30 << 20).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(file.capacity() - 8).put(start.getBytes(StandardCharsets.UTF_8));
        byte[] piece = junk.repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
        while (file.remaining() > 0) {
            file.put(piece, 0, Math.min(piece.length, file.remaining()));
        }
        Path path = Files.write(folder.resolve("junk.safetensors"), file.array());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();

        long before = threads.getThreadAllocatedBytes(thread);
        assertThatThrownBy(() -> Safetensors.describe(path))
                .isInstanceOf(StudyException.class)
                .hasMessageStartingWith(path + ": cannot be read as weights: ")
                .hasMessageContaining(problem)
                .hasMessageEndingWith("; take an undamaged copy");
        assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(file.capacity() + (16 << 20));
    }

    @Test
    void tensorsAndMetadataWithoutEndAreRefused() throws IOException {
        StringBuilder tensors = new StringBuilder("{");
        StringBuilder metadata = new StringBuilder("{\"__metadata__\":{");
        for (int i = 0; i <= 100_000; i++) {
            tensors.append('"').append(i).append("\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},");
            metadata.append('"').append(i).append("\":\"\",");
        }
        for (StringBuilder header : List.of(tensors, metadata)) {
            byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
            ByteBuffer file = ByteBuffer.allocate(8 + json.length).order(ByteOrder.LITTLE_ENDIAN);
            Path path = Files.write(
                    folder.resolve("many.safetensors"),
                    file.putLong(json.length).put(json).array());

            assertThatThrownBy(() -> Safetensors.describe(path))
                    .isInstanceOf(StudyException.class)
                    .hasMessageContaining("more than 100000");
        }
    }

    @Test
    void aLongNameIsToldInPart() throws IOException {
        byte[] json = ("{\"" + "n".repeat(5000) + "\":1}").getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length).order(ByteOrder.LITTLE_ENDIAN);
        Path path = Files.write(
                folder.resolve("long.safetensors"),
                file.putLong(json.length).put(json).array());

        assertThatThrownBy(() -> Safetensors.read(path))
                .isInstanceOf(StudyException.class)
                .satisfies(thrown ->
                        assertThat(thrown.getMessage()).contains("nnn...").hasSizeLessThan(1000));
    }

    @Test
    void aHugeHeaderLengthAllocatesNothing() throws IOException {
        Path path = folder.resolve("hostile.safetensors");
        Files.write(path, new byte[] {-1, -1, -1, -1, -1, -1, -1, 127, '{', '}'});

        assertThatThrownBy(() -> Safetensors.read(path)).isInstanceOf(StudyException.class);
    }

    @Test
    void narrowTypesAreWidened() throws IOException {
        String header = "{\"b\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[0,2]},"
                + "\"h\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[2,8]}}";
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + 8).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(json.length).put(json);
        file.putShort((short) 0x3fc0)
                .putShort((short) 0xc100)
                .putShort((short) 1)
                .putShort((short) 0x7bff);
        Path path = folder.resolve("narrow.safetensors");
        Files.write(path, file.array());

        Map<String, Safetensors.Array> tensors = Safetensors.read(path).tensors();

        assertThat(tensors.get("b").values()).containsExactly(1.5f);
        assertThat(tensors.get("h").values()).containsExactly(-2.5f, 0x1p-24f, 65504f);
    }
}
