package org.ditlab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.ditlab.study.StudyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MNIST's and CIFAR's files, sound and hostile. */
class RecordFilesTests {
    private static final int IMAGE = 3072;

    @TempDir
    Path folder;

    @Test
    void mnistIsReadPackedAndUnpacked() throws IOException {
        byte[] train = idx(new int[] {7, 8, 8}, 1);
        byte[] test = idx(new int[] {3, 8, 8}, 2);
        put("train-images-idx3-ubyte.gz", packed(train));
        put("train-labels-idx1-ubyte", labels(0, 4, 2, 1, 4, 0, 3));
        put("t10k-images-idx3-ubyte", test);
        put("t10k-labels-idx1-ubyte.gz", packed(labels(4, 0, 1)));

        ImageFolderDataset data = open(8, Split.TRAIN);
        ImageFolderDataset held = open(8, Split.TEST);

        assertThat(data.size()).isEqualTo(7);
        assertThat(held.size()).isEqualTo(3);
        assertThat(data.classNames()).containsExactly("0", "1", "2", "3", "4");
        assertThat(data.label(1)).isEqualTo(4);
        assertThat(held.label(2)).isEqualTo(1);
        for (int channel = 0; channel < 3; channel++) {
            assertThat(Arrays.copyOfRange(read(data, 6), 64 * channel, 64 * channel + 64))
                    .isEqualTo(Arrays.copyOfRange(train, 16 + 6 * 64, 16 + 7 * 64));
        }
        assertThat(open(16, Split.TRAIN).fingerprint()).isNotEqualTo(data.fingerprint());
        Files.delete(folder.resolve("train-images-idx3-ubyte.gz"));
        put("train-images-idx3-ubyte", train);
        assertThat(open(8, Split.TRAIN).fingerprint()).isEqualTo(data.fingerprint());
    }

    @Test
    void tribuosReaderAndTheStreamGiveTheSame() throws IOException {
        put("train-images-idx3-ubyte", idx(new int[] {40, 5, 9}, 3));
        put("train-labels-idx1-ubyte", labels(new Random(4).ints(40, 0, 256).toArray()));
        IdxFile images = IdxFile.look(folder.resolve("train-images-idx3-ubyte")).orElseThrow();
        IdxFile labels = IdxFile.look(folder.resolve("train-labels-idx1-ubyte")).orElseThrow();
        byte[] classes = labels.labels();

        Iterator<RawImage> ours = new IdxSource.Reader(images, images.body(), classes);
        Iterator<RawImage> tribuos = TribuoImages.read(images, labels);

        for (int i = 0; i < 40; i++) {
            RawImage one = ours.next();
            RawImage other = tribuos.next();
            assertThat(other.bytes()).isEqualTo(one.bytes());
            assertThat(other.label()).isEqualTo(one.label()).isEqualTo(classes[i] & 0xff);
            assertThat(other.name()).isEqualTo(one.name());
        }
        assertThat(ours.hasNext()).isFalse();
        assertThat(tribuos.hasNext()).isFalse();
    }

    @Test
    void damagedMnistIsRefusedByName() throws IOException {
        byte[] images = idx(new int[] {4, 8, 8}, 1);
        for (String split : List.of("train", "t10k")) {
            put(split + "-images-idx3-ubyte", images);
            put(split + "-labels-idx1-ubyte", labels(0, 1, 2, 3));
        }
        assertThat(open(8, Split.TRAIN).size()).isEqualTo(4);

        assertRefused("train-images-idx3-ubyte", Arrays.copyOf(images, images.length - 1), "announces 272 bytes");
        assertRefused("train-images-idx3-ubyte", Arrays.copyOf(images, images.length + 1), "announces 272 bytes");
        assertRefused("train-images-idx3-ubyte", head(0x803, 2_000_000_000, 4096, 4096), "announces");
        assertRefused("train-images-idx3-ubyte", head(0x803, -1, 8, 8), "axis 0");
        assertRefused("train-images-idx3-ubyte", head(0xd03, 4, 8, 8), "type 13");
        assertRefused("train-labels-idx1-ubyte", labels(0, 1, 2), "3 labels for 4 images");
        assertRefused("t10k-images-idx3-ubyte", idx(new int[] {4, 4, 4}, 1), "belong together");
        Files.delete(folder.resolve("train-images-idx3-ubyte"));
        byte[] packed = packed(images);
        assertRefused("train-images-idx3-ubyte.gz", Arrays.copyOf(packed, packed.length / 2), "ends early");
        packed[packed.length - 6] ^= 1;
        assertRefused("train-images-idx3-ubyte.gz", packed, "damaged");
        assertRefused("train-images-idx3-ubyte.gz", packed(Arrays.copyOf(images, 300)), "does not hold");
        assertRefused("train-images-idx3-ubyte.gz", packed(head(0x803, 2_000_000_000, 4096, 4096)), "announces");
        Files.delete(folder.resolve("train-images-idx3-ubyte.gz"));
        assertThatThrownBy(() -> open(8, Split.TRAIN)).hasMessageContaining("missing");
    }

    @Test
    void cifar10IsReadWithItsNames() throws IOException {
        put("data_batch_1.bin", cifar(1, 3, 9, 0));
        put("data_batch_2.bin", cifar(1, 1));
        put("test_batch.bin", cifar(1, 2, 7));
        put("batches.meta.txt", "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n".getBytes());

        ImageFolderDataset data = open(32, Split.TRAIN);

        assertThat(data.size()).isEqualTo(4);
        assertThat(data.classNames()).hasSize(10).startsWith("airplane");
        assertThat(List.of(data.label(0), data.label(1), data.label(2), data.label(3)))
                .containsExactly(3, 9, 0, 1);
        assertThat(read(data, 1)).isEqualTo(Arrays.copyOfRange(cifar(1, 3, 9), 3074, 6146));
        assertThat(open(32, Split.TEST).label(1)).isEqualTo(7);
    }

    @Test
    void cifar100HasFineLabels() throws IOException {
        put("train.bin", cifar(2, 99, 5));
        put("test.bin", cifar(2, 42));
        put("fine_label_names.txt", "apple\n".repeat(100).getBytes());

        ImageFolderDataset data = open(32, Split.TRAIN);

        assertThat(data.classNames()).hasSize(100);
        assertThat(data.label(0)).isEqualTo(99);
        assertThat(open(32, Split.TEST).label(0)).isEqualTo(42);
    }

    @Test
    void damagedCifarIsRefusedByNameAndWrongLabelsMayBeSkipped() throws IOException {
        put("data_batch_1.bin", cifar(1, 0, 10, 2, 255));
        put("test_batch.bin", cifar(1, 1, 2));
        assertThatThrownBy(() -> open(32, Split.TRAIN))
                .hasMessageContaining("data_batch_1.bin number 1 cannot be read: its label is 10")
                .hasMessageContaining("data_batch_1.bin number 3 cannot be read: its label is 255");
        put("data_batch_2.bin", cifar(1, 1, 3, 4, 5, 6, 7, 8, 9));
        ImageFolderDataset data = ImageFolderDataset.open(folder, 32, Split.TRAIN, Corrupt.SKIP, DataCache.none());
        assertThat(data.size()).isEqualTo(10);
        assertThat(data.notes()).hasSize(1);
        assertThat(data.notes().get(0)).contains("2 damaged images are left out", "number 1");

        assertRefused("data_batch_1.bin", Arrays.copyOf(cifar(1, 0, 1), 6000), "6000 bytes");
        Files.delete(folder.resolve("data_batch_1.bin"));
        Files.delete(folder.resolve("data_batch_2.bin"));
        put("data_batch_1", new byte[9]);
        assertThatThrownBy(() -> open(32, Split.TRAIN)).hasMessageContaining("version for Python");
    }

    /** Whatever stands in the files: images, or an error that names one of them. */
    @Property(tries = 300)
    void anyBytesAreImagesOrAnErrorOfTheUsers(
            @ForAll @Size(max = 40) byte[] bytes, @ForAll @IntRange(max = 16) int kept, @ForAll boolean pack)
            throws IOException {
        Path place = Files.createTempDirectory("ditlab-idx");
        byte[] sound = idx(new int[] {2, 2, 2}, 1);
        byte[] fuzzed = new byte[Math.min(kept, sound.length) + bytes.length];
        System.arraycopy(sound, 0, fuzzed, 0, fuzzed.length - bytes.length);
        System.arraycopy(bytes, 0, fuzzed, fuzzed.length - bytes.length, bytes.length);
        Path file = Files.write(place.resolve("train-images-idx3-ubyte"), pack ? packed(fuzzed) : fuzzed);
        List<RawImage> read = new ArrayList<>();
        Throwable problem = catchThrowable(() -> {
            IdxFile idx = IdxFile.look(file).orElse(null);
            if (idx != null && idx.images()) {
                new IdxSource.Reader(idx, idx.body(), new byte[idx.count()]).forEachRemaining(read::add);
            }
        });
        Files.delete(file);
        Files.delete(place);
        if (problem == null) {
            assertThat(read).allMatch(image -> image.place().startsWith("train-images-idx3-ubyte"));
        } else {
            assertThat(problem).isInstanceOf(StudyException.class).hasMessageContaining("train-images-idx3-ubyte");
        }
    }

    private void assertRefused(String name, byte[] content, String words) throws IOException {
        Path file = folder.resolve(name);
        byte[] before = Files.exists(file) ? Files.readAllBytes(file) : null;
        put(name, content);
        assertThatThrownBy(() -> open(name.contains("batch") ? 32 : 8, Split.TRAIN))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining(folder.getFileName().toString())
                .hasMessageContaining(words);
        if (before != null) {
            Files.write(file, before);
        }
    }

    private ImageFolderDataset open(int size, Split split) throws IOException {
        return ImageFolderDataset.open(folder, size, split, Corrupt.REFUSE, DataCache.none());
    }

    private void put(String name, byte[] content) throws IOException {
        Files.write(folder.resolve(name), content);
    }

    private static byte[] read(ImageDataset data, int index) {
        byte[] out = new byte[3 * data.height() * data.width()];
        data.read(index, out, 0);
        return out;
    }

    private static byte[] head(int... numbers) {
        ByteBuffer head = ByteBuffer.allocate(4 * numbers.length);
        Arrays.stream(numbers).forEach(head::putInt);
        return head.array();
    }

    /** Sparse images, as digits are. */
    private static byte[] idx(int[] shape, long seed) {
        int elements = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        ByteBuffer file = ByteBuffer.allocate(16 + elements).putInt(0x803);
        Arrays.stream(shape).forEach(file::putInt);
        Random random = new Random(seed);
        for (int i = 0; i < elements; i++) {
            file.put((byte) (random.nextInt(3) == 0 ? random.nextInt(256) : 0));
        }
        return file.array();
    }

    private static byte[] labels(int... labels) {
        ByteBuffer file = ByteBuffer.allocate(8 + labels.length).putInt(0x801).putInt(labels.length);
        Arrays.stream(labels).forEach(label -> file.put((byte) label));
        return file.array();
    }

    private static byte[] cifar(int before, int... labels) {
        ByteBuffer file = ByteBuffer.allocate(labels.length * (before + IMAGE));
        Random random = new Random(1);
        for (int label : labels) {
            byte[] image = new byte[IMAGE];
            random.nextBytes(image);
            file.put(new byte[before - 1]).put((byte) label).put(image);
        }
        return file.array();
    }

    private static byte[] packed(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
