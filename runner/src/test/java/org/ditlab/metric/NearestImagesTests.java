package org.ditlab.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.data.ImageDataset;
import org.ditlab.metric.NearestImages.Match;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.reference.ReferenceBackendProvider;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NearestImagesTests {
    private static final int SIDE = 4;
    private static final int SIZE = 3 * SIDE * SIDE;

    /** Images of few values, so that many are equally near. */
    private static byte[][] images(int count, int values, long seed) {
        Random random = new Random(seed);
        byte[][] images = new byte[count][SIZE];
        for (byte[] image : images) {
            for (int i = 0; i < SIZE; i++) {
                image[i] = (byte) (values == 2 ? 255 * random.nextInt(2) : random.nextInt(values));
            }
        }
        return images;
    }

    private static Match bruteForce(byte[] query, byte[][] data, boolean mirrored) {
        Match best = null;
        for (int j = 0; j < data.length; j++) {
            for (int side = 0; side < (mirrored ? 2 : 1); side++) {
                long sum = 0;
                for (int i = 0; i < SIZE; i++) {
                    int row = i / SIDE * SIDE;
                    int at = side == 0 ? i : row + SIDE - 1 - (i - row);
                    int difference = (query[i] & 0xff) - (data[j][at] & 0xff);
                    sum += (long) difference * difference;
                }
                if (best == null || sum < best.squared()) {
                    best = new Match(j, side == 1, sum, Math.sqrt((double) sum / SIZE));
                }
            }
        }
        return best;
    }

    private static List<Match> search(NearestImages nearest, byte[][] queries)
            throws IOException, InterruptedException {
        List<Long> done = new ArrayList<>();
        List<Match> matches = nearest.search(
                (image, out, offset) -> System.arraycopy(queries[image], 0, out, offset, SIZE),
                queries.length,
                done::add,
                () -> false);
        assertThat(done).isSorted().endsWith(1L << 20);
        return matches;
    }

    /** Memory for a few images only makes many parts and blocks; a block larger than 1024 is cut in the first case. */
    @ParameterizedTest
    @ValueSource(longs = {1L << 27, 4L * SIZE * 7})
    void theNearestIsThatOfBruteForceTiesIncluded(long memory) throws IOException, InterruptedException {
        try (Backend backend = new LibtorchProvider().open(Device.CPU, 1)) {
            for (int values : new int[] {2, 3, 256}) {
                byte[][] data = images(1300, values, 1);
                byte[][] queries = images(13, values, 2);
                queries[5] = data[1100].clone();
                data[1200] = data[1100].clone();
                for (boolean mirrored : new boolean[] {false, true}) {
                    List<Match> expected = new ArrayList<>();
                    for (byte[] query : queries) {
                        expected.add(bruteForce(query, data, mirrored));
                    }
                    assertThat(search(new NearestImages(backend, new Images(data), mirrored, memory), queries))
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void aCopyAndAMirroredCopyHaveDistanceZero() throws IOException, InterruptedException {
        try (Backend backend = new ReferenceBackendProvider().open(Device.CPU, 1)) {
            byte[][] data = images(30, 256, 3);
            byte[][] queries = {data[17].clone(), data[11].clone()};
            for (int row = 0; row < SIZE; row += SIDE) {
                for (int x = 0; x < SIDE; x++) {
                    queries[1][row + x] = data[11][row + SIDE - 1 - x];
                }
            }
            assertThat(search(new NearestImages(backend, new Images(data), true), queries))
                    .containsExactly(new Match(17, false, 0, 0), new Match(11, true, 0, 0));
            assertThat(search(new NearestImages(backend, new Images(data), false), queries)
                            .get(1)
                            .distance())
                    .isGreaterThan(10);
        }
    }

    @Test
    void aStopEndsTheSearch() {
        try (Backend backend = new ReferenceBackendProvider().open(Device.CPU, 1)) {
            NearestImages nearest = new NearestImages(backend, new Images(images(3, 2, 1)), false);
            assertThatThrownBy(() -> nearest.search((image, out, offset) -> {}, 1, done -> {}, () -> true))
                    .isInstanceOf(InterruptedException.class);
        }
    }

    private record Images(byte[][] images) implements ImageDataset {
        @Override
        public String name() {
            return "test";
        }

        @Override
        public int size() {
            return images.length;
        }

        @Override
        public int channels() {
            return 3;
        }

        @Override
        public int height() {
            return SIDE;
        }

        @Override
        public int width() {
            return SIDE;
        }

        @Override
        public List<String> classNames() {
            return List.of("all");
        }

        @Override
        public int label(int index) {
            return 0;
        }

        @Override
        public void read(int index, byte[] out, int offset) {
            System.arraycopy(images[index], 0, out, offset, SIZE);
        }

        @Override
        public String fingerprint() {
            return "test";
        }
    }
}
