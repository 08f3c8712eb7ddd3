package org.ditlab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.ditlab.study.StudyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
