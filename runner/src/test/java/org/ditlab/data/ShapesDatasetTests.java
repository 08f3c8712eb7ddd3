package org.ditlab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32;
import org.ditlab.knob.Settings;
import org.ditlab.study.StudyException;
import org.ditlab.study.spi.DataSummary;
import org.junit.jupiter.api.Test;

class ShapesDatasetTests {
    @Test
    void imagesNeverChange() {
        ShapesDataset data = new ShapesDataset(16, 100, Split.TRAIN);
        CRC32 checksum = new CRC32();
        for (int i = 0; i < data.size(); i++) {
            checksum.update(image(data, i));
        }

        assertThat(data.fingerprint()).startsWith("d3655cdfdd51");
        assertThat(checksum.getValue())
                .as("change ShapesDataset.VERSION with the pixels")
                .isEqualTo(3059330360L);
    }

    @Test
    void readsAtAnOffsetAndNothingElse() {
        ShapesDataset data = new ShapesDataset(8, 10, Split.TRAIN);
        byte[] out = new byte[3 * 64 + 2];
        data.read(3, out, 1);

        assertThat(out[0]).isZero();
        assertThat(out[out.length - 1]).isZero();
        assertThat(java.util.Arrays.copyOfRange(out, 1, out.length - 1)).isEqualTo(image(data, 3));
    }

    @Test
    void splitsDoNotOverlapAndClassesTakeTurns() {
        ShapesDataset train = new ShapesDataset(16, 500, Split.TRAIN);
        ShapesDataset test = new ShapesDataset(16, 500, Split.TEST);
        Set<Long> seen = new HashSet<>();
        int[] counts = new int[10];
        for (int i = 0; i < train.size(); i++) {
            seen.add(checksum(image(train, i)));
            counts[train.label(i)]++;
        }
        for (int i = 0; i < test.size(); i++) {
            seen.add(checksum(image(test, i)));
        }

        assertThat(seen).hasSize(500 + 1000);
        assertThat(counts).containsOnly(50);
        assertThat(train.classNames()).hasSize(10).doesNotHaveDuplicates().contains("half-disc");
        assertThat(new ShapesDataset(16, 30_000, Split.TEST).size()).isEqualTo(3000);
    }

    @Test
    void theFingerprintIsOfAllThatDeterminesTheContent() {
        String one = new ShapesDataset(16, 500, Split.TRAIN).fingerprint();

        assertThat(new ShapesDataset(16, 500, Split.TEST).fingerprint()).isEqualTo(one);
        assertThat(new ShapesDataset(17, 500, Split.TRAIN).fingerprint()).isNotEqualTo(one);
        assertThat(new ShapesDataset(16, 501, Split.TRAIN).fingerprint()).isNotEqualTo(one);
    }

    @Test
    void aFigureKeepsItsShapeAcrossSizes() {
        ShapesDataset small = new ShapesDataset(16, 10, Split.TRAIN);
        ShapesDataset large = new ShapesDataset(64, 10, Split.TRAIN);
        for (int i = 0; i < 10; i++) {
            assertThat(mean(image(large, i)))
                    .isCloseTo(mean(image(small, i)), org.assertj.core.api.Assertions.within(2.0));
        }
    }

    @Test
    void opensByKnob() throws IOException {
        Settings settings = Settings.of(DataKnobs.SIZE.to(8), DataKnobs.COUNT.to(20));

        DataSummary summary = DataSets.summary(settings, null);

        assertThat(summary.name()).isEqualTo("shapes-8");
        assertThat(summary.count()).isEqualTo(20);
        assertThat(summary.classes()).isEqualTo(10);
        assertThat(DataSets.open(settings, null, Split.TEST).size()).isEqualTo(1000);
    }

    @Test
    void unknownSetsAndMissingDataAreErrorsWithARemedy() {
        assertThatThrownBy(() -> DataSets.open(Settings.of(DataKnobs.SET.to("shpaes")), null, Split.TRAIN))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("shpaes")
                .hasMessageContaining("shapes");
        assertThatThrownBy(() -> DataSets.open(Settings.of(DataKnobs.SET.to("images")), null, Split.TRAIN))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("--data FOLDER_OR_ZIP");
    }

    private static double mean(byte[] image) {
        double sum = 0;
        for (byte value : image) {
            sum += value & 0xff;
        }
        return sum / image.length;
    }

    private static long checksum(byte[] image) {
        CRC32 checksum = new CRC32();
        checksum.update(image);
        return checksum.getValue();
    }

    private static byte[] image(ImageDataset data, int index) {
        byte[] out = new byte[data.channels() * data.height() * data.width()];
        data.read(index, out, 0);
        return out;
    }
}
