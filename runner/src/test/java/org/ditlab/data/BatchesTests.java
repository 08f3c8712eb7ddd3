package org.ditlab.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.ditlab.tensor.random.Streams;
import org.junit.jupiter.api.Test;

class BatchesTests {
    private static final ImageDataset DATA = new OddImages();
    private static final int LENGTH = 3 * 5 * 7;

    /** To the bit: results of finished studies depend on it. */
    @Test
    void bytesBecomeMinusOneToOneAndHalfOfTheImagesAreMirrored() {
        Batches plain = new Batches(DATA, false, new Streams(1));
        Batches flipping = new Batches(DATA, true, new Streams(1));
        float[] image = new float[LENGTH + 2];
        float[] other = new float[LENGTH + 2];
        int mirrored = 0;
        for (int position = 0; position < 200; position++) {
            assertThat(flipping.fill(position, other, 1)).isEqualTo(plain.fill(position, image, 1));
            boolean same = true;
            boolean mirror = true;
            for (int i = 0; i < LENGTH; i++) {
                int byteValue = Math.round((image[1 + i] + 1) * 127.5f);
                assertThat(image[1 + i]).isEqualTo(byteValue / 127.5f - 1);
                same &= other[1 + i] == image[1 + i];
                mirror &= other[1 + i] == image[1 + i / 7 * 7 + 6 - i % 7];
            }
            assertThat(same ^ mirror).isTrue();
            mirrored += mirror ? 1 : 0;
        }
        assertThat(mirrored).isBetween(70, 130);
        assertThat(other[0] + other[LENGTH + 1])
                .as("nothing is written outside")
                .isZero();
    }

    /** Wider than high, so that rows and columns are not mistaken for each other. */
    private record OddImages() implements ImageDataset {
        @Override
        public String name() {
            return "odd";
        }

        @Override
        public int size() {
            return 50;
        }

        @Override
        public int channels() {
            return 3;
        }

        @Override
        public int height() {
            return 5;
        }

        @Override
        public int width() {
            return 7;
        }

        @Override
        public List<String> classNames() {
            return List.of("a", "b", "c");
        }

        @Override
        public int label(int index) {
            return index % 3;
        }

        @Override
        public void read(int index, byte[] out, int offset) {
            for (int i = 0; i < LENGTH; i++) {
                out[offset + i] = (byte) ((index * 131 + i) * 97);
            }
        }

        @Override
        public String fingerprint() {
            return "odd";
        }
    }
}
