package org.ditlab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.ditlab.study.StudyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sets of images from outside, good and bad. */
class ImageSetsTests {
    @TempDir
    private Path folder;

    private static byte[] all(ImageSet images) throws IOException {
        byte[] out = new byte[images.count() * 3 * images.height() * images.width()];
        images.read(0, images.count(), out);
        return out;
    }

    /** Channels last, as arrays and pictures have them. */
    private static byte[] interleaved(byte[] planar, int plane) {
        byte[] out = new byte[planar.length];
        for (int i = 0; i < out.length; i++) {
            int image = i / (3 * plane);
            out[i] = planar[image * 3 * plane + i % 3 * plane + i / 3 % plane];
        }
        return out;
    }

    private Path npz(String name, NpyArray... arrays) throws IOException {
        Map<String, NpyArray> named = new LinkedHashMap<>();
        for (int i = 0; i < arrays.length; i++) {
            named.put("arr_" + i, arrays[i]);
        }
        Path path = folder.resolve(name);
        Npz.write(path, named);
        return path;
    }

    private static byte[] random(int count, long seed) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] picture(String format, int type, int width, int height, long seed) throws IOException {
        BufferedImage image = new BufferedImage(width, height, type);
        Random random = new Random(seed);
        for (int i = 0; i < width * height; i++) {
            image.setRGB(i % width, i / width, random.nextInt());
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, out)).isTrue();
        return out.toByteArray();
    }

    private static void put(Path path, byte[] bytes) throws IOException {
        Files.createDirectories(path.getParent());
        Files.write(path, bytes);
    }

    private static void refused(Path path, String... words) {
        assertThatThrownBy(() -> {
                    try (ImageSet images = ImageSets.open(path)) {
                        ImageSets.check(images);
                    }
                })
                .isInstanceOf(StudyException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContainingAll(words);
    }

    @Test
    void arraysAreThoseThatWereSaved() throws IOException {
        JsonNode expected = MetricFixtures.json("formats/expected.json").get("samples");
        List<String> fingerprints = new ArrayList<>();
        try (Stream<Path> files = Files.list(MetricFixtures.file("formats"))) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("samples_"))
                    .toList()) {
                try (ImageSet images = ImageSets.open(file)) {
                    assertThat(new int[] {images.count(), images.height(), images.width()})
                            .containsExactly(IntStream.range(0, 3)
                                    .map(i -> expected.get("shape").get(i).asInt())
                                    .toArray());
                    byte[] pixels = interleaved(all(images), images.height() * images.width());
                    CRC32 crc = new CRC32();
                    crc.update(pixels);
                    assertThat(String.format("%08x", crc.getValue()))
                            .isEqualTo(expected.get("crc32").asText());
                    assertThat(pixels[0] & 0xff)
                            .isEqualTo(expected.get("first_pixels").get(0).asInt());
                    assertThat(ImageSets.check(images))
                            .singleElement()
                            .asString()
                            .contains("16x16");
                    images.labels()
                            .ifPresent(labels -> assertThat(labels)
                                    .isEqualTo(IntStream.range(0, labels.size())
                                            .mapToObj(i -> expected.get("labels")
                                                    .get(i)
                                                    .asText())
                                            .toList()));
                    if (images.labels().isPresent()) {
                        fingerprints.add(images.fingerprint());
                    }
                }
            }
        }
        // Stored and deflated.
        assertThat(fingerprints).hasSizeGreaterThan(1).containsOnly(fingerprints.get(0));
    }

    @Test
    void imagesBeyondFourGibibytes() throws IOException {
        Path path = folder.resolve("large.npz");
        int length = 3 * 256 * 256;
        byte[] last = random(length, 1);
        LargeNpz.write(path, last, 50_000, 256, 256, 3);
        assertThat(Files.size(path)).isGreaterThan(9_800_000_000L);
        byte[] out = new byte[2 * length];
        try (ImageSet images = ImageSets.open(path)) {
            assertThat(images.count()).isEqualTo(50_000);
            images.read(49_998, 2, out);
            // The last of the sample that is looked at is the last image; the others are black.
            assertThat(ImageSets.check(images)).isEmpty();
        }
        assertThat(Arrays.copyOf(out, length)).containsOnly(0);
        assertThat(interleaved(Arrays.copyOfRange(out, length, 2 * length), 256 * 256))
                .isEqualTo(last);
    }

    @Test
    void npyFilesAndNamedArrays() throws IOException {
        byte[] pixels = random(4 * 40 * 33 * 3, 2);
        Path path = folder.resolve("images.npy");
        Npy.write(path, NpyArray.of(pixels, 4, 40, 33, 3));
        Path other = npz("same.npz", NpyArray.of(pixels, 4, 40, 33, 3));
        try (ImageSet images = ImageSets.open(path);
                ImageSet same = ImageSets.open(other)) {
            assertThat(interleaved(all(images), 40 * 33)).isEqualTo(pixels);
            assertThat(images.height()).isEqualTo(40);
            assertThat(images.labels()).isEmpty();
            assertThat(images.fingerprint()).isEqualTo(same.fingerprint());
        }
        Path two = folder.resolve("two.npz");
        NpyArray array = NpyArray.of(pixels, 4, 40, 33, 3);
        Npz.write(two, Map.of("real", array, "fake", array));
        refused(two, "which array", "real", "fake", "numpy.savez");
    }

    @Test
    void wrongRangesAndTypes() throws IOException {
        float[] unit = new float[2 * 8 * 8 * 3];
        float[] signed = unit.clone();
        float[] wide = unit.clone();
        float[] broken = unit.clone();
        double[] odd = new double[unit.length];
        Random random = new Random(3);
        for (int i = 0; i < unit.length; i++) {
            unit[i] = random.nextFloat();
            signed[i] = 2 * unit[i] - 1;
            wide[i] = 255 * unit[i];
            broken[i] = i == 100 ? Float.NaN : unit[i];
            odd[i] = 1e6 * unit[i];
        }
        int[] shape = {2, 8, 8, 3};
        refused(npz("a.npz", NpyArray.of(unit, shape)), "f4 (2, 8, 8, 3)", "(x * 255).round().astype(np.uint8)");
        refused(npz("b.npz", NpyArray.of(signed, shape)), "((x + 1) * 127.5)");
        refused(npz("c.npz", NpyArray.of(wide, shape)), "x.round().clip(0, 255).astype(np.uint8)");
        refused(npz("d.npz", NpyArray.of(broken, shape)), "NaN");
        refused(npz("e.npz", NpyArray.of(odd, shape)), "none of 0..1, -1..1 and 0..255");
        refused(npz("f.npz", NpyArray.of(new long[unit.length], shape)), "expected uint8");
        byte[] bits = random(unit.length, 4);
        for (int i = 0; i < bits.length; i++) {
            bits[i] &= 1;
        }
        refused(npz("g.npz", NpyArray.of(bits, shape)), "0 or 1");
        refused(npz("h.npz", NpyArray.of(new byte[bits.length], shape)), "bytes are all 0");
        Path npy = folder.resolve("i.npy");
        Npy.write(npy, NpyArray.of(unit, shape));
        refused(npy, "(x * 255)");
    }

    @Test
    void wrongAxes() throws IOException {
        refused(npz("a.npz", NpyArray.of(random(2 * 3 * 8 * 8, 1), 2, 3, 8, 8)), "x.transpose(0, 2, 3, 1)");
        refused(npz("b.npz", NpyArray.of(random(2 * 8 * 8, 1), 2, 8, 8, 1)), "np.repeat(x, 3, axis=-1)");
        refused(npz("c.npz", NpyArray.of(random(2 * 4 * 8 * 8, 1), 2, 8, 8, 4)), "x[..., :3]");
        refused(npz("d.npz", NpyArray.of(random(2 * 8 * 8, 1), 2, 8, 8)), "np.repeat(x[..., None], 3, axis=-1)");
        refused(npz("e.npz", NpyArray.of(new byte[0], 0, 8, 8, 3)), "an empty set");
        refused(npz("f.npz", NpyArray.of(random(2 * 8 * 8 * 5, 1), 2, 8, 8, 5)), "5 channels");
        refused(npz("g.npz", NpyArray.of(new double[] {1, 2}, 2)), "expected four axes");
        // All problems at once.
        refused(
                npz("h.npz", NpyArray.of(new float[2 * 3 * 8 * 8], 2, 3, 8, 8)),
                "expected uint8",
                "x.transpose(0, 2, 3, 1)");
    }

    @Test
    void labelsThatAreNone() throws IOException {
        NpyArray images = NpyArray.of(random(2 * 40 * 40 * 3, 1), 2, 40, 40, 3);
        try (ImageSet set = ImageSets.open(npz("a.npz", images, NpyArray.of(new float[2], 2)))) {
            assertThat(set.labels()).isEmpty();
            assertThat(ImageSets.check(set)).singleElement().asString().contains("arr_1 f4 (2) is passed over");
        }
        refused(npz("b.npz", images, NpyArray.of(new long[] {1, -2}, 2)), "label 1 is -2");
    }

    @Test
    void foldersAndZips() throws IOException {
        Path root = folder.resolve("set");
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("b/2.png", picture("png", BufferedImage.TYPE_INT_RGB, 40, 36, 2));
        files.put("a/deep/1.png", picture("png", BufferedImage.TYPE_INT_RGB, 40, 36, 1));
        files.put("b/3.bmp", picture("bmp", BufferedImage.TYPE_INT_RGB, 40, 36, 3));
        files.put("b/4.jpg", picture("jpg", BufferedImage.TYPE_INT_RGB, 40, 36, 4));
        files.put("b/notes.txt", new byte[10]);
        Path zip = folder.resolve("set.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                put(root.resolve(file.getKey()), file.getValue());
                out.putNextEntry(new ZipEntry("top/" + file.getKey()));
                out.write(file.getValue());
            }
        }
        try (ImageSet images = ImageSets.open(root);
                ImageSet zipped = ImageSets.open(zip)) {
            assertThat(images.count()).isEqualTo(4);
            assertThat(images.width()).isEqualTo(40);
            assertThat(images.labels())
                    .hasValueSatisfying(labels -> assertThat(labels).containsExactly("a", "b", "b", "b"));
            assertThat(ImageSets.check(images)).isEmpty();
            byte[] pixels = all(images);
            assertThat(all(zipped)).isEqualTo(pixels);
            assertThat(zipped.fingerprint()).isEqualTo(images.fingerprint());
            int plane = 40 * 36;
            Random first = new Random(1);
            int rgb = first.nextInt();
            assertThat(new int[] {pixels[0] & 0xff, pixels[plane] & 0xff, pixels[2 * plane] & 0xff})
                    .containsExactly(rgb >> 16 & 0xff, rgb >> 8 & 0xff, rgb & 0xff);
            String before = images.fingerprint();
            put(root.resolve("a/deep/1.png"), picture("png", BufferedImage.TYPE_INT_RGB, 40, 36, 9));
            try (ImageSet changed = ImageSets.open(root)) {
                assertThat(changed.fingerprint()).isNotEqualTo(before);
            }
        }
    }

    @Test
    void grayAndPaletteFilesAreNoted() throws IOException {
        Path root = folder.resolve("gray");
        put(root.resolve("a.png"), picture("png", BufferedImage.TYPE_BYTE_GRAY, 40, 40, 1));
        put(root.resolve("b.gif"), picture("gif", BufferedImage.TYPE_BYTE_INDEXED, 40, 40, 2));
        put(root.resolve("c.png"), picture("png", BufferedImage.TYPE_INT_ARGB, 40, 40, 3));
        put(root.resolve("d.jpg"), picture("jpg", BufferedImage.TYPE_BYTE_GRAY, 40, 40, 4));
        try (ImageSet images = ImageSets.open(root)) {
            assertThat(ImageSets.check(images))
                    .anySatisfy(note -> assertThat(note).contains("2 images are gray (a.png)"))
                    .anySatisfy(note -> assertThat(note).contains("palette (b.gif)"))
                    .anySatisfy(note -> assertThat(note).contains("transparency (c.png)"));
            byte[] gray = Arrays.copyOf(all(images), 3 * 1600);
            assertThat(Arrays.copyOfRange(gray, 1600, 3200)).isEqualTo(Arrays.copyOf(gray, 1600));
            assertThat(images.labels()).isEmpty();
        }
    }

    @Test
    void badFolders() throws IOException {
        Path root = folder.resolve("mixed");
        for (int i = 0; i < 5; i++) {
            put(root.resolve(i + ".png"), picture("png", BufferedImage.TYPE_INT_RGB, 20, 20 + i / 4, i));
        }
        refused(root, "4 of 20x20 (0.png)", "1 of 20x21 (4.png)");
        Path empty = Files.createDirectories(folder.resolve("empty"));
        refused(empty, "holds no images");
        put(empty.resolve("a.txt"), new byte[3]);
        refused(empty, "1 other files");
        refused(folder.resolve("none.npz"), "there is no such file");
        Path text = folder.resolve("text.npz");
        Files.writeString(text, "hello world");
        refused(text, "neither .npz, .npy nor zip");
    }

    /** Wherever a picture is damaged, it is named before the run. */
    @Test
    void corruptPicturesAreNamed() throws IOException {
        for (String format : List.of("png", "jpg", "bmp", "gif")) {
            byte[] good = picture(format, BufferedImage.TYPE_INT_RGB, 40, 40, 1);
            Path root = folder.resolve(format);
            for (int i = 0; i < 30; i++) {
                put(root.resolve("good" + i + "." + format), good);
            }
            for (int length : new int[] {0, 5, 30, good.length / 2, good.length - 100}) {
                put(root.resolve("bad." + format), Arrays.copyOf(good, length));
                refused(root, "image bad." + format + " cannot be read", "replace or delete it");
            }
            for (int i = 0; i < 15; i++) {
                put(root.resolve("bad" + i + "." + format), new byte[] {1, 2, 3});
            }
            refused(root, "bad0." + format, "... and 6 more files");
        }
    }

    @Test
    void damagedPicturesAreReadOrRefused() throws IOException {
        int refused = 0;
        int mutants = 0;
        for (String format : List.of("png", "jpg", "bmp", "gif")) {
            byte[] valid = picture(format, BufferedImage.TYPE_INT_RGB, 20, 20, 1);
            Random random = new Random(format.hashCode());
            for (int i = 0; i < 120; i++) {
                byte[] bytes = valid.clone();
                for (int times = random.nextInt(4); times >= 0; times--) {
                    int at = random.nextInt(random.nextBoolean() ? 64 : bytes.length - 4);
                    bytes[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) (bytes[at] ^ 0x80);
                }
                mutants++;
                put(folder.resolve("mutant/image." + format), bytes);
                try (ImageSet images = ImageSets.open(folder.resolve("mutant"))) {
                    ImageSets.check(images);
                } catch (StudyException e) {
                    assertThat(e.getMessage()).contains("mutant").hasSizeLessThan(1000);
                    refused++;
                }
            }
            Files.delete(folder.resolve("mutant/image." + format));
        }
        assertThat(refused).isBetween(mutants / 8, mutants - 1);
    }

    /** A palette that is said to have 2 GiB, and a JPEG whose head goes on without end in a small zip. */
    @Test
    void headsThatLieAreRefused() throws IOException {
        byte[] png = picture("png", BufferedImage.TYPE_BYTE_INDEXED, 20, 20, 1);
        int palette = new String(png, StandardCharsets.ISO_8859_1).indexOf("PLTE");
        png[palette - 4] = 0x7f;
        put(folder.resolve("lie/a.png"), png);
        refused(folder.resolve("lie"), "a.png cannot be read");
        Path zip = folder.resolve("endless.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("a.jpg"));
            out.write(new byte[] {(byte) 0xff, (byte) 0xd8});
            byte[] fill = new byte[1 << 20];
            Arrays.fill(fill, (byte) 0xff);
            for (int i = 0; i < 100; i++) {
                out.write(fill);
            }
        }
        refused(zip, "a.jpg cannot be read");
    }

    @Test
    void otherPictureFormatsAreNoted() throws IOException {
        put(folder.resolve("other/a.png"), picture("png", BufferedImage.TYPE_INT_RGB, 40, 40, 1));
        put(folder.resolve("other/b.webp"), new byte[9]);
        try (ImageSet images = ImageSets.open(folder.resolve("other"))) {
            assertThat(ImageSets.check(images)).singleElement().asString().contains("b.webp", "passed over");
        }
    }

    @Test
    void truncatedArchivesAreRefused() throws IOException {
        for (String name : List.of("samples_stored.npz", "samples_deflated.npz", "reference_stats.npz")) {
            byte[] valid = Files.readAllBytes(MetricFixtures.file("formats/" + name));
            Random random = new Random(7);
            for (int i = 0; i < 60; i++) {
                Path path = Files.write(folder.resolve("cut.npz"), Arrays.copyOf(valid, random.nextInt(valid.length)));
                refused(path, "cut.npz");
            }
        }
    }

    /** A member that unpacks to more than it announces, or announces more than it could unpack to. */
    @Test
    void bombsAreRefused() throws IOException {
        Path path = folder.resolve("bomb.npz");
        try (OutputStream file = Files.newOutputStream(path);
                ZipOutputStream zip = new ZipOutputStream(file)) {
            zip.putNextEntry(new ZipEntry("arr_0.npy"));
            zip.write(NpyHeader.write(NpyArray.of(new byte[3 * 64], 1, 8, 8, 3)));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 64; i++) {
                zip.write(zeros);
            }
        }
        refused(path, "header announces 192 bytes");
        byte[] bytes = Files.readAllBytes(path);
        byte[] lie = bytes.clone();
        // The announced length, in the directory and behind the data, becomes that of the header.
        byte[] real = {0, 0, 0, 0};
        long length = 64L * (1 << 20) + 128;
        for (int i = 0; i < 4; i++) {
            real[i] = (byte) (length >> 8 * i);
        }
        for (int i = 0; i + 4 <= lie.length; i++) {
            if (Arrays.equals(lie, i, i + 4, real, 0, 4)) {
                lie[i] = (byte) (192 + 128);
                lie[i + 1] = 1;
                lie[i + 2] = 0;
                lie[i + 3] = 0;
            }
        }
        refused(Files.write(folder.resolve("lie.npz"), lie), "arr_0.npy cannot be read");
    }

    @Test
    void manyMembersAreListedShort() throws IOException {
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        for (int i = 0; i < 5000; i++) {
            arrays.put("a" + i, NpyArray.of(new double[] {i}, 1));
        }
        Path path = folder.resolve("many.npz");
        Npz.write(path, arrays);
        assertThatThrownBy(() -> ImageSets.open(path))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("holds no images")
                .hasMessageContaining("and 4990 more")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(600));
    }

    @Test
    void damagedArchivesAreReadOrRefused() throws IOException {
        int refused = 0;
        int mutants = 0;
        for (String name : List.of("samples_stored.npz", "samples_deflated.npz", "samples_named.npz")) {
            byte[] valid = Files.readAllBytes(MetricFixtures.file("formats/" + name));
            Random random = new Random(name.hashCode());
            for (int i = 0; i < 200; i++) {
                byte[] bytes = valid.clone();
                for (int times = random.nextInt(3); times >= 0; times--) {
                    // Heads and the directory, where lengths and offsets stand.
                    int at = random.nextBoolean() ? random.nextInt(200) : bytes.length - 1 - random.nextInt(300);
                    bytes[at] = random.nextBoolean()
                            ? (byte) random.nextInt()
                            : (byte) (bytes[at] ^ 1 << random.nextInt(8));
                }
                mutants++;
                try (ImageSet images = ImageSets.open(Files.write(folder.resolve("mutant.npz"), bytes))) {
                    ImageSets.check(images);
                    images.fingerprint();
                } catch (StudyException e) {
                    assertThat(e.getMessage()).contains("mutant.npz");
                    refused++;
                }
            }
        }
        assertThat(refused).isBetween(mutants / 4, mutants - 1);
    }
}
