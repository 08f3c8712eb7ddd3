package org.ditlab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.ditlab.study.StudyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTests {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"f8_plain,0", "f8_fortran,0", "f8_version2,0", "f4_big_endian,1e-6", "f2,2e-3"})
    void readsNumPysFiles(String name, double tolerance) throws IOException {
        JsonNode expected = MetricFixtures.json("formats/expected.json").path("v");
        NpyArray array = Npy.read(MetricFixtures.file("formats/" + name + ".npy"));

        assertThat(array.shape()).containsExactly(3, 4, 5);
        double[] values = array.doubles();
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i]).isCloseTo(expected.path("flat_c_order").get(i).doubleValue(), within(tolerance));
        }
    }

    @Test
    void readsScalarsTruthValuesAndEmptyArrays() throws IOException {
        assertThat(Npy.read(MetricFixtures.file("formats/i8_scalar.npy")).longs())
                .hasSize(1);
        assertThat(Npy.read(MetricFixtures.file("formats/empty.npy")).size()).isZero();
        NpyArray truth = Npy.read(MetricFixtures.file("formats/bool.npy"));
        double[] v = Npy.read(MetricFixtures.file("formats/f8_plain.npy")).doubles();
        for (int i = 0; i < v.length; i++) {
            assertThat(truth.longs()[i]).isEqualTo(v[i] > 0 ? 1 : 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"samples_stored", "samples_deflated"})
    void readsSampleBatches(String name) throws IOException {
        JsonNode expected = MetricFixtures.json("formats/expected.json").path("samples");
        Map<String, NpyArray> arrays = Npz.read(MetricFixtures.file("formats/" + name + ".npz"));

        CRC32 checksum = new CRC32();
        checksum.update(arrays.get("arr_0").bytes());
        assertThat(String.format("%08x", checksum.getValue()))
                .isEqualTo(expected.path("crc32").asText());
        assertThat(arrays.get("arr_0").shape()).containsExactly(10, 16, 16, 3);
        assertThat(arrays.get("arr_1").longs()[3]).isEqualTo(989);
    }

    @Test
    void readsBackWhatItWrote() throws IOException {
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        arrays.put("arr_0", NpyArray.of(new byte[] {0, -1, 7, 8}, 1, 2, 2));
        arrays.put("f4", NpyArray.of(new float[] {1.5f, Float.NaN}, 2));
        arrays.put("f8", NpyArray.of(new double[] {Math.PI}));
        arrays.put("i4", NpyArray.of(new int[] {-5}, 1));
        arrays.put("i8", NpyArray.of(new long[] {Long.MIN_VALUE}, 1, 1));
        arrays.put("none", NpyArray.of(new float[0], 0, 3));
        Npz.write(folder.resolve("a.npz"), arrays);
        Npz.write(folder.resolve("b.npz"), arrays);

        assertThat(Npz.read(folder.resolve("a.npz"))).isEqualTo(arrays);
        assertThat(folder.resolve("b.npz")).hasSameBinaryContentAs(folder.resolve("a.npz"));
        assertThat(Npz.read(folder.resolve("a.npz"), "f8").shape()).isEmpty();

        Npy.write(folder.resolve("x.npy"), arrays.get("i4"));
        assertThat(Npy.read(folder.resolve("x.npy"))).isEqualTo(arrays.get("i4"));
    }

    @Test
    void everyTruncationIsAnError() throws IOException {
        Path path = folder.resolve("x.npy");
        Npy.write(path, NpyArray.of(new int[] {1, 2, 3}, 3));
        byte[] bytes = Files.readAllBytes(path);
        for (int length = 0; length < bytes.length; length++) {
            Files.write(path, Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> Npy.read(path))
                    .as("length %d", length)
                    .isInstanceOf(StudyException.class)
                    .hasMessageEndingWith("; copy or save it anew");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000,), }",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999,), }",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (65536, 65536, 65536, 65536), }",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }",
                "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
                "{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (1,), }",
                "{'descr': '<c16', 'fortran_order': False, 'shape': (1,), }",
                ""
            })
    void hostileHeadersAreErrors(String header) throws IOException {
        Path npy = folder.resolve("hostile.npy");
        Files.write(npy, hostile(header));
        assertThatThrownBy(() -> Npy.read(npy))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("hostile.npy");

        Path npz = folder.resolve("hostile.npz");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(npz))) {
            zip.putNextEntry(new ZipEntry("arr_0.npy"));
            zip.write(hostile(header));
        }
        assertThatThrownBy(() -> Npz.read(npz))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("hostile.npz")
                .hasMessageContaining("arr_0.npy");
    }

    private static byte[] hostile(String header) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0});
        out.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(new byte[8]);
        return out.toByteArray();
    }

    @Test
    void aDamagedMemberIsNoticed() throws IOException {
        Path path = folder.resolve("a.npz");
        Npz.write(path, Map.of("a", NpyArray.of(new long[] {1, 2, 3}, 3)));
        byte[] bytes = Files.readAllBytes(path);
        bytes[35 + 128 + 3] ^= 1;
        Files.write(path, bytes);

        assertThatThrownBy(() -> Npz.read(path))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("checksum");
    }

    @Test
    void namesWhatIsThereInsteadOfAMissingArray() throws IOException {
        Path path = folder.resolve("a.npz");
        Npz.write(path, Map.of("mu", NpyArray.of(new long[] {1}, 1)));

        assertThatThrownBy(() -> Npz.read(path, "arr_0"))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("arr_0")
                .hasMessageContaining("mu");
    }

    @Test
    void aFileThatIsNoZipIsNamed() throws IOException {
        Path path = folder.resolve("samples.npz");
        Files.writeString(path, "not a zip");

        assertThatThrownBy(() -> Npz.read(path))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("samples.npz");
    }
}
