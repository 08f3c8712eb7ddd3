package org.ditlab.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.ditlab.data.MetricFixtures;
import org.ditlab.fixtures.Fixtures;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Valid files with seeded damage: each is read or refused with a clear error, and takes no memory beyond its size. */
class WeightFileFuzzTests {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What a file of any size may take: buffers, the zip directory, the JSON parser. */
    private static final long FIXED = 2 << 20;

    /** Values are widened to float32, and a pickle's values are objects. */
    private static final long PER_BYTE = 32;

    /** Lengths, counts and offsets at the borders of what fits. */
    private static final long[] BORDERS = {
        0,
        1,
        -1,
        127,
        128,
        255,
        256,
        65535,
        65536,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 32,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    @TempDir
    private Path folder;

    /** Loads the classes, whose memory is not a file's. */
    @BeforeAll
    static void warmUp(@TempDir Path other) throws IOException {
        Random random = new Random(0);
        for (String name : new String[] {"dtypes.pt", "legacy_state_dict.pt", "mixed_dtypes.safetensors"}) {
            byte[] valid = Files.readAllBytes(Fixtures.folder("pt").resolve(name));
            thrown(Files.write(other.resolve("valid"), valid), WeightFileFuzzTests::read);
            for (int i = 0; i < 50; i++) {
                thrown(
                        Files.write(other.resolve("damaged"), mutated(valid, valid.length, random)),
                        WeightFileFuzzTests::read);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "dtypes.pt, 2000",
        "legacy_state_dict.pt, 2000",
        "plain_state_dict.pt, 500",
        "mixed_dtypes.safetensors, 2000"
    })
    void damagedFiles(String name, int mutants) throws IOException {
        byte[] valid = Files.readAllBytes(Fixtures.folder("pt").resolve(name));
        Random random = new Random(name.hashCode());
        int refused = 0;
        for (int i = 0; i < mutants; i++) {
            refused += refused(name + " mutant " + i, mutated(valid, valid.length, random));
        }
        // All but the few whose damage lies in padding or in data that no checksum covers.
        assertThat(refused).isGreaterThan(mutants / 4);
    }

    /** Other kinds of files, and the containers that feature networks are published in. */
    @ParameterizedTest
    @CsvSource({"graph.pb, 3000", "script_module.pt, 1500", "state_dict_legacy.pth, 1000", "state_dict_views.pth, 500"})
    void damagedContainers(String name, int mutants) throws IOException {
        byte[] valid = Files.readAllBytes(MetricFixtures.file("checkpoints/" + name));
        Random random = new Random(name.hashCode());
        int refused = 0;
        for (int i = 0; i < mutants; i++) {
            refused += refused(name + " mutant " + i, mutated(valid, valid.length, random));
        }
        assertThat(refused).isGreaterThan(mutants / 8);
    }

    @Test
    void damagedModulesInWholeArchives() throws IOException {
        Map<String, byte[]> members = TorchFiles.members(MetricFixtures.file("checkpoints/script_module.pt"));
        byte[] valid = members.get("script_module/data.pkl");
        Random random = new Random(3);
        int refused = 0;
        for (int i = 0; i < 2500; i++) {
            members.put("script_module/data.pkl", mutated(valid, valid.length, random));
            refused += refused("module " + i, TorchFiles.zip(members));
        }
        assertThat(refused).isBetween(600, 2499);
    }

    @Test
    void damagedArrayPickles() throws IOException {
        byte[] valid = Files.readAllBytes(MetricFixtures.file("formats/stats_protocol4.pkl"));
        Random random = new Random(4);
        int refused = 0;
        for (int i = 0; i < 4000; i++) {
            byte[] mutant = mutated(valid, valid.length, random);
            refused += refused("arrays " + i, mutant, ArrayPickle::read);
        }
        assertThat(refused).isBetween(1000, 3999);
    }

    /** The checksums of the zip are right: the damage reaches the pickle. */
    @ParameterizedTest
    @CsvSource({"dtypes.pt, dtypes, 2500", "train_checkpoint.pt, train_checkpoint, 200"})
    void damagedPicklesInWholeZips(String name, String prefix, int mutants) throws IOException {
        Map<String, byte[]> members = TorchFiles.members(Fixtures.folder("pt").resolve(name));
        byte[] valid = members.get(prefix + "/data.pkl");
        Random random = new Random(1);
        int refused = 0;
        for (int i = 0; i < mutants; i++) {
            members.put(prefix + "/data.pkl", mutated(valid, valid.length, random));
            refused += refused(name + " pickle " + i, TorchFiles.zip(members));
        }
        assertThat(refused).isBetween(mutants / 4, mutants - 1);
    }

    /** The pickles of the legacy layout stand before much data: damage those. */
    @ParameterizedTest
    @CsvSource({"legacy_state_dict.pt, 3200, 1500", "mixed_dtypes.safetensors, 700, 1000"})
    void damagedHeads(String name, int head, int mutants) throws IOException {
        byte[] valid = Files.readAllBytes(Fixtures.folder("pt").resolve(name));
        Random random = new Random(2);
        int refused = 0;
        for (int i = 0; i < mutants; i++) {
            refused += refused(name + " head " + i, mutated(valid, head, random));
        }
        assertThat(refused).isGreaterThan(mutants / 4);
    }

    /** 1 when the file is refused, 0 when it is read. */
    private int refused(String what, byte[] bytes) throws IOException {
        return refused(what, bytes, WeightFileFuzzTests::read);
    }

    private int refused(String what, byte[] bytes, Reader reader) throws IOException {
        Path path = Files.write(folder.resolve("mutant"), bytes);
        long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        Throwable thrown = thrown(path, reader);
        long taken = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        assertThat(taken).as("bytes allocated for " + what).isLessThan(FIXED + PER_BYTE * bytes.length);
        if (thrown == null) {
            return 0;
        }
        assertThat(thrown).as(what).isInstanceOf(StudyException.class);
        assertThat(thrown.getMessage()).as(what).contains("mutant: ").hasSizeLessThan(2000);
        return 1;
    }

    @FunctionalInterface
    private interface Reader {
        Object read(Path path) throws IOException;
    }

    private static Object read(Path path) throws IOException {
        return WeightFile.open(path).weights(null).read();
    }

    private static @Nullable Throwable thrown(Path path, Reader reader) {
        try {
            reader.read(path);
            return null;
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return e;
        }
    }

    /** One to four mutations that begin in the first bytes. */
    private static byte[] mutated(byte[] valid, int head, Random random) {
        byte[] bytes = valid.clone();
        int times = 1 + random.nextInt(4);
        for (int i = 0; i < times && bytes.length > 16; i++) {
            int at = random.nextInt(Math.min(head, bytes.length - 8));
            switch (random.nextInt(7)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes = Arrays.copyOf(bytes, at + random.nextInt(bytes.length - at));
                case 3 -> bytes = spliced(bytes, at, random);
                case 4 -> number(bytes, at, BORDERS[random.nextInt(BORDERS.length)], 4);
                case 5 -> number(bytes, at, BORDERS[random.nextInt(BORDERS.length)], 8);
                default -> number(bytes, at, random.nextInt(2 * bytes.length), 2);
            }
        }
        return bytes;
    }

    /** A piece of the file stands at another place, over what was there or between. */
    private static byte[] spliced(byte[] bytes, int at, Random random) {
        int from = random.nextInt(bytes.length);
        int length = random.nextInt(Math.min(64, bytes.length - from));
        byte[] piece = Arrays.copyOfRange(bytes, from, from + length);
        int gone = random.nextBoolean() ? Math.min(length, bytes.length - at) : 0;
        ByteBuffer out = ByteBuffer.allocate(bytes.length + length - gone);
        out.put(bytes, 0, at).put(piece).put(bytes, at + gone, bytes.length - at - gone);
        return out.array();
    }

    private static void number(byte[] bytes, int at, long value, int width) {
        byte[] little = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
        System.arraycopy(little, 0, bytes, at, width);
    }
}
