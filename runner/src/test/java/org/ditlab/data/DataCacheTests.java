package org.ditlab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.ditlab.study.StudyException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DataCacheTests {
    private static final int SIZE = 4;
    private static final int LENGTH = 3 * SIZE * SIZE;

    private Path temporary;
    private Path pictures;
    private DataCache cache;

    @BeforeEach
    @BeforeTry
    void makeData() throws IOException {
        temporary = Files.createTempDirectory("ditlab-cache");
        pictures = temporary.resolve("pictures");
        for (String type : List.of("a", "b")) {
            Files.createDirectories(pictures.resolve(type));
            for (int i = 0; i < 10; i++) {
                picture(type + "/" + i + ".png", type.hashCode() * 1000 + i);
            }
        }
        cache = DataCache.at(temporary.resolve("cache"));
    }

    @AfterEach
    @AfterTry
    void removeData() throws IOException {
        try (Stream<Path> paths = Files.walk(temporary)) {
            for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }

    @Test
    void whatIsKeptIsWhatIsDecoded() throws IOException {
        List<String> decoded = images(open(DataCache.none()));

        assertThat(images(open(cache))).isEqualTo(decoded).hasSize(20);
        assertThat(images(open(cache))).isEqualTo(decoded);
        assertThat(files(".records")).hasSize(1);
        assertThat(files(".partial")).isEmpty();
        assertThat(open(cache).fingerprint()).isEqualTo(open(DataCache.none()).fingerprint());
        assertThat(open(cache).classNames()).containsExactly("a", "b");
    }

    @Test
    void aSourceIsKnownByItsStampOnceThatIsSettled() {
        SourceStamp stamp = new SourceStamp("b".repeat(64), true);
        DataCache.Known known = new DataCache.Known("a".repeat(64), List.of("one.png cannot be read:\nwhy"));

        cache.note("source", Optional.of(stamp), known);

        assertThat(cache.known("source", Optional.of(stamp)).orElseThrow())
                .isEqualTo(new DataCache.Known(known.fingerprint(), List.of("one.png cannot be read: why")));
        assertThat(cache.known("source", Optional.of(new SourceStamp("c".repeat(64), true))))
                .isEmpty();
        assertThat(cache.known("another", Optional.of(stamp))).isEmpty();
        cache.note("fresh", Optional.of(new SourceStamp("b".repeat(64), false)), known);
        assertThat(cache.known("fresh", Optional.of(stamp))).isEmpty();
    }

    @Test
    void stampsTellEveryChangeAndAreNotTrustedWhileFilesAreFresh() throws IOException {
        Path file = pictures.resolve("a/1.png");
        SourceStamp fresh = SourceStamp.of(pictures);
        assertThat(fresh.settled()).isFalse();
        assertThat(SourceStamp.of(pictures)).isEqualTo(fresh);

        byte[] other = Files.readAllBytes(file);
        FileTime time = Files.getLastModifiedTime(file);
        other[other.length - 1] ^= 1;
        Files.write(file, other);
        Files.setLastModifiedTime(file, FileTime.fromMillis(time.toMillis() - 10_000));
        SourceStamp older = SourceStamp.of(pictures);
        assertThat(older.hash()).isNotEqualTo(fresh.hash());
        Files.createDirectory(pictures.resolve("c"));
        assertThat(SourceStamp.of(pictures).hash()).isNotEqualTo(older.hash());
    }

    @Test
    void changedDataAreOtherData() throws IOException {
        List<String> before = images(open(cache));
        picture("a/1.png", 0x123456);

        assertThat(images(open(cache))).isNotEqualTo(before).isEqualTo(images(open(DataCache.none())));
        assertThat(files(".records")).hasSize(2);
    }

    /** Wherever a file of the cache is cut or changed, the images are right. */
    @Property(tries = 60)
    void damagedFilesAreBuiltAnew(
            @ForAll @IntRange(max = 2000) int place,
            @ForAll @IntRange(min = 1, max = 255) int change,
            @ForAll boolean cut)
            throws IOException {
        List<String> right = images(open(cache));
        Path file = files(".records").get(0);
        byte[] bytes = Files.readAllBytes(file);
        int at = place % bytes.length;
        if (cut) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(at);
            }
        } else {
            bytes[at] ^= (byte) change;
            Files.write(file, bytes);
        }

        assertThat(images(open(cache))).isEqualTo(right);
        assertThat(images(open(cache))).isEqualTo(right);
    }

    @Test
    void aRebuildIsSaid() throws IOException {
        open(cache);
        Path file = files(".records").get(0);
        Files.write(file, new byte[] {1});
        // As large as before, so that the cache is asked.
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1}), 2000);
        }

        assertThat(open(cache).notes()).hasSize(1);
        assertThat(open(cache).notes()).isEmpty();
    }

    @Test
    void damageThatComesLaterIsFoundWhenItIsRead() throws IOException {
        ImageFolderDataset data = open(cache);
        Path file = files(".records").get(0);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {77, 78}), CachedRecords.START + LENGTH);
        }

        data.read(0, new byte[LENGTH], 0);
        assertThatThrownBy(() -> data.read(1, new byte[LENGTH], 0))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("run again");
        assertThat(file).doesNotExist();
    }

    @Test
    void severalAtOnceBuildOneCache() throws Exception {
        List<String> right = images(open(DataCache.none()));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<List<String>> work = () -> images(open(DataCache.at(temporary.resolve("cache"))));
            for (Future<List<String>> read : threads.invokeAll(List.of(work, work, work, work))) {
                assertThat(read.get()).isEqualTo(right);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(files(".records")).hasSize(1);
    }

    @Test
    void whatKilledProcessesLeftIsRemovedOnceItIsOld() throws IOException {
        Path directory = Files.createDirectories(cache.directory().orElseThrow());
        Path old = Files.write(directory.resolve("1.partial"), new byte[9]);
        Files.setLastModifiedTime(old, FileTime.fromMillis(0));
        Path fresh = Files.write(directory.resolve("2.partial"), new byte[9]);

        open(cache);

        assertThat(old).doesNotExist();
        assertThat(fresh).exists();
        Files.delete(fresh);
    }

    /** A file where the directory should be stands for every reason not to write. */
    @Test
    void withoutRoomImagesAreDecodedIntoMemoryWithAWord() throws IOException {
        Path blocked = Files.write(temporary.resolve("blocked"), new byte[1]);

        ImageFolderDataset data = open(DataCache.at(blocked.resolve("cache")));

        assertThat(images(data)).isEqualTo(images(open(DataCache.none())));
        assertThat(data.notes()).hasSize(1);
        assertThat(data.notes().get(0)).contains("cannot be written", "DITLAB_CACHE");
    }

    @Test
    void damagedImagesMayBeLeftOut() throws IOException {
        List<String> all = images(open(cache));
        Files.write(pictures.resolve("a/3.png"), new byte[] {1, 2});
        Files.write(pictures.resolve("b/7.png"), new byte[0]);

        assertThatThrownBy(() -> open(cache))
                .hasMessageContaining("a/3.png")
                .hasMessageContaining("b/7.png")
                .hasMessageContaining("data.corrupt: skip");
        for (DataCache one : List.of(cache, cache, DataCache.none())) {
            ImageFolderDataset some = ImageFolderDataset.open(pictures, SIZE, Split.TRAIN, Corrupt.SKIP, one);
            ImageFolderDataset held = ImageFolderDataset.open(pictures, SIZE, Split.TEST, Corrupt.SKIP, one);
            assertThat(some.size() + held.size()).isEqualTo(18);
            assertThat(some.notes()).hasSize(1);
            assertThat(some.notes().get(0))
                    .contains("2 damaged images are left out: ")
                    .containsSubsequence("a/3.png", "b/7.png");
            assertThat(all).containsAll(some(some));
        }
        for (int i = 0; i < 10; i++) {
            Files.write(pictures.resolve("b/" + i + ".png"), new byte[1]);
        }
        assertThatThrownBy(() -> ImageFolderDataset.open(pictures, SIZE, Split.TRAIN, Corrupt.SKIP, cache))
                .hasMessageContaining("class b has no image left");
    }

    @Test
    void theEnvironmentNamesThePlace() {
        assertThat(DataCache.of(Map.of("DITLAB_CACHE", "/big/disk"), "/home/x").directory())
                .contains(Path.of("/big/disk"));
        assertThat(DataCache.of(Map.of("DITLAB_CACHE", "none"), "/home/x").directory())
                .isEmpty();
        assertThat(DataCache.of(Map.of("XDG_CACHE_HOME", "/fast"), "/home/x").directory())
                .contains(Path.of("/fast/ditlab"));
        assertThat(DataCache.of(Map.of("XDG_CACHE_HOME", "relative"), "/home/x").directory())
                .contains(Path.of("/home/x/.cache/ditlab"));
    }

    private ImageFolderDataset open(DataCache one) throws IOException {
        return ImageFolderDataset.open(pictures, SIZE, Split.TRAIN, Corrupt.REFUSE, one);
    }

    private List<String> images(ImageFolderDataset train) throws IOException {
        List<String> images = some(train);
        images.addAll(some(ImageFolderDataset.open(pictures, SIZE, Split.TEST, Corrupt.REFUSE, DataCache.none())));
        return images;
    }

    private static List<String> some(ImageDataset data) {
        List<String> images = new ArrayList<>();
        byte[] out = new byte[LENGTH];
        for (int i = 0; i < data.size(); i++) {
            data.read(i, out, 0);
            images.add(data.label(i) + Arrays.toString(out));
        }
        return images;
    }

    private List<Path> files(String ending) throws IOException {
        try (Stream<Path> paths = Files.list(cache.directory().orElseThrow())) {
            return paths.filter(path -> path.toString().endsWith(ending)).toList();
        }
    }

    private void picture(String name, int colour) throws IOException {
        BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
        image.setRGB(1, 2, colour);
        image.setRGB(0, 0, 7 * colour);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        Files.write(pictures.resolve(name), out.toByteArray());
    }
}
