package org.ditlab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.ditlab.study.StudyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatentDatasetTests {
    private static final int COUNT = 6;
    private static final int LENGTH = 4 * 8 * 8;
    private static final long[] LABELS = {0, 4, 1, 1, 2, 0};

    @TempDir
    Path folder;

    private static float[] values() {
        float[] values = new float[COUNT * LENGTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i % 41 - 20) / 8f;
        }
        return values;
    }

    private static NpyArray latents(ByteOrder order, NpyType type) {
        ByteBuffer data = ByteBuffer.allocate(COUNT * LENGTH * type.bytes()).order(order);
        for (float value : values()) {
            if (type == NpyType.FLOAT16) {
                data.putShort(half(value));
            } else {
                data.putFloat(value);
            }
        }
        return new NpyArray(type, new int[] {COUNT, 4, 8, 8}, data.flip());
    }

    /** Exact for the values of these tests: multiples of 1/8 below 4. */
    private static short half(float value) {
        int bits = Float.floatToIntBits(value);
        int exponent = (bits >>> 23 & 0xff) - 112;
        return (short) (value == 0 ? 0 : bits >>> 16 & 0x8000 | exponent << 10 | bits >>> 13 & 0x3ff);
    }

    private Path npz(NpyArray latents, NpyArray labels) throws IOException {
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        arrays.put("arr_0", latents);
        arrays.put("arr_1", labels);
        Path file = folder.resolve("codes.npz");
        Npz.write(file, arrays);
        return file;
    }

    private Path npy(NpyArray latents) throws IOException {
        Npy.write(folder.resolve("codes_labels.npy"), NpyArray.of(LABELS, COUNT));
        Path file = folder.resolve("codes.npy");
        Npy.write(file, latents);
        return file;
    }

    /** Batches of 1, 2 and 3. */
    private Path parts(float[] values) throws IOException {
        Path root = folder.resolve("codes");
        Path features = Files.createDirectories(root.resolve("x256_features"));
        Path labels = Files.createDirectories(root.resolve("x256_labels"));
        int first = 0;
        for (int i = 0; i < 3; i++) {
            int end = first + i + 1;
            // Numbers decide, not letters: 9 stands before 10.
            String name = 9 + i + ".npy";
            Npy.write(
                    features.resolve(name),
                    NpyArray.of(Arrays.copyOfRange(values, first * LENGTH, end * LENGTH), i + 1, 4, 8, 8));
            Npy.write(labels.resolve(name), NpyArray.of(Arrays.copyOfRange(LABELS, first, end), i + 1));
            first = end;
        }
        return root;
    }

    private static float[] content(Dataset data) {
        float[] values = new float[data.size() * LENGTH];
        for (int i = data.size() - 1; i >= 0; i--) {
            data.read(i, values, i * LENGTH);
            assertThat(data.label(i)).isEqualTo((int) LABELS[i]);
        }
        return values;
    }

    @Test
    void everyFormIsTheSameData() throws IOException {
        NpyArray latents = latents(ByteOrder.LITTLE_ENDIAN, NpyType.FLOAT32);
        LatentDataset packed = LatentDataset.open(npz(latents, NpyArray.of(LABELS, COUNT)), 8, 1);
        LatentDataset mapped = LatentDataset.open(npy(latents), 8, 1);
        LatentDataset parts = LatentDataset.open(parts(values()), 8, 1);

        for (LatentDataset data : new LatentDataset[] {packed, mapped, parts}) {
            assertThat(content(data)).isEqualTo(values());
            assertThat(data.fingerprint()).isEqualTo(packed.fingerprint()).matches("[0-9a-f]{64}");
            assertThat(data.name()).isEqualTo("codes-8");
            assertThat(data.channels()).isEqualTo(4);
            assertThat(data.classNames()).containsExactly("0", "1", "2", "3", "4");
        }
    }

    @Test
    void halvesAndBigEndianAreTheSameValues() throws IOException {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            for (NpyType type : new NpyType[] {NpyType.FLOAT16, NpyType.FLOAT32}) {
                assertThat(content(LatentDataset.open(npy(latents(order, type)), 8, 1)))
                        .as(order + " " + type)
                        .isEqualTo(values());
            }
        }
    }

    @Test
    void theScaleMultipliesAndAnyChangeChangesTheFingerprint() throws IOException {
        Path file = parts(values());
        LatentDataset plain = LatentDataset.open(file, 8, 1);
        LatentDataset scaled = LatentDataset.open(file, 8, 0.5);
        float[] half = values();
        for (int i = 0; i < half.length; i++) {
            half[i] *= 0.5f;
        }
        assertThat(content(scaled)).isEqualTo(half);
        assertThat(scaled.fingerprint()).isNotEqualTo(plain.fingerprint());

        String before = plain.fingerprint();
        float[] changed = values();
        changed[changed.length - 1] += 1;
        assertThat(LatentDataset.open(parts(changed), 8, 1).fingerprint()).isNotEqualTo(before);
    }

    @Test
    void whatIsNotFiniteIsFoundBeforeAnythingRuns() throws IOException {
        float[] values = values();
        values[3 * LENGTH + 5] = Float.NaN;
        LatentDataset data = LatentDataset.open(parts(values), 8, 1);
        assertThatThrownBy(data::fingerprint)
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("latent 3 holds NaN");
    }

    @Test
    void anotherShapeTypeOrSizeIsRefused() throws IOException {
        NpyArray labels = NpyArray.of(LABELS, COUNT);
        NpyArray latents = NpyArray.of(values(), COUNT, 4, 8, 8);
        assertProblem(npz(NpyArray.of(values(), COUNT, 8, 4, 8), labels), "expected latents (N, C, S, S)");
        assertProblem(npz(NpyArray.of(values(), COUNT, 4, 64), labels), "expected latents (N, C, S, S)");
        assertProblem(npz(NpyArray.of(new float[0], 0, 4, 8, 8), NpyArray.of(new long[0], 0)), "expected latents");
        assertProblem(npz(NpyArray.of(new double[LENGTH], 1, 4, 8, 8), labels), "float16 (f2) or float32 (f4)");
        assertProblem(npz(NpyArray.of(new float[4 * 256], 1, 4, 16, 16), NpyArray.of(new long[1], 1)), "data.size: 16");
        assertProblem(npz(latents, NpyArray.of(new long[] {1}, 1)), "1 labels for 6 latents");
        assertProblem(npz(latents, NpyArray.of(new long[] {0, 0, 0, -1, 0, 0}, 6)), "label 3 is -1");
        assertProblem(npz(latents, NpyArray.of(new long[] {0, 1L << 40, 0, 0, 0, 0}, 6)), "label 1 is 1099511627776");
        assertProblem(npz(latents, NpyArray.of(new float[COUNT], COUNT)), "whole numbers");
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        Path file = folder.resolve("none.npz");
        Npz.write(file, Map.of("images", NpyArray.of(new float[1], 1)));
        assertProblem(file, "arr_0, latents or features", "[images]");
        assertProblem(folder.resolve("missing.npz"), "an .npz or .npy file");
        assertProblem(folder, "0 folders whose name ends in features");
        Path alone = npy(latents(ByteOrder.LITTLE_ENDIAN, NpyType.FLOAT32));
        Files.delete(folder.resolve("codes_labels.npy"));
        assertProblem(alone, "codes_labels.npy", "no such file");

        Path parts = parts(values());
        Files.delete(parts.resolve("x256_labels/9.npy"));
        assertProblem(parts, "9.npy", "in one of the two folders only");
    }

    @Test
    void everyDamagedPartIsNamedAtOnce() throws IOException {
        Path parts = parts(values());
        Files.writeString(parts.resolve("x256_features/9.npy"), "no array");
        byte[] whole = Files.readAllBytes(parts.resolve("x256_features/11.npy"));
        Files.write(parts.resolve("x256_features/11.npy"), Arrays.copyOf(whole, whole.length - 4));
        assertProblem(parts, "9.npy", "11.npy", "announces");
        Files.write(parts.resolve("x256_features/9.npy"), Files.readAllBytes(parts.resolve("x256_features/10.npy")));
        Files.write(parts.resolve("x256_features/11.npy"), whole);
        assertProblem(parts, "x256_labels", "1 labels for 2 latents");
        Npy.write(parts.resolve("x256_features/9.npy"), NpyArray.of(new float[256], 1, 1, 16, 16));
        assertProblem(parts, "make all alike");
    }

    /** A header may announce more than the file, memory or 2 GiB hold: that is said before anything is allocated. */
    @Test
    void giantHeadersAreRefused() throws IOException {
        Path file = npy(latents(ByteOrder.LITTLE_ENDIAN, NpyType.FLOAT32));
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        for (String shape : new String[] {"(900000000, 4, 8, 8), }", "(2000000000, 2000000000, 1024, 1024), }"}) {
            String padded = text.replaceFirst("\\(6, 4, 8, 8\\), \\}" + " ".repeat(shape.length() - 15), shape);
            Files.write(file, padded.getBytes(StandardCharsets.ISO_8859_1));
            assertProblem(file, "codes.npy");
        }
    }

    @Test
    void damagedFilesGiveClearErrorsOnly() throws IOException {
        Path packed = npz(latents(ByteOrder.LITTLE_ENDIAN, NpyType.FLOAT16), NpyArray.of(LABELS, COUNT));
        Path mapped = npy(latents(ByteOrder.LITTLE_ENDIAN, NpyType.FLOAT16));
        Random random = new Random(1);
        int refused = 0;
        for (Path file : new Path[] {packed, mapped}) {
            byte[] whole = Files.readAllBytes(file);
            Path mutant =
                    folder.resolve("mutant" + file.getFileName().toString().substring(5));
            Files.copy(
                    folder.resolve("codes_labels.npy"),
                    folder.resolve("mutant_labels.npy"),
                    StandardCopyOption.REPLACE_EXISTING);
            for (int i = 0; i < 1000; i++) {
                byte[] bytes = Arrays.copyOf(whole, i % 4 == 0 ? random.nextInt(whole.length) : whole.length);
                for (int j = 0; j < 3 && bytes.length > 0; j++) {
                    bytes[random.nextInt(Math.min(bytes.length, 300))] ^= (byte) (1 << random.nextInt(8));
                }
                Files.write(mutant, bytes);
                try {
                    LatentDataset.open(mutant, 8, 1).fingerprint();
                } catch (StudyException e) {
                    assertThat(e).hasMessageContaining("mutant");
                    refused++;
                }
            }
        }
        assertThat(refused).isGreaterThan(1000);
    }

    private static void assertProblem(Path path, String... words) {
        assertThatThrownBy(() -> LatentDataset.open(path, 8, 1))
                .isInstanceOf(StudyException.class)
                .hasMessageContainingAll(words);
    }
}
