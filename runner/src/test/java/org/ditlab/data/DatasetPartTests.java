package org.ditlab.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DatasetPartTests {
    private static final Dataset WHOLE = new ShapesDataset(8, 97, Split.TRAIN);

    private static int[] indices(Split split, int held) {
        return ((DatasetPart) DatasetPart.of(WHOLE, split, held)).indices();
    }

    @Test
    void thePartsMakeTheWholeAndWhatIsHeldOutIsSpread() {
        for (int held : new int[] {1, 10, 48, 96}) {
            int[] test = indices(Split.TEST, held);
            int[] both = IntStream.concat(Arrays.stream(test), Arrays.stream(indices(Split.TRAIN, held)))
                    .sorted()
                    .toArray();

            assertThat(test).hasSize(held);
            assertThat(both).containsExactly(IntStream.range(0, 97).toArray());
            for (int i = 1; i < held; i++) {
                assertThat(test[i] - test[i - 1]).isBetween(97 / held, 97 / held + 1);
            }
        }
    }

    @Test
    void aSampleIsThatOfTheWhole() {
        Dataset part = DatasetPart.of(WHOLE, Split.TEST, 10);
        int index = indices(Split.TEST, 10)[3];
        float[] expected = new float[192];
        float[] read = new float[192];
        WHOLE.read(index, expected, 0);
        part.read(3, read, 0);

        assertThat(read).containsExactly(expected);
        assertThat(part.label(3)).isEqualTo(WHOLE.label(index));
        assertThat(part.fingerprint()).isEqualTo(WHOLE.fingerprint());
    }
}
