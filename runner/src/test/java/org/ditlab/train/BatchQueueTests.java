package org.ditlab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.ditlab.data.Batches;
import org.ditlab.data.Dataset;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.random.Streams;
import org.junit.jupiter.api.Test;

class BatchQueueTests {
    private static final NoiseImages DATA = new NoiseImages(3, 4, 6, 5);
    private static final int LENGTH = 3 * 4 * 6;
    private static final int COUNT = 7;

    /** To the bit: results of finished studies depend on it. Steps out of turn are a resumed training's. */
    @Test
    void whatAStepSeesIsAFunctionOfTheStep() {
        Streams streams = new Streams(3);
        Batches batches = new Batches(DATA, true, streams);
        try (BatchQueue queue = new BatchQueue(DATA, true, streams, COUNT, 1000)) {
            for (long step : new long[] {0, 1, 2, 3, 700, 701, 5, 5, 6, 999, 0}) {
                PreparedBatch batch = queue.batch(step);
                assertThat(batch.step()).isEqualTo(step);
                for (int i = 0; i < COUNT; i++) {
                    long position = step * COUNT + i;
                    float[] image = new float[LENGTH];
                    float[] noise = new float[LENGTH];
                    int label = batches.fill(position, image, 0);
                    streams.stream("noise").normal(position, 0, noise, 0, LENGTH);
                    assertThat(batch.labels()[i]).isEqualTo(label);
                    assertThat(Arrays.copyOfRange(batch.images(), i * LENGTH, (i + 1) * LENGTH))
                            .isEqualTo(image);
                    assertThat(Arrays.copyOfRange(batch.noises(), i * LENGTH, (i + 1) * LENGTH))
                            .isEqualTo(noise);
                }
            }
        }
    }

    @Test
    void twoBatchesAreKeptAtMost() {
        try (BatchQueue queue = new BatchQueue(DATA, true, new Streams(3), COUNT, 1000)) {
            float[] first = queue.batch(0).images();
            float[] second = queue.batch(1).images();
            assertThat(second).isNotSameAs(first);
            for (long step = 2; step < 20; step++) {
                assertThat(queue.batch(step).images()).isSameAs(step % 2 == 0 ? first : second);
                assertThat(queue.batch(step).images())
                        .as("a step that is repeated")
                        .isSameAs(step % 2 == 0 ? first : second);
            }
        }
    }

    @Test
    void whatGoesWrongAheadIsThrownAtItsStepAndTheThreadEndsWithTheQueue() {
        BatchQueue queue = new BatchQueue(new Breaking(3 * COUNT), false, new Streams(1), COUNT, 100);
        for (long step = 0; step < 3; step++) {
            assertThat(queue.batch(step).step()).isEqualTo(step);
        }
        assertThatThrownBy(() -> queue.batch(3))
                .isInstanceOf(StudyException.class)
                .hasMessage("image cannot be read");
        queue.close();
        assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
                .doesNotContain("ditlab-batches");
    }

    /** Breaks after some images. */
    private static final class Breaking implements Dataset {
        private int left;

        Breaking(int left) {
            this.left = left;
        }

        @Override
        public String name() {
            return "breaking";
        }

        @Override
        public int size() {
            return 1000;
        }

        @Override
        public int channels() {
            return 1;
        }

        @Override
        public int height() {
            return 1;
        }

        @Override
        public int width() {
            return 1;
        }

        @Override
        public List<String> classNames() {
            return List.of("a");
        }

        @Override
        public int label(int index) {
            return 0;
        }

        @Override
        public void read(int index, float[] out, int offset) {
            if (left-- == 0) {
                throw new StudyException("image cannot be read");
            }
        }

        @Override
        public String fingerprint() {
            return "breaking";
        }
    }
}
